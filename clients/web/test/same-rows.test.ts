import { describe, expect, it } from '@jest/globals';
import { keepSameRows } from '../src/live/same-rows.ts';

describe('rows of the frame before', () => {
  const row = (id: number, over: object = {}) => ({
    id,
    tags: { title: `Song ${id}`, parts: [1, 2] },
    ...over,
  });

  it('stay where they say the same at the same place, also when the window moved', () => {
    const before = { first: 10, rows: [row(1), row(2), row(3)] };
    const now = { first: 11, rows: [row(2), row(3), row(4)], total: 9 };
    const kept = keepSameRows(before as typeof now, now);
    expect(kept).toEqual(now);
    expect(kept.rows[0]).toBe(before.rows[1]);
    expect(kept.rows[1]).toBe(before.rows[2]);
    expect(kept.rows[2]).toBe(now.rows[2]);
  });

  it.each([
    ['another value', row(1, { tags: { title: 'Other', parts: [1, 2] } })],
    ['a longer list', row(1, { tags: { title: 'Song 1', parts: [1, 2, 3] } })],
    ['one thing more', row(1, { own: 'have' })],
    ['null for an object', row(1, { tags: null })],
    ['undefined for what is there', { id: 1, other: undefined }],
  ])('go where there is %s', (_what, changed) => {
    const now = { first: 0, rows: [changed as unknown] };
    expect(keepSameRows({ first: 0, rows: [row(1) as unknown] }, now).rows[0]).toBe(changed);
  });

  it('are none at the first frame', () => {
    const now = { first: 0, rows: [row(1)] };
    expect(keepSameRows(undefined, now)).toBe(now);
  });
});
