/** Carries the planner's requests out: proofs first, then chunks, over lanes; and tells it what became of each. */
import type { PlannerEvent } from '@banyan/core';
import { BanyanError, toBanyanError, type ErrorCode } from '@banyan/proto';
import type { ChunkCheck, ChunksRequest, Ended, RequestEvent } from './lane-messages.ts';
import type { DiskWatch } from './disk-watch.ts';
import type { Lanes } from './lanes.ts';
import { isPassed, type ChunkSpan } from './passes.ts';
import type { KnownSource, SourceBook } from './source-book.ts';
import type { WantedContent } from './types.ts';

/** What requests work with. */
export interface RequestsComponents {
  /** Name of the part file among the lanes. */
  readonly file: string;
  readonly content: WantedContent;
  readonly lanes: Lanes;
  readonly book: SourceBook;
  readonly disk: Pick<DiskWatch, 'asked' | 'answered' | 'forgotten'>;
  /**
   * Says how the chunks of a run are to be checked, after fetching what is needed for it.
   *
   * @throws BanyanError why `source` could not help with it
   */
  readonly prepare: (
    run: { readonly first: number; readonly count: number },
    source: KnownSource,
    isOver: () => boolean,
  ) => Promise<ChunkCheck>;
  readonly token: () => Promise<string>;
  /** See `DownloadsComponents.servesAt`. */
  readonly servesAt: () => number | undefined;
  /** A source refused our token; says whether another one is to be tried. */
  readonly onTokenRefused: () => boolean;
  readonly tell: (event: PlannerEvent) => void;
  readonly onBytes: (bytes: number) => void;
  readonly isKept: (chunk: number) => boolean;
  /** A chunk matches its hash and is written. */
  readonly onProved: (chunk: number, source: KnownSource) => void;
  /** A chunk is written; `isChecked`: its pieces are right. */
  readonly onKept: (chunk: number, source: KnownSource, hash: Uint8Array, isChecked: boolean) => void;
  /** What came of a run may be written no more. */
  readonly onSettled: () => void;
  /** A mirror is known by something that is worth keeping. */
  readonly onMirror: (source: KnownSource) => void;
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
    /** Chunks in between that are passed over. */
    readonly passes: readonly ChunkSpan[];
  }): void;
  shorten(requestId: number, count: number): void;
  abort(requestId: number): void;
  abortAll(): void;
  /** Whether bytes of a chunk that came or may come from a request under way can still be written. */
  mayWrite(chunk: number): boolean;
}

/** A request on its way. */
interface Run {
  readonly requestId: number;
  readonly source: KnownSource;
  readonly first: number;
  count: number;
  readonly passes: readonly ChunkSpan[];
  lane: number | undefined;
  isOver: boolean;
  /** Chunks that arrived and of which nothing was said since. */
  readonly unsaid: Set<number>;
  /** One past the last chunk that a lane was ever asked for. */
  readonly end: number;
  /** Chunks that it will write no more. */
  readonly written: Set<number>;
  /** Requests at lanes that are not settled. */
  unsettled: number;
}

/** Refusals of our token in a row after which a source is not asked again. */
const MAX_TOKEN_REFUSALS = 5;
/** What an address says that a redirect had led to, once it holds no longer. */
const WORTH_ASKING_AGAIN: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>([
  'forbidden',
  'unknown_content',
  'invalid_request',
  'unreachable',
]);

