/**
 * Searches that are repeated by themselves, so that their owner hears of what is new. They survive a restart: kept are the
 * query and which contents were there before.
 *
 *     add ──▶ asked at once: all that is there counts as known ──▶ asked again, one query at a time ──▶ new contents are `fresh`
 *                                                                         ▲                              │
 *                                                                         └────── seen: they are known ◀─┘
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  BanyanError,
  contentKey,
  displayText,
  MAX_HITS,
  MAX_NAME_BYTES,
  MAX_QUERY_CHARS,
  MAX_SAVED_NAMES,
  MAX_SAVED_SEARCHES,
  toBanyanError,
  type ContentId,
  type Hit,
  type OwnedMark,
  type Problem,
  type SavedSearchView,
  type SearchDone,
} from '@banyan/proto';
import type { Clock, Log, Startable, Timer } from '@banyan/kit';
import type { SearchOptions } from '@banyan/sdk';
import type { SavedSearchesRoom } from '../local-api/rooms.ts';
import { readJsonFile, writePrivateFile } from '../private-file.ts';
import { queryKey } from './search-history.ts';

/** Each is asked about so often: what is shared changes by the hour, and fifty of them are a query every twelve seconds. */
const INTERVAL_MS = 10 * 60_000;
/** Peers that were started together are not to ask together: an interval is longer by up to this share. */
const JITTER = 0.2;
/** At least so long after a start, and between two questions: whoever sits at the page comes first. */
const GAP_MS = 2_000;
/** Contents that one search remembers as known, 16 characters each; the oldest is forgotten and may be told of again. */
const MAX_KNOWN = 1_000;
/** Contents not yet looked at that are counted. */
const MAX_FRESH = 999;
/** Of a content's identity so much is kept: two of a thousand are taken for one in one of 10¹³ cases. */
const KEY_CHARS = 16;

export interface SavedSearchesComponents {
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Asks the network. */
  readonly ask: (query: string, options: SearchOptions) => Promise<SearchDone>;
  /** Resolves when there is a supernode to ask. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  readonly owned: (content: ContentId) => OwnedMark;
  readonly onChange: () => void;
}

export interface SavedSearches extends SavedSearchesRoom, Startable {}

/** @param file - private to its owner; made with the first search */
export function createSavedSearches(components: SavedSearchesComponents, file: string): SavedSearches {
  return new FileSavedSearches(components, file);
}

interface Saved {
  readonly id: string;
  readonly query: string;
  readonly addedAt: number;
  askedAt: number | null;
  /** Keys of contents, oldest first. */
  readonly known: Set<string>;
  /** Name by key, oldest first. */
  readonly fresh: Map<string, string>;
  /** On the monotonic clock; not kept. */
  dueAt: number;
  problem: Problem | null;
}

class FileSavedSearches implements SavedSearches {
  readonly name = 'saved searches';
  readonly #c: SavedSearchesComponents;
  readonly #file: string;
  /** Oldest first. */
  readonly #saved = new Map<string, Saved>();
  readonly #stop = new AbortController();
  #timer: Timer | undefined;
  /** On the monotonic clock: nothing is asked before. */
  #notBefore = 0;
  #asking: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(components: SavedSearchesComponents, file: string) {
    this.#c = components;
    this.#file = file;
  }

