/** Carries the planner's requests out: proofs first, then chunks, over lanes; and tells it what became of each. */
import type { PlannerEvent } from '@banyan/core';
import { BanyanError, toBanyanError, type ContentId, type ErrorCode } from '@banyan/proto';
import type { Ended, RequestEvent } from './lane-messages.ts';
import type { Lanes } from './lanes.ts';
import type { LayerFetcher } from './layer-fetcher.ts';
import type { LayerStore } from './layer-store.ts';
import type { KnownSource, SourceBook } from './source-book.ts';

/** What requests work with. */
export interface RequestsComponents {
  /** Name of the part file among the lanes. */
  readonly file: string;
  readonly content: ContentId;
  readonly lanes: Lanes;
  readonly book: SourceBook;
  readonly layers: LayerStore;
  readonly fetcher: LayerFetcher;
  readonly token: () => Promise<string>;
  /** A source refused our token; says whether another one is to be tried. */
  readonly onTokenRefused: () => boolean;
  readonly tell: (event: PlannerEvent) => void;
  readonly onBytes: (bytes: number) => void;
  readonly isProved: (chunk: number) => boolean;
  /** A chunk matches its hash and is written. */
  readonly onProved: (chunk: number, source: KnownSource) => void;
  /** The text of a chunk map that came with an answer; undefined: the source is whole. */
  readonly onMap: (source: KnownSource, text: string | undefined) => void;
  readonly onTrouble: (error: BanyanError) => void;
  readonly onChange: () => void;
}

/** The requests of one download. */
export interface Requests {
  start(request: {
    readonly requestId: number;
    readonly source: KnownSource;
    readonly first: number;
    readonly count: number;
  }): void;
  shorten(requestId: number, count: number): void;
  abort(requestId: number): void;
  abortAll(): void;
}

/** A request on its way. */
interface Run {
  readonly requestId: number;
  readonly source: KnownSource;
  readonly first: number;
  count: number;
  lane: number | undefined;
  isOver: boolean;
  /** Chunks that arrived and of which nothing was said since. */
  readonly unsaid: Set<number>;
}

/** Refusals of our token in a row after which a source is not asked again. */
const MAX_TOKEN_REFUSALS = 5;

/** Makes an empty set of requests. */
export function createRequests(components: RequestsComponents): Requests {
  const { file, content, lanes, book, layers, fetcher, tell } = components;
  const runs = new Map<number, Run>();

  const launch = async (run: Run): Promise<void> => {
    try {
      await fetcher.ensure(run.first, run.count, run.source, () => run.isOver);
      if (run.isOver) return;
      const token = await components.token();
      if (run.isOver) return;
      const { first, count } = run;
      const target = book.target(run.source);
      const hashes = layers.hashes(first, count);
      run.lane = lanes.request(
        { type: 'chunks', file, content, target, token, first, count, hashes },
        (event) => onLane(run, event),
      );
    } catch (error) {
      if (!run.isOver) onEnded(run, failed(toBanyanError(error)));
    }
  };

  const abort = (run: Run): void => {
    run.isOver = true;
    if (run.lane === undefined) runs.delete(run.requestId);
    else lanes.abort(run.lane);
  };

  const onLane = (run: Run, event: RequestEvent): void => {
    const { requestId, source } = run;
    switch (event.type) {
      case 'progress':
        source.hasAnswered = true;
        source.failedDials = 0;
        source.tokenRefusals = 0;
        components.onBytes(event.bytes);
        tell({ type: 'request-progress', requestId, bytes: event.bytes });
        break;
      case 'received':
        run.unsaid.add(event.chunk);
        tell({ type: 'chunk-received', requestId, chunk: event.chunk });
        break;
      case 'proved':
        run.unsaid.delete(event.chunk);
        components.onProved(event.chunk, source);
        break;
      case 'refused':
        run.unsaid.delete(event.chunk);
        tell({
          type: 'chunk-refused',
          chunk: event.chunk,
          sourceId: source.deviceId,
          reason: 'bad_chunk',
        });
        break;
      case 'lost':
        run.unsaid.delete(event.chunk);
        tell({ type: 'chunk-lost', chunk: event.chunk });
        components.onTrouble(new BanyanError(event.code, event.message));
        break;
      case 'map':
        components.onMap(source, event.chunks);
        break;
      case 'ended':
        onEnded(run, event);
        break;
      case 'settled':
        if (run.isOver) runs.delete(requestId);
        // A lane that died took them with it: nobody would fetch them again otherwise.
        for (const chunk of run.unsaid) if (!components.isProved(chunk)) tell({ type: 'chunk-lost', chunk });
        run.unsaid.clear();
        break;
      case 'layer':
        break;
    }
    components.onChange();
  };

  const onEnded = (run: Run, event: Ended): void => {
    const { requestId, source } = run;
    if (event.atDial === true && !run.isOver && book.nextAddress(source)) {
      run.lane = undefined;
      void launch(run);
      return;
    }
    runs.delete(requestId);
    run.isOver = true;
    tell({
      type: 'request-ended',
      requestId,
      outcome: event.outcome,
      ...(event.code === undefined ? {} : { code: judge(source, event.code) }),
      ...(event.message === undefined ? {} : { message: event.message }),
      ...(event.retryAfterMs === undefined ? {} : { retryAfterMs: event.retryAfterMs }),
      ...(event.queuePosition === undefined ? {} : { queuePosition: event.queuePosition }),
    });
  };

  /** A source that does not like our token is not at fault while another token may be had. */
  const judge = (source: KnownSource, code: ErrorCode): ErrorCode => {
    if (code !== 'token_invalid' && code !== 'token_expired') return code;
    source.tokenRefusals += 1;
    if (code === 'token_invalid' && !components.onTokenRefused()) return code;
    return source.tokenRefusals >= MAX_TOKEN_REFUSALS ? 'token_invalid' : 'token_expired';
  };

  return {
    start({ requestId, source, first, count }) {
      const run = {
        requestId,
        source,
        first,
        count,
        lane: undefined,
        isOver: false,
        unsaid: new Set<number>(),
      };
      runs.set(requestId, run);
      void launch(run);
    },
    shorten(requestId, count) {
      const run = runs.get(requestId);
      if (run === undefined) return;
      run.count = count;
      if (run.lane !== undefined) lanes.shorten(run.lane, count);
    },
    abort(requestId) {
      const run = runs.get(requestId);
      if (run !== undefined) abort(run);
    },
    abortAll() {
      for (const run of runs.values()) abort(run);
    },
  };
}

/** How a request ended that never came to a lane. */
function failed(fault: BanyanError): Ended {
  const position = fault.details?.['position'];
  return {
    type: 'ended',
    request: 0,
    outcome: 'failed',
    code: fault.code,
    message: fault.message,
    ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
    ...(typeof position === 'number' ? { queuePosition: position } : {}),
    ...(fault.details?.['atDial'] === true ? { atDial: true } : {}),
  };
}
