import Value from 'typebox/value';
import {
  BanyanError,
  LONG_POLL_MS,
  MAX_JSON_BODY_BYTES,
  MAX_RETURNED_REVOCATIONS,
  RevocationsResponse,
  toBanyanError,
  type IssuerMetadata,
  type RevocationsReturn,
} from '@banyan/proto';
import { abortable } from '../abortable.ts';
import { createBackoff } from '../backoff.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { Startable } from '../lifecycle.ts';
import { silentLog, type Log } from '../log.ts';
import { createServiceFetch, readJson, type ServiceFetch } from '../tls/service-fetch.ts';
import { createRevocationList, type ApplyResult, type RevocationList } from '../tokens/revocation-list.ts';
import { createRemoteKeys, type RemoteKeys, type SigningJwk } from '../tokens/token-keys.ts';
import { beginWithPins, followPins, KeptPins } from './kept-pins.ts';
import { checkIssuerMetadata, fetchIssuerMetadata, normalizeIssuerUrl } from './issuer-metadata.ts';

/** What is known of an issuer, as plain JSON: to be kept over restarts, so that one with auth away works. */
export interface IssuerState {
  readonly url: string;
  readonly metadata: IssuerMetadata;
  readonly keys: readonly SigningJwk[];
  /** Signed deltas from the first on. */
  readonly revocations: readonly string[];
  /** How auth's key is pinned; absent: a public authority certifies it. */
  readonly pins?: KeptPins;
}

/** The network's auth service as everybody else sees it. */
export interface Issuer extends Startable {
  /** The network's name, in its one spelling. */
  readonly url: string;
  /** Pins of its TLS key as they stand now; empty: a public authority certifies it. */
  readonly pins: readonly string[];
  /** `fetch` with the trust of this issuer. */
  readonly fetch: ServiceFetch;
  readonly keys: RemoteKeys;
  readonly revocations: RevocationList;
  /**
   * What the issuer last said of itself.
   *
   * @throws BanyanError `unavailable` before anything was heard
   */
  readonly metadata: IssuerMetadata;
  /** Whether auth answered when it was last asked; with it away, sessions outlive their tokens by a grace. */
  readonly reachable: boolean;
  /** Pins of the lists' TLS keys, from the metadata; empty: public authorities certify them. */
  readonly listPins: readonly string[];
  /**
   * Fetches the metadata again; calls under way share one fetch.
   *
   * @throws BanyanError `unreachable`, `key_mismatch`, `wrong_service`, `unavailable`, `timeout`, `aborted`
   */
  refresh(signal?: AbortSignal): Promise<IssuerMetadata>;
  /**
   * Asks auth once for the deltas that are missing here; with `waitMs` it may hold the answer until there are any.
   *
   * @throws BanyanError as {@link refresh}; `token_invalid` for deltas that auth did not sign
   */
  fetchRevocations(init?: { readonly waitMs?: number; readonly signal?: AbortSignal }): Promise<ApplyResult>;
  /** What is known now; undefined before anything was heard. */
  snapshot(): IssuerState | undefined;
  /** Calls `listener` when {@link snapshot} would give something new; returns how to stop that. */
  onChange(listener: () => void): () => void;
}

/** What {@link createIssuer} needs. */
export interface IssuerComponents {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Default: one made from the trust given; it is closed with the issuer. */
  readonly fetch?: ServiceFetch;
  /** For jitter; default `Math.random`. */
  readonly random?: () => number;
}

/** Options of {@link createIssuer}. */
export interface IssuerInit {
  /** The network's URL. */
  readonly url: string;
  /** Pins of an invite, or configured; default: those that were kept. */
  readonly pins?: readonly string[];
  /** As in {@link ServiceTrust}. */
  readonly allowLoopbackHttp?: boolean;
  /** What {@link Issuer.snapshot} gave before the restart; that of another network is passed over. */
  readonly state?: unknown;
  /**
   * Follow the revocation feed by long poll while started; default false. For supernodes and services, which relay
   * it: peers hear it from their supernode.
   */
  readonly followRevocations?: boolean;
}