/** Makes an empty set of requests. */
export function createRequests(components: RequestsComponents): Requests {
  const { file, content, lanes, book, disk, tell } = components;
  const runs = new Map<number, Run>();
  const unsettled = new Set<Run>();

  /** Where a run is asked for; a token goes to peers alone. */
  const sourceOf = async ({ source }: Run, check: ChunkCheck): Promise<ChunksRequest['source']> => {
    if (source.mirror !== undefined)
      return { target: book.mirrorTarget(source.mirror, check.kind === 'later') };
    const { root, length } = content;
    if (root === undefined) throw new BanyanError('aborted');
    const servesAt = components.servesAt();
    return {
      target: book.peerTarget(source),
      token: await components.token(),
      content: { root, length },
      ...(servesAt === undefined ? {} : { servesAt }),
    };
  };

  const launch = async (run: Run): Promise<void> => {
    try {
      const check = await components.prepare(run, run.source, () => run.isOver);
      if (run.isOver) return;
      const source = await sourceOf(run, check);
      if (run.isOver) return;
      const { first, count, passes } = run;
      unsettled.add(run);
      run.unsettled += 1;
      run.lane = lanes.request(
        { type: 'chunks', file, length: content.length, source, first, count, passes, check },
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
        tell({
          type: 'request-progress',
          requestId,
          bytes: event.bytes,
          ...(event.passedOver === undefined ? {} : { passedOver: event.passedOver }),
        });
        break;
      case 'held':
      case 'freed':
        tell({ type: 'request-held', requestId, held: event.type === 'held' });
        return;
      case 'received':
        if (!run.unsaid.has(event.chunk)) disk.asked();
        run.unsaid.add(event.chunk);
        tell({ type: 'chunk-received', requestId, chunk: event.chunk });
        break;
      case 'proved':
        written(run, event.chunk);
        components.onProved(event.chunk, source);
        break;
      case 'kept':
        written(run, event.chunk);
        components.onKept(event.chunk, source, event.hash, event.isChecked);
        break;
      case 'refused':
        if (said(run, event.chunk)) disk.forgotten();
        tell({
          type: 'chunk-refused',
          chunk: event.chunk,
          sourceId: source.id,
          reason: source.mirror?.hasChanged === true ? 'file_changed' : 'bad_chunk',
        });
        break;
      case 'mirror':
        if (source.mirror === undefined) break;
        if (event.isSequential === true && !source.mirror.isSequential)
          tell({ type: 'source-sequential', sourceId: source.id });
        if (book.learn(source.mirror, event)) components.onMirror(source);
        break;
      case 'lost':
        written(run, event.chunk);
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
        run.unsettled -= 1;
        if (run.unsettled === 0) unsettled.delete(run);
        // A lane that died took them with it: nobody would fetch them again otherwise.
        for (const chunk of run.unsaid) {
          disk.forgotten();
          if (!components.isKept(chunk)) tell({ type: 'chunk-lost', chunk });
        }
        run.unsaid.clear();
        components.onSettled();
        break;
      case 'layer':
      case 'digest':
      case 'entry':
        break;
    }
    components.onChange();
  };

  /** What became of a chunk is known; whether it was waited for. */
  const said = (run: Run, chunk: number): boolean => {
    run.written.add(chunk);
    return run.unsaid.delete(chunk);
  };

  /** The disk took it, or said that it cannot. */
  const written = (run: Run, chunk: number): void => {
    if (said(run, chunk)) disk.answered();
  };

  /** Whether another address of the same source may do. */
  const turnsElsewhere = ({ source }: Run, event: Ended): boolean => {
    if (event.atDial === true) return book.nextAddress(source);
    const { mirror } = source;
    if (mirror?.finalUrl === undefined || !WORTH_ASKING_AGAIN.has(event.code)) return false;
    // Where a redirect led may hold for minutes only: the address that was given is asked again.
    mirror.finalUrl = undefined;
    return true;
  };

  const onEnded = (run: Run, event: Ended): void => {
    const { requestId, source } = run;
    if (!run.isOver && turnsElsewhere(run, event)) {
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
    start({ requestId, source, first, count, passes }) {
      const run = {
        requestId,
        source,
        first,
        count,
        passes,
        lane: undefined,
        isOver: false,
        unsaid: new Set<number>(),
        end: first + count,
        written: new Set<number>(),
        unsettled: 0,
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
    mayWrite(chunk) {
      for (const run of unsettled)
        if (chunk >= run.first && chunk < run.end && !run.written.has(chunk) && !isPassed(run.passes, chunk))
          return true;
      return false;
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
