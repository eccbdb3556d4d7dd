import { describe, expect, it } from '@jest/globals';
import { createManualClock } from '@banyan/kit';
import { createKeptBytes } from '../src/kept-bytes.ts';

const bytes = (value: number, length: number): Uint8Array => new Uint8Array(length).fill(value);

describe('bytes that are kept', () => {
  it('come back piece by piece, empty ones too', () => {
    const kept = createKeptBytes(createManualClock(), { blockBytes: 100, maxBlocks: 2 });
    const first = kept.put([bytes(1, 3), bytes(2, 0), bytes(3, 5)], 1_000)!;
    const second = kept.put([bytes(4, 2)], 1_000)!;
    expect(kept.get(first)).toEqual([bytes(1, 3), bytes(2, 0), bytes(3, 5)]);
    expect(kept.get(second)).toEqual([bytes(4, 2)]);
  });

  it('are a copy', () => {
    const kept = createKeptBytes(createManualClock(), { blockBytes: 100, maxBlocks: 2 });
    const piece = bytes(1, 3);
    const place = kept.put([piece], 1_000)!;
    piece.fill(9);
    expect(kept.get(place)).toEqual([bytes(1, 3)]);
  });

  it('lie in blocks that are used again once nobody wants what is in them', async () => {
    const clock = createManualClock();
    const kept = createKeptBytes(clock, { blockBytes: 100, maxBlocks: 10 });
    const first = kept.put([bytes(1, 60)], 1_000)!;
    kept.put([bytes(2, 60)], 1_000);
    expect(kept.bytes).toBe(200);
    await clock.advance(1_000);
    expect(kept.get(first)).toEqual([bytes(1, 60)]);
    const third = kept.put([bytes(3, 60)], 1_000)!;
    expect(kept.get(first)).toBeUndefined();
    expect(kept.get(third)).toEqual([bytes(3, 60)]);
  });

  it('are kept as long as the longest wish in their block', async () => {
    const clock = createManualClock();
    const kept = createKeptBytes(clock, { blockBytes: 100, maxBlocks: 10 });
    const long = kept.put([bytes(1, 30)], 3_000)!;
    kept.put([bytes(2, 30)], 500);
    await clock.advance(1_000);
    kept.put([bytes(3, 60)], 500);
    kept.put([bytes(4, 60)], 500);
    expect(kept.get(long)).toEqual([bytes(1, 30)]);
  });

  it('give way to newer ones when there is no more room, the oldest first', () => {
    const kept = createKeptBytes(createManualClock(), { blockBytes: 100, maxBlocks: 2 });
    const places = [1, 2, 3].map((value) => kept.put([bytes(value, 60)], 1_000)!);
    expect(places.map((place) => kept.get(place)?.[0]?.[0])).toEqual([undefined, 2, 3]);
    expect(kept.bytes).toBe(200);
  });

  it('give the memory of a rush back', async () => {
    const clock = createManualClock();
    const kept = createKeptBytes(clock, { blockBytes: 100, maxBlocks: 10 });
    for (let i = 0; i < 8; i += 1) kept.put([bytes(i, 60)], 1_000);
    expect(kept.bytes).toBe(800);
    await clock.advance(1_000);
    kept.put([bytes(9, 60)], 1_000);
    expect(kept.bytes).toBe(100);
  });

  it('are not kept when they are larger than a block, and gone when told so', () => {
    const kept = createKeptBytes(createManualClock(), { blockBytes: 100, maxBlocks: 2 });
    expect(kept.put([bytes(1, 60), bytes(2, 41)], 1_000)).toBeUndefined();
    const place = kept.put([bytes(1, 100)], 1_000)!;
    kept.clear();
    expect(kept.get(place)).toBeUndefined();
    expect(kept.bytes).toBe(0);
  });
});
