import { CHUNK_BYTES, type ErrorCode } from '@banyan/proto';
import {
  createDownloadPlanner,
  createPacer,
  DEFAULT_PLANNER_OPTIONS,
  type DownloadPlanner,
  type PlannerAction,
  type PlannerEvent,
  type PlannerOptions,
} from '../../../src/index.ts';
import { Agenda } from './agenda.ts';
import { seededRandom } from './random.ts';

/** How a simulated source behaves; bytes count over all its connections. */
export interface SourceModel {
  readonly id: string;
  /** Bytes per second, shared by its connections. */
  readonly rate: number;
  /** From request to first byte; each request up to half as much again with `jitter`. */
  readonly latencyMs?: number;
  readonly jitter?: boolean;
  /** Chunks it has; default all. A growing source gains its next chunk at this pace. */
  readonly has?: (chunk: number) => boolean;
  readonly gainsEveryMs?: number;
  /** Whether its chunk map is told when it joins; else the planner learns by refusals. */
  readonly tellsMap?: boolean;
  readonly joinsAt?: number;
  /** Silent for ever after so many bytes, connections stay open. */
  readonly stallsAfter?: number;
  /** Connections close after so many bytes and none is accepted again until `returnsAfterMs` (default: never). */
  readonly closesAfter?: number;
  readonly returnsAfterMs?: number;
  /** Each connection closes after so many bytes; the next one is served as well. */
  readonly closesEvery?: number;
  /** Wrong bytes in these chunks. */
  readonly liesIn?: (chunk: number) => boolean;
  /**
   * Answers whatever is asked with the whole file, as a plain server without ranges does: the bytes before a run are passed
   * over, and until it is known a request that begins elsewhere is of no use.
   */
  readonly isSequential?: boolean;
  /** A request that begins with such a chunk is answered with another range, of which nothing is taken. */
  readonly wrongRangeIn?: (chunk: number) => boolean;
  /** No slot until then; refused with a queue position. */
  readonly slotAt?: number;
  /** Rate changes to `rate2` at that time. */
  readonly changesAt?: number;
  readonly rate2?: number;
}

export interface SwarmInit {
  readonly seed: number;
  readonly length: number;
  readonly sources: readonly SourceModel[];
  readonly have?: (chunk: number) => boolean;
  readonly options?: Partial<PlannerOptions>;
  /** Simulated time after which the run is given up. */
  readonly limitMs?: number;
  /** Events from outside at their times (pause, resume, set-playhead …). */
  readonly script?: readonly { readonly at: number; readonly event: PlannerEvent }[];
  readonly stepMs?: number;
  /** Bytes per second that we allow ourselves, handed out by the pacer as lanes are. */
  readonly limit?: number;
}

export interface SwarmResult {
  readonly complete: boolean;
  readonly elapsedMs: number;
  readonly planner: DownloadPlanner;
  readonly dropped: ReadonlyMap<
    string,
    { readonly reason: ErrorCode; readonly lied: boolean; readonly chunk?: number }
  >;
  /** Bytes that arrived and were of no use. */
  readonly wasted: number;
  /** Bytes of the beginning that sources without ranges sent once more. */
  readonly passedOver: number;
  readonly requests: number;
  /** Order in which chunks were proved, with times. */
  readonly proved: readonly { readonly chunk: number; readonly at: number; readonly sourceId: string }[];
  readonly bytesBySource: ReadonlyMap<string, number>;
  readonly needSources: readonly { readonly at: number; readonly reason: string }[];
  /** Promises that were broken, in words. */
  readonly violations: readonly string[];
}

/** What one read off a TLS connection brings. */
const READ_BYTES = 16 * 1024;
/** What a connection asks for at a time. */
const WISH_BYTES = 256 * 1024;

interface Connection {
  readonly requestId: number;
  readonly source: SimSource;
  readonly first: number;
  end: number;
  readonly flowsAt: number;
  /** Chunks in its run that are passed over. */
  readonly passes: ReadonlySet<number>;
  /** Bytes before its run that come first. */
  toSkip: number;
  received: number;
  told: number;
  /** Bytes that it may still read under our limit; negative: read beyond it. */
  allowance: number;
}

interface SimSource {
  readonly model: SourceModel;
  served: number;
  joined: boolean;
  deadUntil: number;
  gained: number;
  /** It has shown that it sends whole files alone. */
  isKnownSequential: boolean;
}

/**
 * A network on a virtual clock: the planner's actions are carried out by sources that are slow, silent, lying,
 * partial or late, and what follows is told back to it. Deterministic for a seed.
 */
