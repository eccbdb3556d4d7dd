import type { ErrorCode } from '@banyan/proto';
import { assign, isRunningDry } from './assignment.ts';
import { judge } from './blame.ts';
import { ChunkLedger } from './ledger.ts';
import {
  DEFAULT_PLANNER_OPTIONS,
  HEARTBEAT_MS,
  HELD_MEMORY_MS,
  LEAST_REQUEST_RATE,
  MAX_TOLD_WAIT_MS,
  UNTOLD_WAIT_MS,
} from './options.ts';
import { findSlowness, stalledRequests } from './patience.ts';
import { Playheads } from './playheads.ts';
import { SlidingRate } from './rate-meter.ts';
import { RequestDesk } from './request-desk.ts';
import { chunkCellsOf } from './chunk-cells.ts';
import { chunkRunsOf, snapshotOf } from './snapshot.ts';
import { brings, Extent, isSequential, stateOf, type Request, type Source } from './source.ts';
import { SourceTable } from './source-table.ts';
import type {
  ChunkCells,
  ChunkRun,
  DownloadPlanner,
  DownloadPlannerInit,
  Evidence,
  PlannerAction,
  PlannerEvent,
  PlannerOptions,
  PlannerSnapshot,
} from './types.ts';
import { refreshMaps, SourceCall } from './wants.ts';

/** Makes a planner; its first event should be `source-added` or `tick`. */
export function createDownloadPlanner(init: DownloadPlannerInit): DownloadPlanner {
  return new Planner(init);
}

type ProgressEvent = Extract<PlannerEvent, { type: 'request-progress' }>;
type EndedEvent = Extract<PlannerEvent, { type: 'request-ended' }>;

class Planner implements DownloadPlanner {
  readonly #options: PlannerOptions;
  readonly #random: () => number;
  readonly #extent: Extent;
  readonly #ledger: ChunkLedger;
  readonly #sources: SourceTable;
  readonly #rate: SlidingRate;
  readonly #desk: RequestDesk;
  readonly #call: SourceCall;
  readonly #playheads: Playheads;
  #now: number;
  #bytesReceived = 0;
  #paused = false;
  #completeSaid = false;
  #limit: number | undefined;
  #heldAt = Number.NEGATIVE_INFINITY;
  #wakeAt: number | undefined;

  constructor(init: DownloadPlannerInit) {
    this.#options = { ...DEFAULT_PLANNER_OPTIONS, ...init.options };
    this.#random = init.random;
    this.#now = init.now;
    this.#extent = new Extent(init.length);
    this.#ledger = new ChunkLedger(init.chunkCount, this.#extent, init.have);
    this.#sources = new SourceTable(init.chunkCount);
    this.#rate = new SlidingRate(init.now);
    this.#desk = new RequestDesk(this.#ledger);
    this.#call = new SourceCall(this.#options, this.#random);
    this.#playheads = new Playheads(init.chunkCount, this.#options.playWindowChunks);
  }

  get complete(): boolean {
    return this.#ledger.provedCount === this.#ledger.chunkCount;
  }

  isProved(index: number): boolean {
    return this.#ledger.isProved(index);
  }

  snapshot(): PlannerSnapshot {
    return snapshotOf({
      extent: this.#extent,
      ledger: this.#ledger,
      sources: this.#sources,
      paused: this.#paused,
      bytesReceived: this.#bytesReceived,
      rate: this.#paused || this.complete ? 0 : this.#rate.rate(this.#now),
      nextCallAt: this.#call.dueAt,
      now: this.#now,
    });
  }

