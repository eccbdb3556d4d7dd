/**
 * One session with one supernode, as a client: hello, publish, search, sources, re-authentication.
 * Which supernode, and what to do when it is lost, is the business of `home.ts`.
 */
import {
  AUDIENCE,
  BanyanError,
  MAX_SOURCES,
  MAX_SUGGESTIONS,
  PROTOCOL_VERSIONS,
  QUERY_TIMEOUT_MS,
  RELATION,
  commonVersion,
  toBanyanError,
  type AddressCheck,
  type ContentId,
  type Envelope,
  type Hit,
  type HostPort,
  type Outgoing,
  type Publish,
  type PublishAck,
  type ReachChecked,
  type SearchDone,
  type Source,
  type Suggestion,
  type SupernodeRef,
  type UploadOffer,
  type Welcome,
} from '@banyan/proto';
import { pinnedWebSocket, type Clock, type Identity, type Log } from '@banyan/kit';
import { createChannel, type Channel, type ChannelHandlers, type OnTraffic } from './channel.ts';
import type { TokenSource } from './token-source.ts';

/** The WebSocket subprotocol of sessions and links. */
export const SESSION_SUBPROTOCOL = 'banyan.v1';
/** Path of the upgrade request. */
export const SESSION_PATH = '/v1/session';

/** Named in the welcome of a supernode that answers `Suggest`; one that does not know the message would end the session. */
export const SUGGEST_FEATURE = 'suggest';
/** The same for `CheckReach`. */
export const CHECK_REACH_FEATURE = 'check-reach';
/** The same for `UploadOffer`. */
export const UPLOAD_OFFER_FEATURE = 'upload-offer';

/** What a caller of a supernode is to it; the wire's Relation. */
export type SessionRelation = 'home' | 'second' | 'supernode' | 'probe';
const RELATION_WIRE: Record<SessionRelation, number> = {
  home: RELATION.home,
  second: RELATION.secondHome,
  supernode: RELATION.supernode,
  probe: RELATION.probe,
};

/** How to reach a supernode; an entry of the list fits. */
export interface SupernodeAddress {
  readonly deviceId: string;
  readonly name: string;
  readonly addresses: readonly HostPort[];
}

export interface SessionComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: Identity;
  readonly tokens: TokenSource;
}

export interface SessionInit {
  readonly supernode: SupernodeAddress;
  readonly relation: SessionRelation;
  /** "banyan/0.1.0 (peer)" */
  readonly software: string;
  /** Where this device accepts transfers (leaf) or sessions (supernode). */
  readonly listen: readonly HostPort[];
  /** What would be published; absent: nothing. */
  readonly catalog?: { readonly fingerprint: Uint8Array; readonly records: number };
  /** Highest revocation sequence known. */
  readonly revocationsKnown: number;
  readonly signal?: AbortSignal;
  /** For dialling, token and welcome together. Default 10 s. */
  readonly timeoutMs?: number;
  readonly onRevocations?: (signed: readonly string[]) => void;
  readonly onDraining?: (notice: { deadlineMs: number; alternates: readonly SupernodeRef[] }) => void;
  readonly onReachability?: (checks: readonly AddressCheck[]) => void;
  /** Any other message of the supernode: links speak both ways. */
  readonly onMessage?: ChannelHandlers['onMessage'];
  readonly onTraffic?: OnTraffic;
}

export interface SearchOptions {
  readonly limit?: number;
  /** Asks for the hits after these: that of an earlier answer. Empty: from the start, as by default. */
  readonly cursor?: Uint8Array;
  /** The last word is still being typed; it is completed by the words of the home. Default false. */
  readonly partialLastWord?: boolean;
  /** Search for the words as they are typed: no correction of spelling. Default false. */
  readonly asTyped?: boolean;
  /** Tell with each hit what its score is made of. Default false. */
  readonly explain?: boolean;
  readonly signal?: AbortSignal;
  /** Default {@link QUERY_TIMEOUT_MS}; the session waits a little longer for the answer itself. */
  readonly timeoutMs?: number;
  /** Hits as they come; a later hit of the same content replaces the earlier one. */
  readonly onHits?: (hits: readonly Hit[]) => void;
  readonly traceparent?: string;
}

export interface SourcesOptions {
  readonly limit?: number;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly onSources?: (sources: readonly Source[]) => void;
  readonly traceparent?: string;
}

/** What is kept of a welcome. */
export interface KnownWelcome extends Pick<Welcome, 'version' | 'catalogKnown' | 'revocationsKnown'> {
  readonly features: readonly string[];
  readonly alternates: readonly SupernodeRef[];
}

