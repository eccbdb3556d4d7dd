import { describe, expect, it } from '@jest/globals';
import { createManualClock, createMeasuredStore, createMemoryStore, createMetrics } from '../../src/index.ts';

describe('a measured store', () => {
  it('gives the answers of the store behind it, with the time of each operation', async () => {
    const metrics = createMetrics({ service: 'x', processMetrics: false });
    const clock = createManualClock();
    const store = createMeasuredStore(createMemoryStore({ clock }), { metrics, clock });
    await store.put('a/1', { one: 1 });
    await store.put('a/2', { two: 2 });
    expect((await store.get('a/1'))?.value).toEqual({ one: 1 });
    const listed: string[] = [];
    for await (const [key] of store.list('a/')) listed.push(key);
    expect(listed).toEqual(['a/1', 'a/2']);
    expect(await store.delete('a/1')).toBe(true);
    await store.ping();
    const { body } = await metrics.render();
    for (const [operation, calls] of Object.entries({ put: 2, get: 1, list: 1, delete: 1, ping: 1 }))
      expect(body).toContain(
        `banyan_store_operation_duration_seconds_count{service="x",operation="${operation}"} ${calls}`,
      );
  });

  it('counts what fails by its code, and passes it on', async () => {
    const metrics = createMetrics({ service: 'x', processMetrics: false });
    const clock = createManualClock();
    const store = createMeasuredStore(createMemoryStore({ clock }), { metrics, clock });
    await store.put('a', 1);
    await expect(store.put('a', 2, { expect: null })).rejects.toMatchObject({ code: 'conflict' });
    await store.close();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'store_unavailable' });
    const { body } = await metrics.render();
    expect(body).toContain('banyan_store_errors_total{operation="put",code="conflict",service="x"} 1');
    expect(body).toContain(
      'banyan_store_errors_total{operation="get",code="store_unavailable",service="x"} 1',
    );
  });
});
