import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBundlePlanner, DEFAULT_BUNDLE_OPTIONS } from '@banyan/core';

const { firstBytes, maxBytes, perSource, stallMs, maxMs, asideMs, maxAsideMs, freshMs, maxSources } =
  DEFAULT_BUNDLE_OPTIONS;

describe('the bundle planner', () => {
  it('offers nothing before somebody is known', () => {
    const planner = createBundlePlanner();
    expect(planner.offers(0)).toEqual([]);
    expect(planner.usable(0)).toEqual([]);
    expect(planner.nextLookAt()).toBeUndefined();
  });

  it('begins small, and then asks for what a source gives in the target time', () => {
    const planner = createBundlePlanner();
    planner.found('a', 0);
    expect(planner.offers(0)[0]).toMatchObject({ sourceId: 'a', maxBytes: firstBytes });
    planner.began(1, 'a', 0);
    planner.progress(1, 100_000, 100);
    planner.ended(1, { outcome: 'done', held: 10 }, 100);
    // 1 MB/s for half a second.
    expect(planner.offers(100)[0]!.maxBytes).toBeCloseTo(500_000);
    planner.began(2, 'a', 100);
    planner.progress(2, 100e6, 200);
    planner.ended(2, { outcome: 'done', held: 10 }, 200);
    expect(planner.offers(200)[0]!.maxBytes).toBe(maxBytes);
  });

  it('gives everybody one before anybody gets two, and nobody more', () => {
    const planner = createBundlePlanner();
    planner.found('a', 0);
    planner.found('b', 0);
    const asked: string[] = [];
    for (let id = 1; planner.offers(0).length > 0; id++) {
      const { sourceId } = planner.offers(0)[0]!;
      asked.push(sourceId);
      planner.began(id, sourceId, 0);
    }
    expect(asked.slice(0, 2).sort()).toEqual(['a', 'b']);
    expect(asked).toHaveLength(2 * perSource);
    // Busy is not gone.
    expect(planner.usable(0)).toHaveLength(2);
  });

  it('prefers the faster of two that are free', () => {
    const planner = createBundlePlanner();
    for (const [id, source, bytes] of [
      [1, 'slow', 1_000],
      [2, 'fast', 1_000_000],
    ] as const) {
      planner.found(source, 0);
      planner.began(id, source, 0);
      planner.progress(id, bytes, 1_000);
      planner.ended(id, { outcome: 'done', held: 1 }, 1_000);
    }
    expect(planner.offers(1_000).map(({ sourceId }) => sourceId)).toEqual(['fast', 'slow']);
  });

  it('leaves a source alone that failed, longer each time, and forgives it with the first answer', () => {
    const planner = createBundlePlanner({ freshMs: Infinity });
    planner.found('a', 0);
    let now = 0;
    for (let id = 1; id <= 3; id++) {
      planner.began(id, 'a', now);
      planner.ended(id, { outcome: 'failed' }, now);
      const wait = asideMs * 2 ** (id - 1);
      expect(planner.usable(now + wait - 1)).toEqual([]);
      expect(planner.offers(now + wait - 1)).toEqual([]);
      now += wait;
      expect(planner.usable(now)).toEqual(['a']);
    }
    planner.began(4, 'a', now);
    planner.ended(4, { outcome: 'done', held: 1 }, now);
    planner.began(5, 'a', now);
    planner.ended(5, { outcome: 'failed' }, now);
    expect(planner.usable(now + asideMs)).toEqual(['a']);
  });

  it('heeds what a source says itself, within bounds', () => {
    const planner = createBundlePlanner({ freshMs: Infinity });
    planner.found('a', 0);
    planner.began(1, 'a', 0);
    planner.ended(1, { outcome: 'busy', retryAfterMs: 60_000 }, 0);
    expect(planner.usable(59_999)).toEqual([]);
    expect(planner.usable(60_000)).toEqual(['a']);
    planner.began(2, 'a', 60_000);
    planner.ended(2, { outcome: 'busy', retryAfterMs: 1e12 }, 60_000);
    expect(planner.usable(60_000 + maxAsideMs)).toEqual(['a']);
  });

  it('asks a liar no more, and one that has nothing not for a while', () => {
    const planner = createBundlePlanner();
    planner.found('liar', 0);
    planner.began(1, 'liar', 0);
    planner.ended(1, { outcome: 'lied' }, 0);
    planner.found('liar', 1e9);
    expect(planner.usable(1e9)).toEqual([]);
    planner.found('empty', 0);
    planner.began(2, 'empty', 0);
    planner.ended(2, { outcome: 'done', held: 0 }, 0);
    expect(planner.usable(0)).toEqual([]);
    expect(planner.usable(asideMs)).toEqual(['empty']);
  });

  it('asks only those who were found, or gave something, within the last minute', () => {
    const planner = createBundlePlanner();
    planner.found('a', 0);
    expect(planner.usable(freshMs - 1)).toEqual(['a']);
    planner.began(1, 'a', freshMs - 1);
    planner.ended(1, { outcome: 'done', held: 1 }, freshMs);
    expect(planner.usable(2 * freshMs - 1)).toEqual(['a']);
    expect(planner.usable(2 * freshMs)).toEqual([]);
    expect(planner.knows('a')).toBe(true);
    planner.found('a', 2 * freshMs);
    expect(planner.usable(2 * freshMs)).toEqual(['a']);
  });

  it('does not hold against a source what we gave up ourselves', () => {
    const planner = createBundlePlanner();
    planner.found('a', 0);
    planner.began(1, 'a', 0);
    planner.ended(1, { outcome: 'aborted' }, 10);
    expect(planner.usable(10)).toEqual(['a']);
  });

  it('says once of each request that it stalled, or takes too long', () => {
    const planner = createBundlePlanner();
    planner.found('a', 0);
    planner.found('b', 0);
    planner.began(1, 'a', 0);
    planner.began(2, 'b', 0);
    expect(planner.nextLookAt()).toBe(stallMs);
    for (let now = 0; now < maxMs; now += 100) planner.progress(2, 10, now);
    expect(planner.overdue(stallMs - 1)).toEqual([]);
    expect(planner.overdue(stallMs)).toEqual([{ requestId: 1, code: 'source_stalled' }]);
    expect(planner.overdue(stallMs)).toEqual([]);
    expect(planner.nextLookAt()).toBe(maxMs);
    expect(planner.overdue(maxMs)).toEqual([{ requestId: 2, code: 'source_slow' }]);
    expect(planner.nextLookAt()).toBeUndefined();
  });

  it('remembers a bounded number of sources, and never forgets one that is being asked', () => {
    const planner = createBundlePlanner();
    planner.found('busy', 0);
    planner.began(1, 'busy', 0);
    for (let i = 0; i < 3 * maxSources; i++) planner.found(`s${i}`, 0);
    expect(planner.usable(0)).toHaveLength(maxSources);
    expect(planner.usable(0)).toContain('busy');
  });

  it('keeps its counts whatever comes in whatever order', () => {
    const event = fc.record({
      kind: fc.constantFrom(
        'found',
        'began',
        'progress',
        'done',
        'failed',
        'busy',
        'lied',
        'aborted',
        'look',
      ),
      source: fc.constantFrom('a', 'b', 'c'),
      request: fc.integer({ min: 1, max: 6 }),
      wait: fc.integer({ min: 0, max: 3_000 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        const planner = createBundlePlanner({ maxSources: 2 });
        const underWay = new Map<number, string>();
        let now = 0;
        for (const { kind, source, request, wait } of events) {
          now += wait;
          if (kind === 'found') planner.found(source, now);
          else if (kind === 'began') {
            const offer = planner.offers(now).find(({ sourceId }) => sourceId === source);
            if (offer === undefined || underWay.has(request)) continue;
            planner.began(request, source, now);
            underWay.set(request, source);
          } else if (kind === 'progress') planner.progress(request, wait, now);
          else if (kind === 'look') planner.overdue(now);
          else {
            planner.ended(request, { outcome: kind, held: 1, retryAfterMs: wait }, now);
            underWay.delete(request);
          }
          for (const { sourceId, maxBytes: bytes } of planner.offers(now)) {
            const busy = [...underWay.values()].filter((one) => one === sourceId).length;
            expect(busy).toBeLessThan(perSource);
            expect(bytes).toBeGreaterThan(0);
            expect(bytes).toBeLessThanOrEqual(maxBytes);
          }
          if (underWay.size === 0) expect(planner.nextLookAt()).toBeUndefined();
        }
      }),
    );
  });
});
