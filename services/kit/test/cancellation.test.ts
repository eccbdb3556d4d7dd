import { describe, expect, it } from '@jest/globals';
import { CancelSource, NOT_CANCELLED } from '../src/cancellation.ts';

describe('a cancellation', () => {
  it('tells whoever asked for its signal before, and is aborted for whoever asks later', () => {
    const early = new CancelSource();
    const { signal } = early;
    expect([early.aborted, signal.aborted]).toEqual([false, false]);
    let told = 0;
    signal.addEventListener('abort', () => (told += 1));
    early.abort();
    early.abort();
    expect([early.aborted, signal.aborted, told]).toEqual([true, true, 1]);
    expect(early.signal).toBe(signal);

    const late = new CancelSource();
    late.abort();
    expect([late.aborted, late.signal.aborted]).toEqual([true, true]);
  });

  it('calls each listener back once, one that has left not, one that comes late at once', () => {
    const source = new CancelSource();
    const told: string[] = [];
    source.onAbort(() => told.push('ann'));
    source.onAbort(() => told.push('bob'))();
    source.onAbort(() => told.push('cleo'));
    expect(told).toEqual([]);
    source.abort();
    source.abort();
    expect(told).toEqual(['ann', 'cleo']);
    source.onAbort(() => told.push('dora'))();
    expect(told).toEqual(['ann', 'cleo', 'dora']);
  });

  it('of what nobody takes back never comes', () => {
    let told = 0;
    NOT_CANCELLED.onAbort(() => (told += 1))();
    expect([NOT_CANCELLED.aborted, NOT_CANCELLED.signal.aborted, told]).toEqual([false, false, 0]);
  });
});