export interface SupernodeSession {
  readonly supernode: SupernodeAddress;
  readonly welcome: KnownWelcome;
  /** The address that answered. */
  readonly address: HostPort;
  readonly connectedAt: number;
  readonly roundTripMs: number | undefined;
  readonly open: boolean;
  readonly channel: Channel;
  publish(batch: Outgoing<Publish>, signal?: AbortSignal): Promise<PublishAck>;
  search(query: string, options?: SearchOptions): Promise<SearchDone>;
  findSources(content: ContentId, options?: SourcesOptions): Promise<Source[]>;
  /**
   * How a query that is being typed may go on, by the words of this supernode's leaves; best first, at most `limit`
   * (0: MAX_SUGGESTIONS). Empty where the supernode is too old to know.
   *
   * @throws BanyanError `rate_limited`, `forbidden` for a probe, `timeout`, `aborted`
   */
  suggest(query: string, limit: number, signal?: AbortSignal): Promise<Suggestion[]>;
  /**
   * Has this device dialled back now, and a chunk of a file that it shares fetched as any downloader would.
   *
   * @param content - not given: nothing is fetched
   * @returns `fetch` is null where the supernode is too old for it
   * @throws BanyanError `unknown_message` where the supernode is too old to be asked, `forbidden` where it is not the home,
   *   `rate_limited`, `timeout`, `aborted`
   */
  checkReach(content?: ContentId, signal?: AbortSignal): Promise<ReachChecked>;
  /** Tells what others can expect who download from this device; a supernode that is too old to know is told nothing. */
  offerUploads(offer: UploadOffer): void;
  close(error?: BanyanError): void;
  readonly closed: Promise<BanyanError | undefined>;
}

/** An error of connecting that names other supernodes to try. */
export interface RefusalDetails {
  readonly alternates: readonly SupernodeRef[];
}

const CONNECT_TIMEOUT_MS = 10_000;
/** The answer of a search travels too. */
const ANSWER_SLACK_MS = 1_500;
/** Later suggestions are no help: more has been typed. */
const SUGGEST_TIMEOUT_MS = 1_000;
/** A dial-back of five seconds, behind those of others. */
const CHECK_REACH_TIMEOUT_MS = 15_000;
/** A second dial, the proof and the chunk: what the supernode gives them, and a little more. */
const FETCH_CHUNK_TIMEOUT_MS = 40_000;
/** Hops a leaf's query may make behind its home. */
const LEAF_HOPS = 1;

/**
 * Dials a supernode, address by address, and says hello.
 *
 * @throws BanyanError `unreachable`, `key_mismatch`, `token_*`, `full`, `draining` (with `details.alternates`),
 *   `unsupported_version`, `timeout`, `aborted`
 */
export async function openSupernodeSession(
  components: SessionComponents,
  init: SessionInit,
): Promise<SupernodeSession> {
  const timeout = AbortSignal.timeout(init.timeoutMs ?? CONNECT_TIMEOUT_MS);
  const signal = init.signal === undefined ? timeout : AbortSignal.any([timeout, init.signal]);
  let last: BanyanError | undefined;
  for (const address of init.supernode.addresses) {
    for (const retry of [false, true]) {
      try {
        return await openAt(components, init, address, signal);
      } catch (error) {
        last =
          timeout.aborted && init.signal?.aborted !== true
            ? new BanyanError('timeout', `The supernode ${init.supernode.name} did not answer in time.`)
            : toBanyanError(error, 'unreachable');
        if (signal.aborted) throw last;
        // A token that ended on the way (or was signed with a retired key) is worth one new try.
        if (retry || (last.code !== 'token_expired' && last.code !== 'token_invalid')) break;
        components.tokens.invalidate(AUDIENCE.supernode);
      }
    }
    // Another address helps against an unreachable one, not against a refusal.
    if (
      last !== undefined &&
      !['unreachable', 'timeout', 'key_mismatch', 'wrong_service'].includes(last.code)
    )
      throw last;
  }
  throw (
    last ?? new BanyanError('unreachable', `No address of the supernode ${init.supernode.name} is known.`)
  );
}