export function runSwarm(init: SwarmInit): SwarmResult {
  const { length, stepMs = 10, limitMs = 600_000 } = init;
  const random = seededRandom(init.seed);
  const chunkCount = Math.ceil(length / CHUNK_BYTES);
  const options = { ...DEFAULT_PLANNER_OPTIONS, ...init.options };
  const have = init.have;
  const planner = createDownloadPlanner({
    length,
    chunkCount,
    now: 0,
    random: seededRandom(init.seed ^ 0x5bd1e995),
    ...(have === undefined ? {} : { have: { has: have } }),
    ...(init.options === undefined ? {} : { options: init.options }),
  });
  const sources = new Map<string, SimSource>(
    init.sources.map((model) => [
      model.id,
      { model, served: 0, joined: false, deadUntil: 0, gained: 0, isKnownSequential: false },
    ]),
  );
  const connections = new Map<number, Connection>();
  const pacer = createPacer<number>(0);
  if (init.limit !== undefined) pacer.setRates({ total: init.limit, each: undefined }, 0);
  const agenda = new Agenda();
  const dropped = new Map<string, { reason: ErrorCode; lied: boolean; chunk?: number }>();
  const proved: { chunk: number; at: number; sourceId: string }[] = [];
  const needSources: { at: number; reason: string }[] = [];
  const violations: string[] = [];
  /** Connections that wait for an allowance. */
  const held = new Set<number>();
  let now = 0;
  let wakeAt = 0;
  let requests = 0;
  let useful = 0;
  let received = 0;
  let passedOver = 0;
  let isComplete = false;
  let isPaused = false;

  const chunkBytes = (chunk: number): number =>
    Math.min(length, (chunk + 1) * CHUNK_BYTES) - chunk * CHUNK_BYTES;
  const runBytes = (first: number, end: number): number =>
    Math.min(length, end * CHUNK_BYTES) - first * CHUNK_BYTES;
  const holds = (source: SimSource, chunk: number): boolean =>
    (source.model.has?.(chunk) ?? true) || chunk < source.gained;
  const mapOf = (source: SimSource): { has(chunk: number): boolean } => ({
    has: (chunk) => holds(source, chunk),
  });
  const after = (ms: number, run: () => void): void => agenda.add(now + ms, run);

  function tell(event: PlannerEvent): void {
    if (event.type === 'pause') isPaused = true;
    if (event.type === 'resume') isPaused = false;
    for (const action of planner.handle(event, now)) act(action);
  }

  function act(action: PlannerAction): void {
    switch (action.type) {
      case 'start-request':
        startRequest(action);
        break;
      case 'shorten-request': {
        const connection = connections.get(action.requestId);
        if (connection === undefined) break;
        connection.end = Math.min(connection.end, connection.first + action.chunkCount);
        break;
      }
      case 'abort-request':
        connections.delete(action.requestId);

        break;
      case 'drop-source':
        dropped.set(action.sourceId, {
          reason: action.reason,
          lied: action.lied,
          ...(action.evidence.chunk === undefined ? {} : { chunk: action.evidence.chunk }),
        });
        break;
      case 'refresh-source': {
        const source = sources.get(action.sourceId)!;
        after(20, () => tell({ type: 'source-updated', sourceId: action.sourceId, chunks: mapOf(source) }));
        break;
      }
      case 'need-sources':
        needSources.push({ at: now, reason: action.reason });
        after(300, () => {
          for (const source of sources.values()) {
            if (source.joined && source.deadUntil <= now)
              tell({ type: 'source-added', sourceId: source.model.id });
          }
        });
        break;
      case 'complete':
        if (isComplete) violations.push('complete said twice');
        isComplete = true;
        break;
      case 'wake-at':
        if (action.at <= now) violations.push(`wake-at ${action.at} is not ahead of ${now}`);
        wakeAt = action.at;
        break;
    }
  }

  function startRequest(action: Extract<PlannerAction, { type: 'start-request' }>): void {
    requests++;

    const source = sources.get(action.sourceId)!;
    const { requestId, firstChunk } = action;
    const end = firstChunk + action.chunkCount;
    if (action.chunkCount < 1 || firstChunk < 0 || end > chunkCount)
      violations.push(`run ${firstChunk}+${action.chunkCount}`);
    const passes = new Set<number>();
    for (const { first, count } of action.passes ?? []) {
      if (!source.isKnownSequential || first <= firstChunk || first + count >= end)
        violations.push(`passes over ${first}+${count} of ${firstChunk} to ${end}`);
      for (let chunk = first; chunk < first + count; chunk++) passes.add(chunk);
    }
    for (let chunk = firstChunk; chunk < end; chunk++) {
      if (planner.isProved(chunk) && !passes.has(chunk))
        violations.push(`chunk ${chunk} asked for again at ${now}`);
    }
    if (dropped.get(action.sourceId)?.lied === true) violations.push(`liar ${action.sourceId} asked again`);
    if (isPaused) violations.push('asked while paused');
    if (source.isKnownSequential && [...connections.values()].some((other) => other.source === source))
      violations.push(`${action.sourceId} is asked for a second run while it sends the first`);
    const { latencyMs = 5, jitter = false, slotAt = 0 } = source.model;
    const delay = latencyMs * (jitter ? 1 + random() / 2 : 1);
    const refuse = (code: ErrorCode, more: object = {}): void =>
      after(delay, () => tell({ type: 'request-ended', requestId, outcome: 'failed', code, ...more }));
    if (source.deadUntil > now) return refuse('unreachable');
    if (now < slotAt) return refuse('no_slot', { retryAfterMs: 1000, queuePosition: 3 });
    if (source.model.wrongRangeIn?.(firstChunk) === true) return refuse('wrong_range');
    const isUnknown = source.model.isSequential === true && !source.isKnownSequential;
    const isOfNoUse = isUnknown && firstChunk > 0;
    if (isUnknown) after(delay, () => answerWhole(requestId));
    connections.set(requestId, {
      requestId,
      source,
      first: firstChunk,
      end,
      flowsAt: isOfNoUse ? Number.POSITIVE_INFINITY : now + delay,
      passes,
      toSkip: source.isKnownSequential ? firstChunk * CHUNK_BYTES : 0,
      received: 0,
      told: firstChunk,
      allowance: 0,
    });
  }

  /** The head of an answer shows that its source sends whole files alone. */
  function answerWhole(requestId: number): void {
    const connection = connections.get(requestId);
    if (connection === undefined || (connection.first === 0 && connection.end === chunkCount)) return;
    const { source } = connection;
    const isNews = !source.isKnownSequential;
    source.isKnownSequential = true;
    if (isNews) tell({ type: 'source-sequential', sourceId: source.model.id });
    if (connection.first > 0) fail(connection, 'no_ranges');
  }

  function fail(connection: Connection, code: ErrorCode): void {
    if (!connections.delete(connection.requestId)) return;
    tell({ type: 'request-ended', requestId: connection.requestId, outcome: 'failed', code });
  }

  /** Moves bytes over one source's connections for one step. */
  function flow(source: SimSource): void {
    const { model } = source;
    const open = [...connections.values()].filter((c) => c.source === source && c.flowsAt <= now);
    if (open.length === 0) return;
    if (source.served >= (model.stallsAfter ?? Number.POSITIVE_INFINITY)) return;
    const rate = now >= (model.changesAt ?? Number.POSITIVE_INFINITY) ? model.rate2! : model.rate;
    const share = (rate * stepMs) / 1000 / open.length;
    for (const connection of open) {
      if (!connections.has(connection.requestId)) continue;
      deliver(connection, share);
      if (source.served >= (model.closesAfter ?? Number.POSITIVE_INFINITY) && source.deadUntil === 0) {
        source.deadUntil =
          model.returnsAfterMs === undefined ? Number.POSITIVE_INFINITY : now + model.returnsAfterMs;
        for (const other of [...connections.values()])
          if (other.source === source) fail(other, 'source_closed');
        return;
      }
      if (connection.received >= (model.closesEvery ?? Number.POSITIVE_INFINITY))
        fail(connection, 'source_closed');
    }
  }

  function deliver(connection: Connection, flow: number): void {
    const { source, requestId } = connection;
    let share = flow;
    if (connection.toSkip > 0) {
      const skipped = Math.min(share, connection.toSkip, readable(connection));
      share -= skipped;
      connection.allowance -= skipped;
      connection.toSkip -= skipped;
      source.served += skipped;
      passedOver += skipped;
      if (skipped > 0) tell({ type: 'request-progress', requestId, bytes: 0, passedOver: skipped });
      if (connection.toSkip > 0 || !connections.has(requestId)) return;
    }
    // A source that lacks the next chunk says so instead of sending it.
    let whole = runBytes(connection.first, connection.end);
    const next = connection.first + Math.floor(connection.received / CHUNK_BYTES);
    let lack = connection.end;
    for (let chunk = next; chunk < connection.end; chunk++) {
      if (!holds(source, chunk)) {
        lack = chunk;
        break;
      }
    }
    whole = Math.min(whole, runBytes(connection.first, lack));
    const bytes = Math.min(share, whole - connection.received, readable(connection));
    if (bytes > 0) {
      connection.allowance -= bytes;
      const passed = passedBetween(connection, connection.received, connection.received + bytes);
      connection.received += bytes;
      source.served += bytes;
      received += bytes - passed;
      passedOver += passed;
      tell({ type: 'request-progress', requestId, bytes: bytes - passed, passedOver: passed });
    }
    while (
      connection.told < connection.end &&
      connection.received >= runBytes(connection.first, connection.told + 1)
    ) {
      const chunk = connection.told++;
      if (!connection.passes.has(chunk)) check(connection, chunk);
    }
    if (!connections.has(requestId)) return;
    if (connection.received >= runBytes(connection.first, connection.end)) {
      connections.delete(requestId);
      tell({ type: 'request-ended', requestId, outcome: 'done' });
    } else if (connection.told === lack) {
      tell({ type: 'source-updated', sourceId: source.model.id, chunks: mapOf(source) });
      fail(connection, 'chunk_missing');
    }
  }

  /** Bytes of a run, from `start` to `end`, that belong to chunks that are passed over. */
  function passedBetween({ first, passes }: Connection, start: number, end: number): number {
    let bytes = 0;
    for (let chunk = first + Math.floor(start / CHUNK_BYTES); runBytes(first, chunk) < end; chunk++) {
      if (!passes.has(chunk)) continue;
      bytes += Math.min(end, runBytes(first, chunk + 1)) - Math.max(start, runBytes(first, chunk));
    }
    return bytes;
  }

  /** Bytes that a connection may read now; when its allowance is used up it is held until it has another. */
  function readable(connection: Connection): number {
    if (init.limit === undefined) return Infinity;
    const { requestId, allowance } = connection;
    if (allowance > 0) return Math.max(allowance, READ_BYTES);
    if (!held.has(requestId)) {
      held.add(requestId);
      pacer.want(requestId, 'this', WISH_BYTES - allowance, now);
      tell({ type: 'request-held', requestId, held: true });
    }
    return 0;
  }

  function grant(): void {
    for (const requestId of held) if (!connections.has(requestId)) pacer.cancel(requestId);
    for (const { flow: requestId, bytes } of pacer.release(now)) {
      held.delete(requestId);
      const connection = connections.get(requestId);
      if (connection !== undefined) connection.allowance += bytes;
      tell({ type: 'request-held', requestId, held: false });
    }
  }

  function check(connection: Connection, chunk: number): void {
    const sourceId = connection.source.model.id;
    const isTrue = connection.source.model.liesIn?.(chunk) !== true;
    tell({ type: 'chunk-received', requestId: connection.requestId, chunk });
    after(2, () => {
      if (!isTrue) {
        tell({ type: 'chunk-refused', chunk, sourceId, reason: 'bad_chunk' });
        return;
      }
      if (!planner.isProved(chunk)) {
        useful += chunkBytes(chunk);
        proved.push({ chunk, at: now, sourceId });
      }
      tell({ type: 'chunk-proved', chunk, sourceId });
    });
  }

  /** Nobody who could help may stand by: holds whenever the planner has seen the present time. */
  function checkPromises(): void {
    if (isComplete || isPaused || init.limit !== undefined || connections.size >= options.maxRequests) return;
    const { sources: seen } = planner.snapshot();
    const runs = planner.chunkRuns().filter((run) => run.state === 'missing');
    if (runs.length === 0) return;
    for (const { sourceId, state } of seen) {
      if (state !== 'idle') continue;
      const source = sources.get(sourceId)!;
      // It stands by for others; that nobody at all works is what must not be.
      if (source.isKnownSequential && seen.some(({ inFlight }) => inFlight > 0)) continue;
      if (source.model.has !== undefined) continue; // what the planner knows of partial ones is not ours to say
      violations.push(`${sourceId} idles at ${now} while ${runs.length} runs are missing`);
    }
  }

  if (init.limit !== undefined) tell({ type: 'set-limit', bytesPerSecond: init.limit });
  const script = [...(init.script ?? [])];
  tell({ type: 'tick' });
  for (; !isComplete && now < limitMs; now += stepMs) {
    grant();
    while (script.length > 0 && script[0]!.at <= now) tell(script.shift()!.event);
    for (const source of sources.values()) {
      const { model } = source;
      if (!source.joined && now >= (model.joinsAt ?? 0)) {
        source.joined = true;
        tell({
          type: 'source-added',
          sourceId: model.id,
          ...(model.has !== undefined && model.tellsMap !== false ? { chunks: mapOf(source) } : {}),
        });
      }
      if (model.gainsEveryMs !== undefined) source.gained = Math.floor(now / model.gainsEveryMs);
      flow(source);
    }
    agenda.run(now);
    if (wakeAt > 0 && wakeAt <= now) {
      wakeAt = 0;
      tell({ type: 'tick' });
    }
    checkPromises();
  }
  if (isComplete !== planner.complete) violations.push('complete was not said when it was so');
  return {
    complete: isComplete,
    elapsedMs: now,
    planner,
    dropped,
    wasted: received - useful,
    passedOver,
    requests,
    proved,
    bytesBySource: new Map([...sources].map(([id, source]) => [id, source.served])),
    needSources,
    violations,
  };
}
