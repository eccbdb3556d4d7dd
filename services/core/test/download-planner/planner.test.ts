import { CHUNK_BYTES, ERROR_TABLE, type ErrorCode } from '@banyan/proto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  createDownloadPlanner,
  type DownloadPlanner,
  type PlannerAction,
  type PlannerEvent,
  type PlannerOptions,
} from '../../src/index.ts';
import { seededRandom } from './sim/random.ts';

const make = (chunkCount: number, options: Partial<PlannerOptions> = {}): DownloadPlanner =>
  createDownloadPlanner({
    chunkCount,
    length: chunkCount * CHUNK_BYTES,
    now: 0,
    random: () => 0.5,
    options,
  });

type ActionOf<T extends PlannerAction['type']> = Extract<PlannerAction, { type: T }>;
const only = <T extends PlannerAction['type']>(actions: readonly PlannerAction[], type: T): ActionOf<T>[] =>
  actions.filter((action): action is ActionOf<T> => action.type === type);

/** Brings chunks through a request as an engine would tell it. */
function bring(
  planner: DownloadPlanner,
  requestId: number,
  sourceId: string,
  chunks: number[],
  now: number,
): PlannerAction[] {
  const actions: PlannerAction[] = [];
  for (const chunk of chunks) {
    actions.push(
      ...planner.handle({ type: 'request-progress', requestId, bytes: CHUNK_BYTES }, now),
      ...planner.handle({ type: 'chunk-received', requestId, chunk }, now),
      ...planner.handle({ type: 'chunk-proved', chunk, sourceId }, now),
    );
  }
  return actions;
}