async function openAt(
  components: SessionComponents,
  init: SessionInit,
  address: HostPort,
  signal: AbortSignal,
): Promise<SupernodeSession> {
  const { clock, identity, tokens } = components;
  const log = components.log.child({ supernode: init.supernode.name });
  const token = await tokens.token(AUDIENCE.supernode, signal);
  const socket = await pinnedWebSocket({
    host: address.host,
    port: address.port,
    deviceId: init.supernode.deviceId,
    identity,
    path: SESSION_PATH,
    protocols: [SESSION_SUBPROTOCOL],
    headers: { authorization: `Bearer ${token}` },
    signal,
  });
  let refusedAlternates: readonly SupernodeRef[] = [];
  const channel = createChannel({
    socket,
    clock,
    log,
    ...(init.onTraffic === undefined ? {} : { onTraffic: init.onTraffic }),
    handlers: {
      onMessage: (envelope, reply, cancel) => {
        switch (envelope.kind) {
          case 'revocations':
            init.onRevocations?.(envelope.revocations.signed);
            return undefined;
          case 'draining':
            init.onDraining?.(envelope.draining);
            return undefined;
          case 'reachability':
            init.onReachability?.(envelope.reachability.checks);
            return undefined;
          case 'error':
            refusedAlternates = envelope.error.alternates;
            return undefined;
          case 'credit':
            channel.grant(envelope.credit.requests);
            return undefined;
          default:
            if (init.onMessage !== undefined) return init.onMessage(envelope, reply, cancel);
            throw new BanyanError(
              'unknown_message',
              `A supernode sent "${envelope.kind}", which a leaf does not answer.`,
            );
        }
      },
    },
  });
  let stopFresh: (() => void) | undefined;
  try {
    const answer = await channel.request(
      {
        kind: 'hello',
        hello: {
          minVersion: PROTOCOL_VERSIONS.min,
          maxVersion: PROTOCOL_VERSIONS.max,
          relation: RELATION_WIRE[init.relation],
          software: init.software,
          listen: [...init.listen],
          catalogFingerprint: init.catalog?.fingerprint ?? new Uint8Array(0),
          catalogRecords: init.catalog?.records ?? 0,
          revocationsKnown: init.revocationsKnown,
          features: [],
        },
      },
      { signal },
    );
    if (answer.kind !== 'welcome')
      throw new BanyanError('out_of_order', `The supernode answered hello with "${answer.kind}".`);
    const { welcome } = answer;
    if (commonVersion({ min: welcome.version, max: welcome.version }) === undefined)
      throw new BanyanError(
        'unsupported_version',
        `The supernode ${init.supernode.name} speaks protocol version ${welcome.version}, this program ${PROTOCOL_VERSIONS.min} to ${PROTOCOL_VERSIONS.max}. Update the older side.`,
      );
    if (welcome.limits !== null && welcome.limits.maxInFlight > 0)
      channel.setMaxInFlightOut(welcome.limits.maxInFlight);
    stopFresh = tokens.keepFresh(AUDIENCE.supernode, (fresh) => {
      channel
        .request({ kind: 'reauth', reauth: { token: fresh } }, { timeoutMs: CONNECT_TIMEOUT_MS })
        .catch((error: unknown) => {
          log.warn({ err: error }, 'the supernode did not take the new token');
        });
    });
    void channel.closed.then(stopFresh);
    return new ChannelSession({
      supernode: init.supernode,
      welcome: keptOf(welcome),
      address,
      channel,
      connectedAt: clock.now(),
    });
  } catch (error) {
    channel.close();
    const e = toBanyanError(error, 'unreachable');
    throw refusedAlternates.length === 0
      ? e
      : new BanyanError(e.code, e.message, {
          cause: e,
          ...(e.retryAfterMs === undefined ? {} : { retryAfterMs: e.retryAfterMs }),
          details: { alternates: refusedAlternates } satisfies RefusalDetails,
        });
  }
}

/** Lists of features that were seen, by what is in them: all supernodes of a version have the same. */
const featureLists = new Map<string, readonly string[]>();
/** More are not shared. */
const MAX_FEATURE_LISTS = 64;

/** A load tester keeps that of each of thousands of sessions. */
function keptOf({ version, catalogKnown, revocationsKnown, features, alternates }: Welcome): KnownWelcome {
  const key = features.join(' ');
  const shared = featureLists.get(key) ?? features;
  if (featureLists.size < MAX_FEATURE_LISTS) featureLists.set(key, shared);
  return {
    version,
    catalogKnown,
    revocationsKnown,
    features: shared,
    alternates: alternates.length === 0 ? NO_ALTERNATES : alternates,
  };
}

const NO_ALTERNATES: readonly SupernodeRef[] = [];

/** A class: of an object literal with its functions there would be one set for each of thousands of sessions. */
class ChannelSession implements SupernodeSession {
  readonly supernode: SupernodeAddress;
  readonly welcome: KnownWelcome;
  readonly address: HostPort;
  readonly channel: Channel;
  readonly connectedAt: number;

  constructor(init: Pick<SupernodeSession, 'supernode' | 'welcome' | 'address' | 'channel' | 'connectedAt'>) {
    this.supernode = init.supernode;
    this.welcome = init.welcome;
    this.address = init.address;
    this.channel = init.channel;
    this.connectedAt = init.connectedAt;
  }

  get closed(): Promise<BanyanError | undefined> {
    return this.channel.closed;
  }

  get roundTripMs(): number | undefined {
    return this.channel.roundTripMs;
  }