  chunkRuns(): readonly ChunkRun[] {
    return chunkRunsOf(this.#ledger, this.#sources);
  }

  chunkCells(maxCells: number, maxSources: number): ChunkCells {
    return chunkCellsOf(this.#ledger, this.#sources, maxCells, maxSources);
  }

  handle(event: PlannerEvent, now: number): readonly PlannerAction[] {
    this.#now = Math.max(this.#now, now);
    if (this.#take(event)) this.#plan();
    return this.#desk.takeActions();
  }

  /** Takes an event in; says whether plans may change. */
  #take(event: PlannerEvent): boolean {
    switch (event.type) {
      case 'source-added':
        return this.#sourceAdded(event);
      case 'source-updated':
        return this.#sourceUpdated(event);
      case 'source-sequential': {
        const source = this.#sources.get(event.sourceId);
        if (source === undefined || isSequential(source)) return false;
        source.sequentialSince = this.#now;
        this.#ledger.epoch++;
        return true;
      }
      case 'source-removed': {
        const source = this.#sources.get(event.sourceId);
        if (source === undefined || source.gone === 'removed' || source.gone === 'lied') return false;
        this.#retire(source, 'removed', event.reason ?? source.reason, source.evidence);
        return true;
      }
      case 'request-progress':
        return this.#progress(event);
      case 'request-held':
        return this.#held(event.requestId, event.held);
      case 'set-limit':
        this.#limit = event.bytesPerSecond;
        return true;
      case 'chunk-received': {
        const request = this.#ledger.requests.get(event.requestId);
        if (request === undefined || !this.#isChunk(event.chunk)) return false;
        // Bytes and chunks come on separate paths; the chunk is the better witness.
        request.received = Math.max(request.received, this.#extent.bytesOf(request.first, event.chunk + 1));
        this.#ledger.received(event.chunk, request.source.id);
        return false;
      }
      case 'chunk-proved':
        return this.#chunkProved(event.chunk, event.sourceId);
      case 'chunk-refused':
        return this.#chunkRefused(event.chunk, event.sourceId, event.reason);
      case 'chunk-lost':
        if (!this.#isChunk(event.chunk)) return false;
        this.#ledger.unchecked(event.chunk, undefined);
        this.#ledger.unprove(event.chunk);
        this.#ledger.release(event.chunk, event.chunk + 1);
        this.#completeSaid = false;
        return true;
      case 'request-ended':
        return this.#requestEnded(event);
      case 'tick':
        this.#wakeAt = undefined; // whoever set the alarm has used it up, even if it rang a little early
        return true;
      case 'pause':
        this.#paused = true;
        this.#desk.abortAll('paused', this.#now);
        return true;
      case 'resume':
        if (this.#paused) this.#rate.reset(this.#now);
        this.#paused = false;
        return true;
      case 'set-playhead':
        return this.#setPlayhead(event.reader ?? 0, event.chunk);
    }
  }

  #isChunk(chunk: number): boolean {
    return Number.isInteger(chunk) && chunk >= 0 && chunk < this.#ledger.chunkCount;
  }

  // ---- sources ----

  #sourceAdded({ sourceId, chunks }: Extract<PlannerEvent, { type: 'source-added' }>): boolean {
    let source = this.#sources.get(sourceId);
    if (source === undefined) {
      source = this.#sources.add(sourceId, this.#now);
      this.#call.answered();
    } else if (source.gone === 'lied' || source.gone === 'slow') {
      return false; // a slow one is taken back by itself when it is needed
    } else if (source.gone !== undefined) {
      // A new chance, a short one: one failure more and it is out again.
      source.failuresInRow = source.gone === 'failed' ? this.#options.maxFailures - 1 : 0;
      source.waiting = undefined;
      source.slowSince = undefined;
      this.#sources.restore(source);
    } else if (
      source.waiting?.kind === 'backing-off' &&
      this.#now - source.failedAt >= this.#options.needSourcesMinMs
    ) {
      source.waiting = undefined;
    }
    if (chunks !== undefined) this.#sources.setMap(source, chunks);
    this.#ledger.epoch++;
    return true;
  }

  #sourceUpdated({ sourceId, chunks }: Extract<PlannerEvent, { type: 'source-updated' }>): boolean {
    const source = this.#sources.get(sourceId);
    if (source === undefined) return false;
    const held = source.held;
    this.#sources.setMap(source, chunks);
    if (source.held !== held) source.refreshMs = 0;
    this.#ledger.epoch++;
    return true;
  }

  /** Takes a source out of use; what was asked of it is free at once. */
  #retire(
    source: Source,
    gone: NonNullable<Source['gone']>,
    reason: ErrorCode | undefined,
    evidence?: Evidence,
  ): void {
    this.#sources.retire(source, gone);
    source.reason = reason;
    source.evidence = evidence;
    for (const request of [...source.requests]) this.#desk.abort(request, 'source-gone', this.#now);
    if (gone !== 'slow') this.#restoreSlow();
    this.#ledger.epoch++;
  }

  /** Those dropped for being slow are better than nobody: when another is lost they are used again. */
  #restoreSlow(): void {
    for (const source of this.#sources.all()) {
      if (source.gone !== 'slow') continue;
      source.slowSince = undefined;
      this.#sources.restore(source);
      this.#ledger.epoch++;
    }
  }

  #drop(source: Source, gone: 'lied' | 'failed' | 'slow', reason: ErrorCode, evidence: Evidence): void {
    this.#desk.say({ type: 'drop-source', sourceId: source.id, reason, evidence, lied: gone === 'lied' });
    this.#retire(source, gone, reason, evidence);
  }

