import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createSignals } from '../src/signals.ts';

describe('signals', () => {
  it('are heard once per key press, also when npm passes them on', () => {
    const source = new EventEmitter();
    let now = 1_000;
    const heard: string[] = [];
    const off = createSignals(source, { now: () => now }).on((signal) => heard.push(signal));
    source.emit('SIGINT', 'SIGINT');
    now += 40;
    source.emit('SIGINT', 'SIGINT');
    expect(heard).toEqual(['SIGINT']);
    source.emit('SIGTERM', 'SIGTERM');
    now += 400;
    source.emit('SIGINT', 'SIGINT');
    expect(heard).toEqual(['SIGINT', 'SIGTERM', 'SIGINT']);
    off();
    expect(source.listenerCount('SIGINT')).toBe(0);
  });

  it('count the end of the shell that npm started us through as a request to stop', async () => {
    let parent = 42;
    const heard: string[] = [];
    await new Promise<void>((resolve) => {
      const off = createSignals(new EventEmitter(), { parentId: () => parent }).on((signal) => {
        heard.push(signal);
        off();
        resolve();
      });
      parent = 1;
    });
    expect(heard).toEqual(['SIGTERM']);
  });
});
