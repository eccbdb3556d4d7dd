/**
 * "Can others reach me?" in four steps, each with what was measured: the port answers, it is this Banyan that answers, a
 * supernode finds one of our files, a stranger fetches a chunk of one. Nothing is claimed that was not seen.
 */
import {
  BanyanError,
  contentIdText,
  isBanyanError,
  parseContentId,
  type ChunkFetch,
  type ContentId,
  type FetchedView,
  type Hit,
  type Problem,
  type ReachStep,
  type ReachTest,
  type SearchDone,
  type SharedFile,
  toBanyanError,
} from '@banyan/proto';
import { formatHostPort, type Clock } from '@banyan/kit';
import type { SearchOptions } from '@banyan/sdk';
import type { Dialled } from './link.ts';

export interface ReachTestComponents {
  readonly clock: Clock;
  readonly dialled: () => Dialled;
  /**
   * Has the home dial back now and fetch a chunk of a file; it may not be able to, or not want to again so soon. Null: it is
   * too old to fetch.
   */
  readonly checkReach: (content: ContentId | undefined, signal: AbortSignal) => Promise<ChunkFetch | null>;
  /** Some files that others should find, the newest first. */
  readonly files: () => readonly SharedFile[];
  readonly search: (query: string, options: SearchOptions) => Promise<SearchDone>;
  /** The latest first. */
  readonly fetched: () => readonly FetchedView[];
  /** Where transfers are listened for. */
  readonly listen: () => { readonly host: string; readonly port: number };
}

/** Of these something answered, and it was not we. */
const ANSWERED: ReadonlySet<string> = new Set(['key_mismatch', 'wrong_service']);
/** These say nothing of whether others can fetch: it was not tried, or not to the end, or all slots are given to others. */
const UNTRIED: ReadonlySet<string> = new Set([
  'aborted',
  'no_slot',
  'rate_limited',
  'shutting_down',
  'unavailable',
]);
/** One of several files is asked for until one is found: the newest may not be published yet. */
const FILES_TRIED = 3;
const SEARCH_MS = 5_000;

const nothing: Omit<ReachStep, 'step' | 'result'> = {
  problem: null,
  by: null,
  address: null,
  ms: null,
  file: null,
  bytes: null,
  at: null,
};
const step = (
  name: ReachStep['step'],
  result: ReachStep['result'],
  more: Partial<ReachStep> = {},
): ReachStep => ({ ...nothing, ...more, step: name, result });

export function createReachTest(
  components: ReachTestComponents,
): (signal: AbortSignal) => Promise<ReachTest> {
  const { clock, dialled, checkReach, files, search, fetched, listen } = components;
  /** What came of the last chunk that was asked for. */
  let lastFetch: ReachStep | undefined;

  /** Has the home look. What it says of the chunk, or why it did not look: then what it found last holds, with its time. */
  async function look(
    content: ContentId | undefined,
    signal: AbortSignal,
  ): Promise<ChunkFetch | BanyanError | null> {
    try {
      return await checkReach(content, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      return toBanyanError(error);
    }
  }

  function dialBack(): [ReachStep, ReachStep] {
    const { home, checks, at: checkedAt } = dialled();
    const by = home ?? null;
    const check = checks.find(({ reachable }) => reachable) ?? checks[0];
    if (check === undefined) return [step('port', 'unknown', { by }), step('key', 'unknown', { by })];
    const { address, reachable, code, message, roundTripMs } = check;
    const seen = {
      by,
      address: address === null ? null : formatHostPort(address.host, address.port),
      at: checkedAt ?? null,
    };
    if (reachable) {
      const answered = { ...seen, ms: Math.round(roundTripMs * 10) / 10 };
      return [step('port', 'passed', answered), step('key', 'passed', answered)];
    }
    const problem: Problem = { code, message };
    return ANSWERED.has(code)
      ? [step('port', 'passed', seen), step('key', 'failed', { ...seen, problem })]
      : [step('port', 'failed', { ...seen, problem }), step('key', 'unknown', seen)];
  }

  async function find(signal: AbortSignal): Promise<ReachStep> {
    const own = files().slice(0, FILES_TRIED);
    if (own.length === 0) return step('found', 'unknown');
    const by = dialled().home ?? null;
    let last: ReachStep = step('found', 'unknown');
    for (const { content, name } of own) {
      const started = clock.monotonic();
      let hit: Hit | undefined;
      const isIt = (one: Hit): boolean => contentIdText(one) === content;
      try {
        await search(`hash:${content.split('-')[0] ?? ''}`, {
          limit: 2,
          asTyped: true,
          signal,
          timeoutMs: SEARCH_MS,
          onHits: (hits) => (hit = hits.find(isIt) ?? hit),
        });
      } catch (error) {
        if (isBanyanError(error) && error.code === 'aborted') throw error;
        const { code, message } = toBanyanError(error);
        return step('found', 'failed', { by, file: name, problem: { code, message } });
      }
      const ms = Math.round((clock.monotonic() - started) * 10) / 10;
      if (hit !== undefined) return step('found', 'passed', { by, file: name, ms });
      last = step('found', 'failed', { by, file: name, ms });
    }
    return last;
  }

  /** What a stranger could fetch just now; where nobody tried, what the last real download showed. */
  function fetchedNow(file: SharedFile | undefined, came: ChunkFetch | BanyanError | null): ReachStep {
    const by = dialled().home ?? null;
    if (file === undefined) return given(step('fetched', 'unknown'));
    const { name } = file;
    if (came === null) {
      const problem = {
        code: 'unknown_message',
        message: 'Your supernode is too old to fetch a chunk for a test.',
      };
      return given(step('fetched', 'unknown', { by, file: name, problem }));
    }
    if (came instanceof BanyanError) {
      const { code, message } = came;
      return lastFetch ?? given(step('fetched', 'unknown', { by, file: name, problem: { code, message } }));
    }
    const { address, code, message, bytes, tookMs } = came;
    const tried = {
      by,
      file: name,
      address: address === null ? null : formatHostPort(address.host, address.port),
      at: clock.now(),
    };
    const problem: Problem = { code, message };
    if (code === '') lastFetch = step('fetched', 'passed', { ...tried, bytes, ms: tookMs });
    // Without an address nothing was asked for: the steps before say why.
    else if (address === null) lastFetch = step('fetched', 'unknown', { by });
    else if (UNTRIED.has(code)) return given(step('fetched', 'unknown', { ...tried, problem }));
    else lastFetch = step('fetched', 'failed', { ...tried, problem });
    return lastFetch;
  }

  function given(otherwise: ReachStep): ReachStep {
    const [latest] = fetched();
    if (latest === undefined) return otherwise;
    const { lastAccount: by, name: file, bytes, lastAt: at } = latest;
    return step('fetched', 'passed', { by, file, bytes, at });
  }

  return async (signal) => {
    // The empty file has nothing that could be fetched.
    const file = files().find(({ content }) => parseContentId(content).length > 0);
    const came = await look(file === undefined ? undefined : parseContentId(file.content), signal);
    return {
      at: clock.now(),
      listen: listen(),
      steps: [...dialBack(), await find(signal), fetchedNow(file, came)],
    };
  };
}
