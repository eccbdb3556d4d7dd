import { isBanyanError } from '@banyan/proto';
import { updateEntry, type Store } from '@banyan/kit';
import { MAX_CAS_ATTEMPTS } from './constants.ts';

/** Options of {@link update} and {@link create}. */
export interface WriteOptions {
  /** The record vanishes after this. */
  readonly ttlMs?: number;
  /** Default true: it is acknowledged when it is as safe as the store promises. */
  readonly durable?: boolean;
}

/**
 * Changes one record by compare-and-set: reads it, asks `change` for the next value, writes it if nobody
 * wrote meanwhile, and otherwise begins again. Of N callers at once each sees the result of the one before.
 *
 * @param change - gets the value, or undefined when there is none; returns the next value, or undefined to
 *   leave the record as it is; may run several times, so it must have no effect of its own
 * @returns the value that holds now
 * @throws BanyanError `conflict` when others were faster {@link MAX_CAS_ATTEMPTS} times; what `change` throws
 */
export function update<T extends object>(
  store: Store,
  key: string,
  change: (value: T | undefined) => T | undefined,
  options: WriteOptions = {},
): Promise<T | undefined> {
  return updateEntry<T>(store, key, change, { ...options, attempts: MAX_CAS_ATTEMPTS });
}

/** Writes a record that must not exist yet. @returns whether it was written */
export async function create(
  store: Store,
  key: string,
  value: object,
  options: WriteOptions = {},
): Promise<boolean> {
  try {
    await store.put(key, value, { ...options, expect: null });
    return true;
  } catch (error) {
    if (isBanyanError(error) && error.code === 'conflict') return false;
    throw error;
  }
}

/**
 * Writes a record once more as it is. What can be read may be a change that was acknowledged to nobody, and that goes with
 * a lost server; whoever builds on it, or answers with it as a fact, confirms it first. For records without an end.
 *
 * @returns the record; undefined when there is none
 */
export function confirm<T extends object>(store: Store, key: string): Promise<T | undefined> {
  return update<T>(store, key, (now) => now);
}

/** The value under `key`, or undefined. */
export async function read<T extends object>(store: Store, key: string): Promise<T | undefined> {
  return (await store.get(key))?.value as T | undefined;
}
