/** What was searched for on this peer: kept on this machine only, and forgotten when its owner says so. */
import { readFile } from 'node:fs/promises';
import { fold } from '@banyan/core';
import type { Clock, Log, Startable, Timer } from '@banyan/kit';
import { MAX_QUERY_CHARS } from '@banyan/proto';
import { writePrivateFile } from '../private-file.ts';

/** Queries remembered: months of somebody's searches, and a file that is written in one piece. */
const MAX_QUERIES = 200;
/** Searches shortly after one another are one write. */
const WRITE_DELAY_MS = 1_000;

export interface SearchHistory extends Startable {
  /** Remembers a query as the newest; an equal one but for case, accents and blanks gives way. */
  add(query: string): void;
  /** Queries that begin with what is typed, newest first; with nothing typed the newest. */
  startingWith(typed: string, limit: number): string[];
  /**
   * Forgets a query, or all without one; resolves when the file has none of it either.
   *
   * @throws BanyanError `disk_full`, `disk_failed`: it is forgotten here, but may come back with the next start
   */
  forget(query?: string): Promise<void>;
}

export interface SearchHistoryComponents {
  readonly clock: Clock;
  readonly log: Log;
}

/** A query as it is compared: folded, with single blanks and none in front. */
export const queryKey = (query: string): string => fold(query).trimStart().replace(/\s+/g, ' ');

/** @param file - private to its owner; made with the first query */
export function createSearchHistory(components: SearchHistoryComponents, file: string): SearchHistory {
  return new FileHistory(components, file);
}

class FileHistory implements SearchHistory {
  readonly name = 'search history';
  readonly #c: SearchHistoryComponents;
  readonly #file: string;
  /** By key, oldest first. */
  #queries = new Map<string, string>();
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(components: SearchHistoryComponents, file: string) {
    this.#c = components;
    this.#file = file;
  }

  async start(): Promise<void> {
    const known = await this.#read();
    // What was searched for meanwhile is newer.
    const meanwhile = [...this.#queries.values()];
    this.#queries = new Map();
    for (const query of [...known, ...meanwhile]) this.#put(query);
  }

  async stop(): Promise<void> {
    if (this.#timer !== undefined) this.#writeQuietly();
    await this.#writing;
  }

  add(query: string): void {
    this.#put(query.trim());
    this.#timer ??= this.#c.clock.setTimeout(() => this.#writeQuietly(), WRITE_DELAY_MS, {
      keepAlive: false,
    });
  }

  startingWith(typed: string, limit: number): string[] {
    const start = queryKey(typed);
    const found: string[] = [];
    for (const [key, query] of [...this.#queries].toReversed()) {
      if (found.length >= limit) break;
      if (key.startsWith(start)) found.push(query);
    }
    return found;
  }

  async forget(query?: string): Promise<void> {
    if (query === undefined) this.#queries.clear();
    else this.#queries.delete(queryKey(query.trim()));
    await this.#write();
  }

  #put(query: string): void {
    const key = queryKey(query);
    if (key === '') return;
    this.#queries.delete(key);
    this.#queries.set(key, query);
    const [oldest] = this.#queries.keys();
    if (this.#queries.size > MAX_QUERIES && oldest !== undefined) this.#queries.delete(oldest);
  }

  /** Oldest first. */
  async #read(): Promise<string[]> {
    try {
      const kept = JSON.parse(await readFile(this.#file, 'utf8')) as { queries?: unknown } | null;
      if (!Array.isArray(kept?.queries)) throw new TypeError('it holds no list of queries');
      const queries: readonly unknown[] = kept.queries;
      return (
        queries
          // Longer ones are none of ours.
          .filter((one): one is string => typeof one === 'string' && one.length <= MAX_QUERY_CHARS)
          .toReversed()
      );
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#c.log.warn({ err, file: this.#file }, 'the search history cannot be read: it begins anew');
      return [];
    }
  }

  #writeQuietly(): void {
    this.#write().catch((err: unknown) =>
      this.#c.log.warn({ err, file: this.#file }, 'the search history was not kept'),
    );
  }

  #write(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const text = JSON.stringify({ queries: [...this.#queries.values()].toReversed() });
    const write = this.#writing.then(() => writePrivateFile(this.#file, text));
    // Who asked for this write hears of it; the next one is tried all the same.
    this.#writing = write.catch(() => undefined);
    return write;
  }
}
