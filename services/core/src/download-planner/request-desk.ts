import type { ChunkLedger } from './ledger.ts';
import { RunSet, type Run } from './run-set.ts';
import { brings, bytesBefore, type Request, type Source } from './source.ts';
import type { AbortReason, PlannerAction } from './types.ts';

/** Opens, shortens and closes requests: keeps ledger, source and the actions told in step. */
export class RequestDesk {
  readonly #ledger: ChunkLedger;
  #nextId = 1;
  #actions: PlannerAction[] = [];

  constructor(ledger: ChunkLedger) {
    this.#ledger = ledger;
  }

  /** Adds an action to those of the present event. */
  say(action: PlannerAction): void {
    this.#actions.push(action);
  }

  /** Whether the present event has led to anything yet. */
  get hasSaid(): boolean {
    return this.#actions.length > 0;
  }

  /** The actions since the last call, in order. */
  takeActions(): PlannerAction[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  /** @param passes - runs in between that the request is not for, in order */
  start(
    source: Source,
    first: number,
    end: number,
    race: boolean,
    now: number,
    passes: readonly Run[] = [],
  ): void {
    const passed = new RunSet();
    for (const run of passes) passed.add(run.start, run.end);
    const request: Request = {
      id: this.#nextId++,
      source,
      first,
      end,
      race,
      startedAt: now,
      received: 0,
      passes: passed,
      toSkip: bytesBefore(source, first),
      lastByteAt: undefined,
      isHeld: false,
    };
    if (source.requests.length === 0) source.meter.start(now);
    source.requests.push(request);
    this.#ledger.open(request);
    this.say({
      type: 'start-request',
      requestId: request.id,
      sourceId: source.id,
      firstChunk: first,
      chunkCount: end - first,
      race,
      ...(passes.length === 0
        ? {}
        : { passes: passes.map((run) => ({ first: run.start, count: run.end - run.start })) }),
    });
  }

  /** Forgets a request that is over; what it did not bring is free again. */
  forget(request: Request, now: number): void {
    const { source } = request;
    source.requests.splice(source.requests.indexOf(request), 1);
    if (source.requests.length === 0) {
      source.meter.stop(now);
      source.slowSince = undefined;
      source.refreshMs = 0;
      source.refreshAt = undefined;
    }
    source.emptyHanded = -1;
    this.#ledger.close(request);
  }

  abort(request: Request, reason: AbortReason, now: number): void {
    this.say({ type: 'abort-request', requestId: request.id, reason });
    this.forget(request, now);
  }

  abortAll(reason: AbortReason, now: number): void {
    for (const request of [...this.#ledger.requests.values()]) this.abort(request, reason, now);
  }

  /** Ends the run of a request at `to`: by aborting it when nothing is left of it. */
  cut(request: Request, to: number, reason: AbortReason, now: number): void {
    if (to >= request.end) return;
    let end = to;
    while (end > request.first && !brings(request, end - 1)) end--;
    if (end <= request.first) {
      this.abort(request, reason, now);
      return;
    }
    this.#ledger.shorten(request, end);
    this.say({ type: 'shorten-request', requestId: request.id, chunkCount: end - request.first });
  }
}