  get open(): boolean {
    return this.channel.open;
  }

  async publish(batch: Outgoing<Publish>, signal?: AbortSignal): Promise<PublishAck> {
    const answer = await this.channel.request(
      { kind: 'publish', publish: batch },
      signal === undefined ? {} : { signal },
    );
    if (answer.kind !== 'publishAck') throw unexpected('publish', answer);
    return answer.publishAck;
  }

  async search(query: string, options: SearchOptions = {}): Promise<SearchDone> {
    const timeoutMs = options.timeoutMs ?? QUERY_TIMEOUT_MS;
    const answer = await this.channel.request(
      {
        kind: 'search',
        search: {
          query,
          limit: options.limit ?? 0,
          queryId: crypto.getRandomValues(new Uint8Array(16)),
          hops: LEAF_HOPS,
          timeoutMs,
          weights: [],
          cursor: options.cursor ?? new Uint8Array(0),
          partialLastWord: options.partialLastWord ?? false,
          asTyped: options.asTyped ?? false,
          explain: options.explain ?? false,
        },
      },
      {
        timeoutMs: timeoutMs + ANSWER_SLACK_MS,
        onAnswer: (envelope) => {
          if (envelope.kind === 'hits') options.onHits?.(envelope.hits.hits);
        },
        ...common(options),
      },
    );
    if (answer.kind !== 'searchDone') throw unexpected('search', answer);
    return answer.searchDone;
  }

  async findSources(content: ContentId, options: SourcesOptions = {}): Promise<Source[]> {
    const timeoutMs = options.timeoutMs ?? QUERY_TIMEOUT_MS;
    const found = new Map<string, Source>();
    const answer = await this.channel.request(
      {
        kind: 'findSources',
        findSources: {
          root: content.root,
          length: content.length,
          limit: options.limit ?? 0,
          hops: LEAF_HOPS,
          queryId: crypto.getRandomValues(new Uint8Array(16)),
          timeoutMs,
        },
      },
      {
        timeoutMs: timeoutMs + ANSWER_SLACK_MS,
        onAnswer: (envelope) => {
          if (envelope.kind !== 'sources') return;
          // A supernode names so many at most, or it lies: what it sends is not kept without end.
          const fresh = envelope.sources.sources
            .filter((s) => !found.has(s.deviceId))
            .slice(0, MAX_SOURCES - found.size);
          for (const source of fresh) found.set(source.deviceId, source);
          if (fresh.length > 0) options.onSources?.(fresh);
        },
        ...common(options),
      },
    );
    if (answer.kind !== 'sources') throw unexpected('findSources', answer);
    return [...found.values()];
  }

  async suggest(query: string, limit: number, signal?: AbortSignal): Promise<Suggestion[]> {
    if (!this.welcome.features.includes(SUGGEST_FEATURE)) return [];
    const most = limit === 0 ? MAX_SUGGESTIONS : Math.min(limit, MAX_SUGGESTIONS);
    const answer = await this.channel.request(
      { kind: 'suggest', suggest: { query, limit: most } },
      { timeoutMs: SUGGEST_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) },
    );
    if (answer.kind !== 'suggestions') throw unexpected('suggest', answer);
    return answer.suggestions.suggestions.slice(0, most);
  }

  async checkReach(content?: ContentId, signal?: AbortSignal): Promise<ReachChecked> {
    if (!this.welcome.features.includes(CHECK_REACH_FEATURE))
      throw new BanyanError(
        'unknown_message',
        `The supernode ${this.supernode.name} is too old to dial back when it is asked. It did so when this device came.`,
      );
    const answer = await this.channel.request(
      { kind: 'checkReach', checkReach: content ?? {} },
      {
        ...(signal === undefined ? {} : { signal }),
        timeoutMs: CHECK_REACH_TIMEOUT_MS + (content === undefined ? 0 : FETCH_CHUNK_TIMEOUT_MS),
      },
    );
    if (answer.kind !== 'reachChecked') throw unexpected('checkReach', answer);
    return answer.reachChecked;
  }

  offerUploads(offer: UploadOffer): void {
    if (this.welcome.features.includes(UPLOAD_OFFER_FEATURE))
      this.channel.send({ kind: 'uploadOffer', uploadOffer: offer });
  }

  close(error?: BanyanError): void {
    this.channel.close(error);
  }
}

/** Options of a request that are given as they are; last in a literal: V8 11 gives one that begins with them a hidden class of its own. */
function common(options: { signal?: AbortSignal; traceparent?: string }): {
  signal?: AbortSignal;
  traceparent?: string;
} {
  return {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }),
  };
}

function unexpected(what: string, answer: Envelope): BanyanError {
  return new BanyanError('out_of_order', `The supernode answered ${what} with "${answer.kind}".`);
}
