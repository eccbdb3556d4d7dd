import { toBanyanError } from '@banyan/proto';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics.ts';
import type { Store } from './store.ts';

/**
 * A store that measures another one: how long its calls take, and which of them fail, by operation. A lost
 * compare-and-set is counted as `conflict`; it is normal while few.
 */
export function createMeasuredStore(
  store: Store,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Pick<Clock, 'monotonic'> },
): Store {
  const duration = metrics.histogram({
    name: 'banyan_store_operation_duration_seconds',
    help: 'Time that a call to the store took; of list: until its last entry.',
    labels: ['operation'],
  });
  const errors = metrics.counter({
    name: 'banyan_store_errors_total',
    help: 'Calls to the store that failed, by operation and code.',
    labels: ['operation', 'code'],
  });
  const failed = (operation: string, error: unknown): void =>
    errors.inc({ operation, code: toBanyanError(error, 'store_unavailable').code });
  const took = (operation: string, from: number): void =>
    duration.observe({ operation }, (clock.monotonic() - from) / 1000);
  const measure = async <T>(operation: string, call: () => Promise<T>): Promise<T> => {
    const from = clock.monotonic();
    try {
      return await call();
    } catch (error) {
      failed(operation, error);
      throw error;
    } finally {
      took(operation, from);
    }
  };
  return {
    get: (key) => measure('get', () => store.get(key)),
    put: (...args) => measure('put', () => store.put(...args)),
    delete: (...args) => measure('delete', () => store.delete(...args)),
    async *list(...args) {
      const from = clock.monotonic();
      try {
        yield* store.list(...args);
      } catch (error) {
        failed('list', error);
        throw error;
      } finally {
        took('list', from);
      }
    },
    ping: () => measure('ping', () => store.ping()),
    close: () => store.close(),
  };
}