describe('a planner', () => {
  it('calls for sources when it has none, and calls an empty content complete', () => {
    expect(only(make(3).handle({ type: 'tick' }, 0), 'need-sources')).toEqual([
      { type: 'need-sources', reason: 'none', usable: 0 },
    ]);
    const empty = make(0);
    expect(empty.handle({ type: 'tick' }, 0)).toEqual([{ type: 'complete' }]);
    expect(empty.handle({ type: 'tick' }, 1)).toEqual([]);
  });

  it('asks one that sends from the beginning alone for one long run, and for nothing else meanwhile', () => {
    const planner = make(50);
    const [first] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    planner.handle({ type: 'source-sequential', sourceId: 'a' }, 10);
    const more = bring(planner, first!.requestId, 'a', [0], 1_000);
    expect(only(more, 'start-request')).toEqual([]);
    const next = planner.handle(
      { type: 'request-ended', requestId: first!.requestId, outcome: 'done' },
      1_001,
    );
    expect(only(next, 'start-request')).toMatchObject([{ firstChunk: 1, chunkCount: 49, race: false }]);
    // Others take of its end; it takes nothing of theirs.
    const taken = planner.handle({ type: 'source-added', sourceId: 'b' }, 1_100);
    expect(only(taken, 'shorten-request')).toHaveLength(1);
    const [end] = only(taken, 'start-request');
    expect(end).toMatchObject({ sourceId: 'b' });
    const { requestId } = only(next, 'start-request')[0]!;
    const rest = Array.from({ length: end!.firstChunk - 1 }, (_, i) => i + 1);
    const idle = [
      ...bring(planner, requestId, 'a', rest, 2_000),
      ...planner.handle({ type: 'request-ended', requestId, outcome: 'done' }, 2_001),
      ...planner.handle({ type: 'tick' }, 2_100),
    ];
    expect(only(idle, 'start-request').filter(({ sourceId }) => sourceId === 'a')).toEqual([]);
    // Unless they fall silent: it sends everything once more sooner than they come back.
    const raced = planner.handle({ type: 'tick' }, 4_000);
    expect(only(raced, 'start-request')).toMatchObject([
      { sourceId: 'a', firstChunk: 49, chunkCount: 1 },
      // Which they may do all the same: they are not asked instead of it, but beside it.
      { sourceId: 'b', firstChunk: 49, chunkCount: 1, race: true },
    ]);
  });

  it('takes bytes that are passed over as a sign of life', () => {
    const planner = make(5);
    const [first] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    const { requestId } = first!;
    for (let now = 1_000; now <= 30_000; now += 1_000) {
      planner.handle({ type: 'request-progress', requestId, bytes: 0, passedOver: 1_000 }, now);
      expect(only(planner.handle({ type: 'tick' }, now), 'abort-request')).toEqual([]);
    }
    expect(planner.snapshot().bytesReceived).toBe(0);
    expect(only(planner.handle({ type: 'tick' }, 40_000), 'abort-request')).toHaveLength(1);
  });

  it('asks a new source for one chunk, and then for more and more up to three seconds of its rate', () => {
    const planner = make(400);
    let [request] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    const sizes: number[] = [];
    let now = 0;
    while (sizes.length < 5) {
      const { requestId, firstChunk, chunkCount } = request!;
      sizes.push(chunkCount);
      const actions: PlannerAction[] = [];
      // 10 MiB/s in pieces of 64 KiB.
      for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
        for (let i = 0; i < 16; i++) {
          now += 6.25;
          actions.push(
            ...planner.handle({ type: 'request-progress', requestId, bytes: CHUNK_BYTES / 16 }, now),
          );
        }
        planner.handle({ type: 'chunk-received', requestId, chunk }, now);
        planner.handle({ type: 'chunk-proved', chunk, sourceId: 'a' }, now);
      }
      actions.push(...planner.handle({ type: 'request-ended', requestId, outcome: 'done' }, now));
      [request] = only(actions, 'start-request');
    }
    expect(sizes).toEqual([1, 4, 16, 30, 30]);
  });

  it('opens the next request before the one under way is through', () => {
    const planner = make(100);
    const [first] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    bring(planner, first!.requestId, 'a', [0], 100);
    const [second] = only(
      planner.handle({ type: 'request-ended', requestId: first!.requestId, outcome: 'done' }, 100),
      'start-request',
    );
    let third: ActionOf<'start-request'> | undefined;
    let brought = 0;
    for (let now = 110; third === undefined; now += 10) {
      brought += 100_000;
      const event = { type: 'request-progress', requestId: second!.requestId, bytes: 100_000 } as const;
      [third] = only(planner.handle(event, now), 'start-request');
    }
    expect(third).toMatchObject({
      sourceId: 'a',
      firstChunk: second!.firstChunk + second!.chunkCount,
      race: false,
    });
    expect(brought).toBeLessThan(second!.chunkCount * CHUNK_BYTES);
    expect(brought).toBeGreaterThan((second!.chunkCount - 3) * CHUNK_BYTES);
  });

  it('drops a liar at once, aborts what it has and gives its chunks to others', () => {
    const planner = make(3);
    const [a] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    const [b] = only(planner.handle({ type: 'source-added', sourceId: 'b' }, 0), 'start-request');
    planner.handle({ type: 'request-progress', requestId: a!.requestId, bytes: CHUNK_BYTES }, 50);
    planner.handle({ type: 'chunk-received', requestId: a!.requestId, chunk: 0 }, 50);
    bring(planner, b!.requestId, 'b', [1], 50);
    const refused = planner.handle(
      { type: 'chunk-refused', chunk: 0, sourceId: 'a', reason: 'bad_chunk' },
      51,
    );
    expect(only(refused, 'drop-source')).toEqual([
      { type: 'drop-source', sourceId: 'a', reason: 'bad_chunk', evidence: { chunk: 0 }, lied: true },
    ]);
    const next = planner.handle({ type: 'request-ended', requestId: b!.requestId, outcome: 'done' }, 52);
    expect(only(next, 'start-request')).toMatchObject([{ sourceId: 'b', firstChunk: 0 }]);
    expect(planner.handle({ type: 'source-added', sourceId: 'a' }, 60)).toEqual([]);
    planner.handle({ type: 'source-removed', sourceId: 'a' }, 61);
    expect(only(planner.handle({ type: 'source-added', sourceId: 'a' }, 62), 'start-request')).toEqual([]);
  });

  it('ends a race by the first proof and aborts the loser', () => {
    const planner = make(1);
    const [slow] = only(planner.handle({ type: 'source-added', sourceId: 'slow' }, 0), 'start-request');
    planner.handle({ type: 'source-added', sourceId: 'idle' }, 0);
    planner.handle({ type: 'request-progress', requestId: slow!.requestId, bytes: 1000 }, 10);
    let race: ActionOf<'start-request'> | undefined;
    for (let now = 100; race === undefined && now < 5_000; now += 100) {
      [race] = only(planner.handle({ type: 'tick' }, now), 'start-request');
    }
    expect(race).toMatchObject({ sourceId: 'idle', firstChunk: 0, chunkCount: 1, race: true });
    expect(planner.chunkRuns()).toEqual([{ first: 0, count: 1, state: 'raced' }]);
    const actions = bring(planner, race!.requestId, 'idle', [0], 5_100);
    expect(only(actions, 'abort-request').map(({ requestId }) => requestId)).toContain(slow!.requestId);
    expect(only(actions, 'complete')).toHaveLength(1);
    expect(planner.snapshot()).toMatchObject({ state: 'complete', etaMs: 0, chunksProved: 1 });
  });

  it('blames no source for the silence in which our own limit holds its request back', () => {
    const planner = make(2, { stallMs: 1_000 });
    const [a] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    const { requestId } = a!;
    planner.handle({ type: 'request-progress', requestId, bytes: 10 }, 10);
    planner.handle({ type: 'request-held', requestId, held: true }, 20);
    expect(only(planner.handle({ type: 'tick' }, 9_000), 'abort-request')).toEqual([]);
    planner.handle({ type: 'request-held', requestId, held: false }, 9_000);
    expect(only(planner.handle({ type: 'tick' }, 9_900), 'abort-request')).toEqual([]);
    expect(only(planner.handle({ type: 'tick' }, 10_100), 'abort-request')).toMatchObject([
      { requestId, reason: 'stalled' },
    ]);
  });

  it('asks fewer sources at once under a limit, each for a rate at which it is not cut, and more again without', () => {
    const planner = make(50);
    planner.handle({ type: 'set-limit', bytesPerSecond: 150_000 }, 0);
    const asked = ['a', 'b', 'c', 'd'].flatMap((sourceId) =>
      only(planner.handle({ type: 'source-added', sourceId }, 0), 'start-request'),
    );
    expect(asked.map(({ sourceId }) => sourceId)).toEqual(['a', 'b']);
    const more = planner.handle({ type: 'set-limit', bytesPerSecond: undefined }, 10);
    expect(only(more, 'start-request').map(({ sourceId }) => sourceId)).toEqual(['c', 'd']);
  });

  it('lets an idle source take the part of a run that a slow one has not begun', () => {
    const planner = make(5);
    const [first] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    const { requestId } = first!;
    const told: PlannerAction[] = [];
    for (let i = 1; i <= 20; i++) {
      const event: PlannerEvent = { type: 'request-progress', requestId, bytes: CHUNK_BYTES / 20 };
      told.push(...planner.handle(event, i * 15));
    }
    planner.handle({ type: 'chunk-received', requestId, chunk: 0 }, 300);
    planner.handle({ type: 'chunk-proved', chunk: 0, sourceId: 'a' }, 300);
    told.push(...planner.handle({ type: 'request-ended', requestId, outcome: 'done' }, 300));
    const [run] = only(told, 'start-request');
    expect(run).toMatchObject({ firstChunk: 1, chunkCount: 4 });
    // It brings a little and falls silent. The newcomer finds no chunk free and takes the last one.
    planner.handle({ type: 'request-progress', requestId: run!.requestId, bytes: 1_000 }, 400);
    const actions = planner.handle({ type: 'source-added', sourceId: 'b' }, 1_400);
    expect(only(actions, 'shorten-request')).toEqual([
      { type: 'shorten-request', requestId: run!.requestId, chunkCount: 3 },
    ]);
    expect(only(actions, 'start-request')).toMatchObject([
      { sourceId: 'b', firstChunk: 4, chunkCount: 1, race: false },
    ]);
  });

  it('welcomes a late proof of a request that it had aborted, and cuts whoever has the chunk since', () => {
    const planner = make(2, { stallMs: 1_000 });
    const [a] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    planner.handle({ type: 'request-progress', requestId: a!.requestId, bytes: 10 }, 10);
    const stalled = planner.handle({ type: 'tick' }, 1_100);
    expect(only(stalled, 'abort-request')).toEqual([
      { type: 'abort-request', requestId: a!.requestId, reason: 'stalled' },
    ]);
    const [b] = only(planner.handle({ type: 'source-added', sourceId: 'b' }, 1_200), 'start-request');
    expect(b).toMatchObject({ firstChunk: 0 });
    const late = planner.handle({ type: 'chunk-proved', chunk: 0, sourceId: 'a' }, 1_300);
    expect(only(late, 'abort-request')).toEqual([
      { type: 'abort-request', requestId: b!.requestId, reason: 'lost-race' },
    ]);
    expect(only(late, 'start-request')).toMatchObject([{ sourceId: 'b', firstChunk: 1 }]);
  });

  it('backs off longer after each failure, drops a source after four when another is left, and gives it a new chance', () => {
    const planner = make(50);
    planner.handle({ type: 'source-added', sourceId: 'good' }, 0);
    let [request] = only(planner.handle({ type: 'source-added', sourceId: 'bad' }, 0), 'start-request');
    const waits: number[] = [];
    let now = 0;
    let drop: ActionOf<'drop-source'> | undefined;
    while (drop === undefined) {
      const actions = planner.handle(
        {
          type: 'request-ended',
          requestId: request!.requestId,
          outcome: 'failed',
          code: 'unreachable',
          message: 'no route',
        },
        now,
      );
      [drop] = only(actions, 'drop-source');
      const bad = planner.snapshot().sources[1]!;
      if (bad.retryAt === undefined) break;
      expect(bad).toMatchObject({ state: 'backing-off', reason: 'unreachable' });
      waits.push(bad.retryAt - now);
      now = bad.retryAt;
      [request] = only(planner.handle({ type: 'tick' }, now), 'start-request').filter(
        ({ sourceId }) => sourceId === 'bad',
      );
    }
    expect(waits).toEqual([500, 1_000, 2_000]);
    expect(drop).toMatchObject({
      sourceId: 'bad',
      reason: 'unreachable',
      lied: false,
      evidence: { failures: 4, message: 'no route' },
    });
    const again = planner.handle({ type: 'source-added', sourceId: 'bad' }, now + 1);
    expect(only(again, 'start-request')).toMatchObject([{ sourceId: 'bad' }]);
  });

  it('goes on with the request that flows when a source refuses it a second one, and does not press', () => {
    const planner = make(100);
    const [first] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    const { requestId } = first!;
    const started: ActionOf<'start-request'>[] = [];
    for (let now = 50; started.length === 0; now += 50) {
      const event: PlannerEvent = { type: 'request-progress', requestId, bytes: CHUNK_BYTES / 10 };
      started.push(...only(planner.handle(event, now), 'start-request'));
    }
    planner.handle(
      {
        type: 'request-ended',
        requestId: started[0]!.requestId,
        outcome: 'failed',
        code: 'no_slot',
        retryAfterMs: 2_000,
      },
      600,
    );
    expect(planner.snapshot().sources[0]).toMatchObject({ state: 'active', retryAt: 2_600 });
    for (let now = 650; now < 700; now += 10) {
      const event: PlannerEvent = { type: 'request-progress', requestId, bytes: 100 };
      expect(only(planner.handle(event, now), 'start-request')).toEqual([]);
    }
    planner.handle(
      { type: 'request-ended', requestId, outcome: 'failed', code: 'no_slot', retryAfterMs: 2_000 },
      700,
    );
    expect(planner.snapshot().state).toBe('waiting');
    expect(planner.snapshot().sources[0]!.state).toBe('queued');
    // Asking again is still queueing; the first byte ends it.
    const [again] = only(planner.handle({ type: 'tick' }, 2_700), 'start-request');
    expect(planner.snapshot().sources[0]).toMatchObject({ state: 'queued', retryAt: undefined });
    planner.handle({ type: 'request-progress', requestId: again!.requestId, bytes: 1 }, 2_710);
    expect(planner.snapshot().sources[0]!.state).toBe('active');
  });

  it('takes a chunk back that was lost, also after completion', () => {
    const planner = make(1);
    const [a] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    bring(planner, a!.requestId, 'a', [0], 10);
    expect(planner.complete).toBe(true);
    planner.handle({ type: 'request-ended', requestId: a!.requestId, outcome: 'done' }, 10);
    const lost = planner.handle({ type: 'chunk-lost', chunk: 0 }, 20);
    expect(only(lost, 'start-request')).toMatchObject([{ firstChunk: 0 }]);
    expect(planner.snapshot()).toMatchObject({ state: 'running', chunksProved: 0, bytesProved: 0 });
  });

  it('plans 64 GiB with the work of its runs, not of its chunks', () => {
    const planner = make(65_536);
    const [request] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    bring(planner, request!.requestId, 'a', [0], 10);
    expect(planner.chunkRuns().map(({ state }) => state)).toEqual(['proved', 'missing']);
    expect(planner.snapshot().sources[0]).toMatchObject({ chunksProved: 1, chunksHeld: undefined });
  });

  const CASES: { code: ErrorCode; state: string; dropped?: boolean; lied?: boolean; failures: number }[] = [
    { code: 'wrong_range', state: 'dropped', dropped: true, lied: true, failures: 1 },
    { code: 'bad_proof', state: 'dropped', dropped: true, lied: true, failures: 1 },
    { code: 'unknown_content', state: 'dropped', dropped: true, failures: 1 },
    { code: 'file_changed', state: 'dropped', dropped: true, failures: 1 },
    { code: 'key_mismatch', state: 'dropped', dropped: true, failures: 1 },
    { code: 'unreachable', state: 'backing-off', failures: 1 },
    { code: 'source_closed', state: 'backing-off', failures: 1 },
    { code: 'timeout', state: 'backing-off', failures: 1 },
    { code: 'no_slot', state: 'queued', failures: 0 },
    { code: 'full', state: 'queued', failures: 0 },
    { code: 'rate_limited', state: 'queued', failures: 0 },
    { code: 'disk_full', state: 'backing-off', failures: 0 },
    { code: 'chunk_missing', state: 'backing-off', failures: 0 },
  ];
  it.each(CASES)('takes $code as: $state', ({ code, state, dropped = false, lied = false, failures }) => {
    const planner = make(4);
    const [request] = only(planner.handle({ type: 'source-added', sourceId: 'a' }, 0), 'start-request');
    const actions = planner.handle(
      { type: 'request-ended', requestId: request!.requestId, outcome: 'failed', code },
      5,
    );
    expect(only(actions, 'drop-source')).toHaveLength(dropped ? 1 : 0);
    if (dropped) expect(only(actions, 'drop-source')[0]).toMatchObject({ reason: code, lied });
    expect(planner.snapshot().sources[0]).toMatchObject({ state, failures });
    expect(planner.snapshot().state).toBe('waiting');
  });

  it('counts it against a source when it refuses a chunk that its own map names', () => {
    const planner = make(4);
    const chunks = { has: (chunk: number) => chunk < 2 };
    const [request] = only(
      planner.handle({ type: 'source-added', sourceId: 'a', chunks }, 0),
      'start-request',
    );
    const event = {
      type: 'request-ended',
      requestId: request!.requestId,
      outcome: 'failed',
      code: 'chunk_missing',
    } as const;
    planner.handle(event, 5);
    expect(planner.snapshot().sources[0]).toMatchObject({ failures: 1, chunksHeld: 1 });
    expect(planner.chunkRuns().at(-1)).toMatchObject({ state: 'nowhere' });
  });
});

