/** Where auth and list keep what they keep, as commands that move, save and restore it are told. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store, StorePlace } from '@banyan/kit';
import { Option } from 'commander';
import { UsageError } from '../cli.ts';

/** The services that have a store. */
export const SERVICES = ['auth', 'list'] as const;
/** One of {@link SERVICES}. */
export type Service = (typeof SERVICES)[number];

/** What a Redis that is written to must promise; the words are those of the services. */
export const durabilityOption = (): Option =>
  new Option('--store-durability <promise>', 'what Redis must promise, as for the services').choices([
    'replica',
    'disk',
    'unchecked',
  ]);

/** Whether an embedded store lies in a folder. */
export function isStore(folder: string): boolean {
  return existsSync(join(folder, 'data.mdb'));
}

/** What a service says of its store. */
export async function placeOf(service: Service): Promise<StorePlace> {
  // Loaded here alone: other commands need nothing of the services.
  return service === 'auth'
    ? (await import('@banyan/auth')).AUTH_STORE
    : (await import('@banyan/supernode-list')).LIST_STORE;
}

/**
 * The folder of a service's store in a target folder: that of all of Banyan, or a store itself when it is said whose.
 *
 * @throws UsageError when it is a store and nobody said whose
 */
export function targetStore(to: string, service: Service, isNamed: boolean): string {
  if (!isStore(to)) return join(to, service, 'store');
  if (!isNamed) throw needsService(to);
  return to;
}

/** The folder of one service holds no word of whose it is. */
export function needsService(folder: string): UsageError {
  return new UsageError(
    `${folder} is the store of one service: say which with --service auth or --service list`,
  );
}

/** Whether a store holds nothing at all. */
export async function isEmpty(store: Store): Promise<boolean> {
  const { done } = await store.list('', { limit: 1 })[Symbol.asyncIterator]().next();
  return done === true;
}

/** A URL for the screen. */
export function withoutLogin(location: string): string {
  return location.replace(/^([a-z+]+:\/\/)[^@/]*@/, '$1');
}
