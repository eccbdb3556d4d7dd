import { describe, expect, it } from '@jest/globals';
import { Playheads } from '../../src/download-planner/playheads.ts';

const WINDOW = 32;
const starts = (heads: Playheads): number[] => heads.windows.map(({ start }) => start);

describe('playheads', () => {
  it('want nothing while nobody reads', () => {
    const heads = new Playheads(100, WINDOW);
    expect(heads.leader).toBeUndefined();
    expect(heads.windows).toEqual([]);
  });

  it('want the next chunks, then the tail, then the window', () => {
    const heads = new Playheads(100, WINDOW);
    heads.set(1, 10);
    expect(heads.windows).toEqual([
      { start: 10, end: 14 },
      { start: 98, end: 100 },
      { start: 10, end: 42 },
    ]);
  });

  it('tell what is fetched for the leader from the rest', () => {
    const heads = new Playheads(1000, WINDOW);
    heads.set(1, 100);
    heads.set(2, 500);
    const mine = [499, 500, 531, 997, 999];
    expect(mine.filter((chunk) => !heads.isForLeader(chunk))).toEqual([]);
    expect([100, 498, 532, 996].filter((chunk) => heads.isForLeader(chunk))).toEqual([]);
  });

  it('end with the content', () => {
    const heads = new Playheads(1, WINDOW);
    heads.set(1, 0);
    expect(heads.windows.every(({ start, end }) => start === 0 && end === 1)).toBe(true);
  });

  it('let the reader lead that came or jumped last; who only goes on keeps its rank', () => {
    const heads = new Playheads(1000, WINDOW);
    expect(heads.set(1, 0)).toBe(true);
    expect(heads.set(2, 500)).toBe(true);
    expect(heads.set(1, 1)).toBe(false);
    expect(heads.leader).toBe(500);
    expect(starts(heads)).toEqual([500, 998, 500, 1]);
    expect(heads.set(1, 300)).toBe(true);
    expect(heads.leader).toBe(300);
    expect(heads.set(1, 299)).toBe(true);
  });

  it('fall back to those that are left', () => {
    const heads = new Playheads(1000, WINDOW);
    heads.set(1, 0);
    heads.set(2, 500);
    expect(heads.set(2, undefined)).toBe(false);
    expect(heads.leader).toBe(0);
    heads.set(1, undefined);
    heads.set(7, undefined);
    expect(heads.windows).toEqual([]);
  });
});