  /** A failure that may pass: back off, and drop the source when it goes on and another one is left. */
  #fail(source: Source, reason: ErrorCode, evidence: Evidence, retryAfterMs = 0): void {
    source.failures++;
    source.failuresInRow++;
    source.failedAt = this.#now;
    const facts = { ...evidence, failures: source.failuresInRow };
    source.reason = reason;
    source.evidence = facts;
    if (
      source.failuresInRow >= this.#options.maxFailures &&
      this.#sources.usable().some((other) => other !== source)
    ) {
      this.#drop(source, 'failed', reason, facts);
      return;
    }
    if (source.failuresInRow > 1) this.#restoreSlow();
    const { backoffMinMs, backoffMaxMs } = this.#options;
    const backoff = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(20, source.failuresInRow - 1));
    const wait = Math.max(backoff * (0.5 + this.#random()), Math.min(MAX_TOLD_WAIT_MS, retryAfterMs));
    source.waiting = { until: this.#now + wait, kind: 'backing-off' };
  }

  // ---- requests ----

  #progress({ requestId, bytes, passedOver = 0 }: ProgressEvent): boolean {
    if (!(bytes >= 0 && passedOver >= 0 && bytes + passedOver > 0)) return false;
    const request = this.#ledger.requests.get(requestId);
    this.#bytesReceived += bytes;
    this.#rate.add(bytes, this.#now);
    if (request === undefined) return false; // late bytes of one that was aborted
    const { source } = request;
    if (request.lastByteAt === undefined && source.requests[0] === request) {
      const sample = this.#now - request.startedAt;
      source.latencyMs = source.latencyMs === undefined ? sample : source.latencyMs * 0.7 + sample * 0.3;
    }
    request.lastByteAt = this.#now;
    // One request can flow while another was told to wait: only a wait that is over ends here.
    if (source.waiting !== undefined && source.waiting.until <= this.#now) source.waiting = undefined;
    source.lastByteAt = this.#now;
    source.bytes += bytes;
    source.meter.add(bytes + passedOver, this.#now);
    const before = Math.min(request.toSkip, passedOver);
    request.toSkip = bytes > 0 ? 0 : request.toSkip - before;
    request.received += bytes + passedOver - before;
    return source.emptyHanded !== this.#ledger.epoch && isRunningDry(source, this.#extent, this.#options);
  }

  #held(requestId: number, isHeld: boolean): boolean {
    this.#heldAt = this.#now;
    const request = this.#ledger.requests.get(requestId);
    if (request === undefined) return false;
    request.isHeld = isHeld;
    // Its silence begins when it may be heard again.
    if (request.lastByteAt !== undefined) request.lastByteAt = this.#now;
    if (request.source.lastByteAt !== undefined) request.source.lastByteAt = this.#now;
    return false;
  }

  #chunkProved(chunk: number, sourceId: string): boolean {
    if (!this.#isChunk(chunk) || !this.#ledger.prove(chunk)) return false;
    const source = this.#sources.get(sourceId);
    if (source !== undefined) {
      source.proved++;
      source.gave.add(Math.floor(chunk / source.gavePerCell));
      source.failuresInRow = 0;
    }
    for (const request of this.#ledger.requests.values()) {
      if (request.source.id === sourceId || !brings(request, chunk)) continue;
      const current = this.#extent.current(request);
      if (isSequential(request.source)) {
        // What comes behind this chunk is had by letting it pass: the run ends behind the last that is still wanted.
        const end = this.#ledger.wantedEnd(request, current);
        if (end <= current) this.#desk.abort(request, 'lost-race', this.#now);
        else this.#desk.cut(request, end, 'lost-race', this.#now);
        continue;
      }
      // Whoever still has this chunk before it stops there; if it is in the middle of it, all it has is worthless.
      if (current === chunk) this.#desk.abort(request, 'lost-race', this.#now);
      else if (current < chunk) this.#desk.cut(request, chunk, 'lost-race', this.#now);
    }
    // Only what ends a race or the download changes plans; a plain proof does not.
    return this.complete || this.#desk.hasSaid;
  }

  #chunkRefused(chunk: number, sourceId: string, reason: ErrorCode): boolean {
    if (!this.#isChunk(chunk)) return false;
    const source = this.#sources.get(sourceId);
    this.#ledger.unchecked(chunk, sourceId);
    if (source !== undefined) {
      source.refused++;
      source.failures++;
      if (source.gone !== 'lied') this.#drop(source, 'lied', reason, { chunk });
    }
    this.#ledger.release(chunk, chunk + 1);
    return true;
  }

  #requestEnded(event: EndedEvent): boolean {
    const request = this.#ledger.requests.get(event.requestId);
    if (request === undefined) return false;
    const { source } = request;
    const missing = this.#firstUnbrought(request);
    if (missing === undefined)
      source.lastCount = Math.max(request.end - request.first, request.race ? source.lastCount : 0);
    const silentMs = this.#now - (request.lastByteAt ?? request.startedAt);
    this.#desk.forget(request, this.#now);
    if (event.outcome === 'done' && missing === undefined) return true;
    const chunk = missing ?? request.first;
    const code = event.outcome === 'aborted' ? 'aborted' : (event.code ?? 'source_closed');
    const evidence: Evidence = {
      chunk,
      silentMs,
      ...(event.message === undefined ? {} : { message: event.message }),
    };
    switch (judge(code)) {
      case 'lied':
        source.refused++;
        source.failures++;
        this.#drop(source, 'lied', code, evidence);
        break;
      case 'sequential':
        // Asked before that was known, it did what such a server does; asked as such a server is asked, it did not.
        if (source.sequentialSince === undefined) source.sequentialSince = this.#now;
        else if (request.startedAt >= source.sequentialSince) this.#fail(source, code, evidence);
        break;
      case 'useless':
        source.failures++;
        this.#drop(source, 'failed', code, evidence);
        break;
      case 'wait': {
        const wait = Math.min(MAX_TOLD_WAIT_MS, Math.max(100, event.retryAfterMs ?? UNTOLD_WAIT_MS));
        source.waiting = { until: this.#now + wait, kind: 'queued' };
        source.reason = code;
        source.evidence = {
          ...(event.queuePosition === undefined ? {} : { queuePosition: event.queuePosition }),
          ...(event.message === undefined ? {} : { message: event.message }),
        };
        break;
      }
      case 'lacks':
        this.#lacks(source, chunk, evidence);
        break;
      case 'ours':
        this.#pauseSource(source);
        break;
      case 'failed':
        this.#fail(source, code, evidence, event.retryAfterMs);
        break;
    }
    return true;
  }

  #lacks(source: Source, chunk: number, evidence: Evidence): void {
    const news = this.#sources.clearChunk(source, chunk);
    this.#ledger.epoch++;
    // Said of a chunk that its own map names, it is a failure: else the two could go on for ever.
    if (news === 'contradiction') this.#fail(source, 'chunk_missing', evidence);
    // Its map should follow; asking chunk by chunk meanwhile would be a flood.
    else if (news === 'news') this.#pauseSource(source);
  }

  /** A short rest that is nobody's failure. */
  #pauseSource(source: Source): void {
    source.waiting = { until: this.#now + this.#options.backoffMinMs, kind: 'backing-off' };
  }

  /** First chunk of a request's run that it has not brought; `undefined`: all are here. */
  #firstUnbrought(request: Request): number | undefined {
    for (let chunk = request.first; chunk < request.end; chunk++) {
      if (!brings(request, chunk)) continue;
      if (!this.#ledger.isProved(chunk) && !this.#ledger.isChecking(chunk)) return chunk;
    }
    return undefined;
  }

  #setPlayhead(reader: number, chunk: number | undefined): boolean {
    if (chunk !== undefined && !this.#isChunk(chunk)) return false;
    const isJump = this.#playheads.set(reader, chunk);
    if (chunk === undefined || chunk !== this.#playheads.leader) return true;
    if (this.#ledger.isProved(chunk) || this.#ledger.isChecking(chunk)) return true;
    const isComing = this.#ledger
      .coverers(chunk)
      .some((request) => this.#extent.current(request) >= chunk - 1);
    if (isComing && !isJump) return true;
    // Somebody waits here: sources elsewhere finish the chunk in hand and turn to it. A run that would only come by
    // later counts as elsewhere, and so does what another reader left or waits for.
    for (const request of [...this.#ledger.requests.values()]) {
      const current = this.#extent.current(request);
      // One that sends from the beginning alone cannot turn: it would only begin again.
      if (isSequential(request.source) || this.#playheads.isForLeader(current)) continue;
      this.#desk.cut(request, request.received === 0 ? request.first : current + 1, 'moved', this.#now);
    }
    return true;
  }

  // ---- planning ----

  #plan(): void {
    if (this.complete) {
      this.#desk.abortAll('complete', this.#now);
      if (!this.#completeSaid) this.#desk.say({ type: 'complete' });
      this.#completeSaid = true;
      this.#wakeAt = undefined;
    } else if (!this.#paused) {
      this.#losePatience();
      const someIdle = assign({
        ledger: this.#ledger,
        sources: this.#sources,
        extent: this.#extent,
        desk: this.#desk,
        options: this.#options,
        random: this.#random,
        playheads: this.#playheads,
        maxRequests: this.#maxRequests(),
        now: this.#now,
      });
      refreshMaps(this.#sources.usable(), this.#desk, this.#now);
      this.#call.review(this.#sources, this.#ledger, this.#desk, this.#now);
      this.#scheduleWake(someIdle);
    }
    for (const source of this.#sources.all()) {
      const state = stateOf(source, this.#now);
      if (state === source.state) continue;
      source.state = state;
      source.since = this.#now;
    }
  }

  #maxRequests(): number {
    const { maxRequests } = this.#options;
    if (this.#limit === undefined) return maxRequests;
    return Math.max(1, Math.min(maxRequests, Math.floor(this.#limit / LEAST_REQUEST_RATE)));
  }

  #losePatience(): void {
    for (const source of this.#sources.usable()) {
      const stalled = stalledRequests(source, this.#options, this.#now);
      const [first] = stalled;
      if (first === undefined) continue;
      const silentMs = this.#now - (first.lastByteAt ?? first.startedAt);
      const chunk = Math.min(this.#extent.current(first), first.end - 1);
      for (const request of stalled) this.#desk.abort(request, 'stalled', this.#now);
      this.#fail(source, 'source_stalled', { silentMs, chunk });
    }
    const isLimited = this.#now - this.#heldAt < HELD_MEMORY_MS;
    for (const source of this.#sources.usable()) {
      if (isLimited) {
        source.slowSince = undefined;
        continue;
      }
      const evidence = findSlowness(source, this.#sources, this.#ledger, this.#options, this.#now);
      if (evidence !== undefined) this.#drop(source, 'slow', 'source_slow', evidence);
    }
  }

  #scheduleWake(someIdle: boolean): void {
    let at = Number.POSITIVE_INFINITY;
    const consider = (time: number | undefined): void => {
      if (time !== undefined && time > this.#now) at = Math.min(at, time);
    };
    if (this.#ledger.requests.size > 0) {
      consider(this.#now + (someIdle ? this.#options.reviewMs : HEARTBEAT_MS));
    }
    consider(this.#call.dueAt);
    for (const source of this.#sources.usable()) {
      consider(source.waiting?.until);
      consider(source.refreshAt);
    }
    if (at === Number.POSITIVE_INFINITY) return;
    // An earlier wake-up that is still ahead does: a tick too many is cheap, a message per read is not.
    if (this.#wakeAt !== undefined && this.#wakeAt > this.#now && this.#wakeAt <= at) return;
    this.#wakeAt = at;
    this.#desk.say({ type: 'wake-at', at });
  }
}