  async start(): Promise<void> {
    const { clock } = this.#c;
    const kept = savedIn(await readJsonFile(this.#file));
    for (const one of kept) {
      // What was asked shortly before the restart need not be asked at once.
      const age = one.askedAt === null ? Infinity : clock.now() - one.askedAt;
      const left = age >= 0 && age < INTERVAL_MS ? INTERVAL_MS - age : 0;
      this.#saved.set(one.id, { ...one, dueAt: clock.monotonic() + left });
    }
    this.#notBefore = clock.monotonic() + GAP_MS;
    this.#arrange();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#timer?.cancel();
    await this.#asking;
    await this.#writing;
  }

  list(): readonly SavedSearchView[] {
    return [...this.#saved.values()].toReversed().map((one) => this.#view(one));
  }

  async add(typed: string): Promise<SavedSearchView> {
    const query = typed.trim();
    if (query === '') throw new BanyanError('invalid_request', 'Say what to look for: the query is empty.');
    const key = queryKey(query);
    const same = [...this.#saved.values()].find((one) => queryKey(one.query) === key);
    if (same !== undefined) return this.#view(same);
    if (this.#saved.size >= MAX_SAVED_SEARCHES)
      throw new BanyanError(
        'limit_exceeded',
        `${MAX_SAVED_SEARCHES} searches are saved already. Remove one first.`,
      );
    const { clock } = this.#c;
    const one: Saved = {
      id: randomUUID(),
      query,
      addedAt: clock.now(),
      askedAt: null,
      known: new Set(),
      fresh: new Map(),
      dueAt: clock.monotonic(),
      problem: null,
    };
    this.#saved.set(one.id, one);
    try {
      await this.#write();
    } catch (error) {
      this.#saved.delete(one.id);
      throw error;
    }
    this.#arrange();
    this.#c.onChange();
    return this.#view(one);
  }

  async seen(id: string): Promise<SavedSearchView> {
    const one = this.#get(id);
    for (const key of one.fresh.keys()) one.known.add(key);
    one.fresh.clear();
    this.#c.onChange();
    await this.#write();
    return this.#view(one);
  }

  async remove(id: string): Promise<void> {
    this.#saved.delete(this.#get(id).id);
    this.#arrange();
    this.#c.onChange();
    await this.#write();
  }

  #get(id: string): Saved {
    const one = this.#saved.get(id);
    if (one === undefined) throw new BanyanError('not_found', 'There is no such saved search.');
    return one;
  }

  #view(one: Saved): SavedSearchView {
    const { clock } = this.#c;
    return {
      id: one.id,
      query: one.query,
      addedAt: one.addedAt,
      askedAt: one.askedAt,
      nextAt: Math.round(clock.now() + Math.max(0, one.dueAt - clock.monotonic())),
      fresh: one.fresh.size,
      names: [...one.fresh.values()].toReversed().slice(0, MAX_SAVED_NAMES),
      problem: one.problem,
    };
  }

  /** Sets the timer for the one that is due first. */
  #arrange(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const first = this.#first();
    if (this.#asking !== undefined || this.#stop.signal.aborted || first === undefined) return;
    const { clock } = this.#c;
    this.#timer = clock.setTimeout(
      () => {
        this.#asking = this.#askFirst().finally(() => {
          this.#asking = undefined;
          this.#arrange();
        });
      },
      Math.max(0, first.dueAt - clock.monotonic(), this.#notBefore - clock.monotonic()),
      { keepAlive: false },
    );
  }

  /** The one that is due first. */
  #first(): Saved | undefined {
    let first: Saved | undefined;
    for (const one of this.#saved.values()) if (first === undefined || one.dueAt < first.dueAt) first = one;
    return first;
  }

  /** Never rejects. */
  async #askFirst(): Promise<void> {
    const { clock, log } = this.#c;
    try {
      // Asked of nobody, it would be put off for a whole interval: at a start the link takes a moment.
      await this.#c.ready(this.#stop.signal);
    } catch {
      return;
    }
    // Chosen only now: meanwhile some may have been removed.
    const one = this.#first();
    if (one === undefined || one.dueAt > clock.monotonic()) return;
    const found: Hit[] = [];
    try {
      await this.#c.ask(one.query, {
        limit: MAX_HITS,
        // What somebody saved is meant as it is: a correction could change from one day to the next.
        asTyped: true,
        signal: this.#stop.signal,
        onHits: (hits) => void found.push(...hits),
      });
      one.problem = null;
      this.#learn(one, found);
      one.askedAt = clock.now();
      this.#putOff(one);
      await this.#write();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const { code, message } = toBanyanError(error);
      log.debug({ code }, `a saved search was not answered: ${message}`);
      one.problem = { code, message };
      this.#putOff(one);
    }
    this.#notBefore = clock.monotonic() + GAP_MS;
    this.#c.onChange();
  }

  #putOff(one: Saved): void {
    const { clock, random } = this.#c;
    one.dueAt = clock.monotonic() + INTERVAL_MS * (1 + JITTER * random());
  }

  #learn(one: Saved, hits: readonly Hit[]): void {
    const isFirst = one.askedAt === null;
    for (const hit of hits) {
      const key = keyOf(hit);
      if (one.fresh.has(key)) continue;
      if (one.known.has(key)) {
        one.known.delete(key); // To the end: what is still there is forgotten last.
        one.known.add(key);
      } else if (isFirst || one.fresh.size >= MAX_FRESH || this.#c.owned(hit) !== 'none') one.known.add(key);
      else one.fresh.set(key, displayText(hit.name, MAX_NAME_BYTES));
    }
    for (const key of one.known) {
      if (one.known.size <= MAX_KNOWN) break;
      one.known.delete(key);
    }
  }

  #write(): Promise<void> {
    const text = JSON.stringify({
      saved: [...this.#saved.values()].map(({ id, query, addedAt, askedAt, known, fresh }) => ({
        id,
        query,
        addedAt,
        askedAt,
        known: [...known],
        fresh: [...fresh],
      })),
    });
    const write = this.#writing.then(() => writePrivateFile(this.#file, text));
    // Who asked for this write hears of it; the next one is tried all the same.
    this.#writing = write.catch(() => undefined);
    return write;
  }
}

const keyOf = (content: ContentId): string =>
  createHash('sha256').update(contentKey(content)).digest('base64url').slice(0, KEY_CHARS);

/** What a file holds; entries that are none of ours are left out. */
function savedIn(file: unknown): Omit<Saved, 'dueAt'>[] {
  const { saved } = (file ?? {}) as { saved?: unknown };
  if (!Array.isArray(saved)) return [];
  return (saved as unknown[]).slice(0, MAX_SAVED_SEARCHES).flatMap((entry) => {
    const { id, query, addedAt, askedAt, known, fresh } = (entry ?? {}) as Partial<
      Record<keyof Saved, unknown>
    >;
    if (typeof id !== 'string' || typeof query !== 'string' || query.length > MAX_QUERY_CHARS) return [];
    return [
      {
        id,
        query,
        addedAt: typeof addedAt === 'number' ? addedAt : 0,
        askedAt: typeof askedAt === 'number' ? askedAt : null,
        known: new Set(texts(known).slice(-MAX_KNOWN)),
        fresh: new Map(
          (Array.isArray(fresh) ? (fresh as unknown[]) : [])
            .map(texts)
            .flatMap(([key, name]): [string, string][] =>
              key === undefined || name === undefined ? [] : [[key, name]],
            )
            .slice(0, MAX_FRESH),
        ),
        problem: null,
      },
    ];
  });
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? (value as unknown[]).filter((one): one is string => typeof one === 'string') : [];