describe('whatever is told to a planner', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'nobody');
  const chunk = fc.integer({ min: -1, max: 9 });
  const requestId = fc.integer({ min: 0, max: 30 });
  const code = fc.constantFrom(...(Object.keys(ERROR_TABLE) as ErrorCode[]));
  const chunks = fc
    .array(fc.boolean(), { minLength: 8, maxLength: 8 })
    .map((bits) => ({ has: (i: number) => bits[i] === true }));
  const event: fc.Arbitrary<PlannerEvent> = fc.oneof(
    fc.record({ type: fc.constant('source-added' as const), sourceId: id }),
    fc.record({ type: fc.constant('source-added' as const), sourceId: id, chunks }),
    fc.record({ type: fc.constant('source-updated' as const), sourceId: id, chunks }),
    fc.record({ type: fc.constant('source-removed' as const), sourceId: id }),
    fc.record({
      type: fc.constant('request-progress' as const),
      requestId,
      bytes: fc.integer({ min: -5, max: 3 * CHUNK_BYTES }),
    }),
    fc.record({ type: fc.constant('chunk-received' as const), requestId, chunk }),
    fc.record({ type: fc.constant('chunk-proved' as const), chunk, sourceId: id }),
    fc.record({ type: fc.constant('chunk-refused' as const), chunk, sourceId: id, reason: code }),
    fc.record({ type: fc.constant('chunk-lost' as const), chunk }),
    fc.record({
      type: fc.constant('request-ended' as const),
      requestId,
      outcome: fc.constantFrom('done' as const, 'aborted' as const, 'failed' as const),
      code,
    }),
    fc.constantFrom<PlannerEvent>(
      { type: 'tick' },
      { type: 'tick' },
      { type: 'pause' },
      { type: 'resume' },
      { type: 'set-playhead', chunk: 4 },
      { type: 'set-playhead', chunk: undefined },
    ),
  );

  const SEQUENTIAL_WITH_A_GAP: [PlannerEvent, number][] = [
    [{ type: 'source-added', sourceId: 'a', chunks: { has: (i) => i === 0 || i === 2 } }, 0],
    [{ type: 'request-ended', requestId: 1, outcome: 'done', code: 'no_ranges' }, 0],
  ];

  it('it never throws, asks for what is proved, forgets a request or a chunk', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, fc.integer({ min: 0, max: 2_000 })), { maxLength: 120 }),
        fc.integer(),
        (events, seed) => {
          const planner = createDownloadPlanner({
            chunkCount: 8,
            length: 7 * CHUNK_BYTES + 5,
            now: 0,
            random: seededRandom(seed),
          });
          const open = new Map<
            number,
            { first: number; end: number; passed: ReadonlySet<number>; sourceId: string }
          >();
          let now = 0;
          for (const [told, wait] of events) {
            now += wait;
            if (told.type === 'request-ended') open.delete(told.requestId);
            for (const action of planner.handle(told, now)) {
              if (action.type === 'start-request') {
                const end = action.firstChunk + action.chunkCount;
                expect(end).toBeLessThanOrEqual(8);
                expect(action.chunkCount).toBeGreaterThan(0);
                const passed = new Set<number>();
                for (const { first, count } of action.passes ?? [])
                  for (let i = first; i < first + count; i++) passed.add(i);
                expect(passed.has(action.firstChunk) || passed.has(end - 1)).toBe(false);
                for (let i = action.firstChunk; i < end; i++)
                  if (!passed.has(i)) expect(planner.isProved(i)).toBe(false);
                open.set(action.requestId, {
                  first: action.firstChunk,
                  ...{ end, passed, sourceId: action.sourceId },
                });
              } else if (action.type === 'shorten-request') {
                const request = open.get(action.requestId)!;
                expect(action.chunkCount).toBeGreaterThan(0);
                expect(request.first + action.chunkCount).toBeLessThan(request.end);
                request.end = request.first + action.chunkCount;
              } else if (action.type === 'abort-request') {
                expect(open.delete(action.requestId)).toBe(true);
              } else if (action.type === 'wake-at') {
                expect(action.at).toBeGreaterThan(now);
              }
            }
            const runs = planner.chunkRuns();
            expect(runs.reduce((sum, { count }) => sum + count, 0)).toBe(8);
            const { chunksProved, bytesProved, sources } = planner.snapshot();
            expect(chunksProved).toBe(
              runs.filter(({ state }) => state === 'proved').reduce((sum, { count }) => sum + count, 0),
            );
            expect(bytesProved).toBeLessThanOrEqual(7 * CHUNK_BYTES + 5);
            // What the planner says is asked for is exactly what is open outside.
            const asked = new Set<number>();
            for (const { first, end, passed } of open.values())
              for (let i = first; i < end; i++) if (!passed.has(i)) asked.add(i);
            for (const { first, count, state } of runs) {
              for (let i = first; i < first + count; i++) {
                if (state === 'missing' || state === 'nowhere') expect(asked.has(i)).toBe(false);
                if (state === 'requested' || state === 'raced') expect(asked.has(i)).toBe(true);
              }
            }
            for (const { sourceId, state } of sources) {
              const busy = [...open.values()].some((request) => request.sourceId === sourceId);
              if (busy) expect(['active', 'queued', 'backing-off']).toContain(state);
              else expect(state).not.toBe('active');
            }
          }
        },
      ),
      // The first is one that a run came upon: who sends from the beginning alone sends chunks that nobody asked for.
      { numRuns: 400, examples: [[SEQUENTIAL_WITH_A_GAP, 0]] },
    );
  });
});