/** Metadata changes when an operator changes something; ten minutes later everybody knows. */
const METADATA_REFRESH_MS = 10 * 60_000;
/** Deltas in one answer: a list of 10,000 bans comes whole. */
const MAX_REVOCATIONS_BYTES = 16 * 1024 * 1024;
/** An answer without news that came at once means that auth holds no polls open; it is not asked more often than this. */
const MIN_POLL_MS = 1_000;
/** An auth that takes nothing back is asked again after so long: nothing changes by itself. */
const GIVE_BACK_PAUSE_MS = 10 * 60_000;
/** Characters of deltas in one call that gives them back: within what auth takes for a body, with room for the rest. */
const GIVE_BACK_CHARS = MAX_JSON_BODY_BYTES - 4 * 1024;

/**
 * Makes the client of a network's auth service: metadata, keys and revocations, each with last-known values while it
 * is away.
 *
 * `start` fetches the metadata. When that fails and an earlier state is known, it goes on with that and says so in the
 * log; otherwise it throws.
 */
export function createIssuer(components: IssuerComponents, init: IssuerInit): Issuer {
  const { clock = systemClock, log = silentLog() } = components;
  const url = normalizeIssuerUrl(init.url);
  const known = readState(init.state, url, log);
  let pins = beginWithPins(init.pins ?? [], known?.pins);
  const fetch =
    components.fetch ??
    createServiceFetch({
      pins: () => pins?.now ?? [],
      ...(init.allowLoopbackHttp === undefined ? {} : { allowLoopbackHttp: init.allowLoopbackHttp }),
    });
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  let metadata = known?.metadata;
  let metadataAt = -Infinity;
  let reachable = false;
  let refreshing: Promise<IssuerMetadata> | undefined;
  /** Monotonic ms. */
  let giveBackAfter = -Infinity;
  let running: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;

  const load = async (): Promise<IssuerMetadata> => {
    const fresh = await fetchIssuerMetadata(fetch, url);
    reachable = true;
    const next = pins && followPins(pins, fresh.banyan_pins);
    if (pins !== undefined && next === undefined)
      log.warn(
        { issuer: url },
        'auth names pins that have nothing to do with the ones it is known by; they are passed over',
      );
    else pins = next;
    const isNew = JSON.stringify(fresh) !== JSON.stringify(metadata);
    metadata = fresh;
    metadataAt = clock.monotonic();
    if (isNew) changed();
    return fresh;
  };
  const refresh = (signal?: AbortSignal): Promise<IssuerMetadata> => {
    refreshing ??= load().finally(() => {
      refreshing = undefined;
    });
    return abortable(refreshing, signal);
  };

  const keys = createRemoteKeys(
    { fetch, clock },
    {
      jwksUrl: async () => (metadata ?? (await refresh())).jwks_uri,
      known: known?.keys ?? [],
      onChange: changed,
    },
  );
  const revocations = createRevocationList({ keys, clock }, { issuer: url });
  revocations.onChange(changed);

  /** Auth has fewer than we: it was restored from a backup, and learns from us what it once signed. */
  const giveBack = async (endpoint: string, from: number, signal: AbortSignal | undefined): Promise<void> => {
    if (clock.monotonic() < giveBackAfter) return;
    log.warn(
      { issuer: url, seq: from, known: revocations.seq },
      'auth has forgotten revocations: giving them back',
    );
    let at = from;
    while (at < revocations.seq) {
      const signed = returnable(revocations.since(at));
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ signed } satisfies RevocationsReturn),
        ...(signal === undefined ? {} : { signal }),
      });
      const body = await readJson(response, MAX_REVOCATIONS_BYTES).catch(() => undefined);
      const seq = response.status === 200 && Value.Check(RevocationsResponse, body) ? body.seq : at;
      if (seq <= at) {
        giveBackAfter = clock.monotonic() + GIVE_BACK_PAUSE_MS;
        log.error(
          { issuer: url, status: response.status, seq: at, known: revocations.seq },
          'auth does not take its revocations back: what is banned next will not be heard of here. See docs/backup.md',
        );
        return;
      }
      at = seq;
    }
  };

  const fetchRevocations: Issuer['fetchRevocations'] = async ({ waitMs = 0, signal } = {}) => {
    const { banyan_revocations_endpoint: endpoint } = metadata ?? (await refresh(signal));
    const asked = new URL(endpoint);
    asked.searchParams.set('after', String(revocations.seq));
    asked.searchParams.set('wait', String(Math.floor(waitMs / 1000)));
    const response = await fetch(asked, {
      timeoutMs: waitMs + 10_000,
      ...(signal === undefined ? {} : { signal }),
    });
    if (response.status !== 200) {
      throw new BanyanError(
        'unavailable',
        `The revocations of ${url} are not available (HTTP ${response.status}).`,
      );
    }
    const body = await readJson(response, MAX_REVOCATIONS_BYTES);
    if (!Value.Check(RevocationsResponse, body)) {
      throw new BanyanError('wrong_service', `The revocations of ${url} cannot be read. Ask your operator.`);
    }
    // Fewer alone says nothing: a replica may be a moment behind another.
    if (body.wanted === true && body.seq < revocations.seq && init.followRevocations === true)
      await giveBack(endpoint, body.seq, signal);
    return await revocations.apply(body.signed);
  };

  const follow = async (signal: AbortSignal): Promise<void> => {
    const backoff = createBackoff({
      minMs: 500,
      maxMs: 15_000,
      ...(components.random === undefined ? {} : { random: components.random }),
    });
    let failing = false;
    while (!signal.aborted) {
      try {
        if (clock.monotonic() - metadataAt > METADATA_REFRESH_MS) await refresh(signal);
        const since = clock.monotonic();
        const { applied, gap } = await fetchRevocations({ waitMs: LONG_POLL_MS, signal });
        reachable = true;
        if (gap)
          throw new BanyanError('wrong_service', `The revocations of ${url} have a gap. Ask your operator.`);
        if (failing) log.info({ issuer: url }, 'auth is reachable again');
        failing = false;
        backoff.reset();
        if (applied === 0 && clock.monotonic() - since < MIN_POLL_MS) await clock.sleep(MIN_POLL_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        reachable = false;
        const { code, message } = toBanyanError(error);
        if (!failing)
          log.warn({ issuer: url, code }, `auth does not answer; going on with what is known: ${message}`);
        failing = true;
        await clock.sleep(backoff.next(), signal).catch(() => undefined);
      }
    }
  };

  return {
    name: 'issuer',
    url,
    get pins() {
      return pins?.now ?? [];
    },
    fetch,
    keys,
    revocations,
    get metadata() {
      if (metadata !== undefined) return metadata;
      throw new BanyanError(
        'unavailable',
        `The auth service ${url} has not answered yet. Check that it runs.`,
      );
    },
    get reachable() {
      return reachable;
    },
    get listPins() {
      return metadata?.banyan_list_pins ?? [];
    },
    refresh,
    fetchRevocations,
    snapshot: () =>
      metadata === undefined
        ? undefined
        : {
            url,
            metadata,
            keys: keys.snapshot(),
            revocations: revocations.since(0),
            ...(pins === undefined ? {} : { pins }),
          },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async start(signal) {
      if (running !== undefined) return;
      if (known !== undefined && known.revocations.length > 0) {
        await revocations.apply(known.revocations).catch((error: unknown) => {
          // Signed by keys that are gone by now: auth serves the same deltas signed afresh.
          log.warn({ issuer: url, code: toBanyanError(error).code }, 'kept revocations are fetched again');
        });
      }
      try {
        await refresh(signal);
      } catch (error) {
        if (metadata === undefined || signal?.aborted === true) throw error;
        const { code, message } = toBanyanError(error);
        log.warn({ issuer: url, code }, `auth does not answer; going on with what was known: ${message}`);
      }
      const controller = new AbortController();
      const done = init.followRevocations === true ? follow(controller.signal) : Promise.resolve();
      running = { controller, done };
    },
    async stop() {
      running?.controller.abort();
      await running?.done;
      running = undefined;
      await fetch.close();
    },
  };
}

/** The first of these deltas that fit one call; at least one. */
function returnable(signed: readonly string[]): string[] {
  const some: string[] = [];
  let chars = 0;
  for (const text of signed.slice(0, MAX_RETURNED_REVOCATIONS)) {
    chars += text.length + 3;
    if (some.length > 0 && chars > GIVE_BACK_CHARS) break;
    some.push(text);
  }
  return some;
}

function readState(value: unknown, url: string, log: Log): IssuerState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const state = value as Partial<IssuerState>;
  if (state.url !== url) return undefined;
  try {
    return {
      url,
      metadata: checkIssuerMetadata(state.metadata, url),
      keys: Array.isArray(state.keys) ? state.keys : [],
      revocations: Array.isArray(state.revocations)
        ? (state.revocations as unknown[]).filter((text): text is string => typeof text === 'string')
        : [],
      ...(Value.Check(KeptPins, state.pins) ? { pins: state.pins } : {}),
    };
  } catch {
    log.warn({ issuer: url }, 'what was kept of the auth service cannot be read; it is fetched again');
    return undefined;
  }
}
