import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { onceEach, SAME_SIGNAL_MS } from '../lib/signals.mjs';

describe('onceEach', () => {
  let emitter, heard, time;
  beforeEach(() => {
    emitter = new EventEmitter();
    heard = [];
    time = 0;
    onceEach(emitter, ['SIGINT', 'SIGTERM'], () => time);
    for (const name of ['SIGINT', 'SIGTERM', 'message']) emitter.on(name, () => heard.push(name));
  });

  it('hears one key press once, though terminal and npm both deliver it', () => {
    emitter.emit('SIGINT');
    time += SAME_SIGNAL_MS - 1;
    emitter.emit('SIGINT');
    expect(heard).toEqual(['SIGINT']);
  });

  it('hears a person’s second key press', () => {
    emitter.emit('SIGINT');
    time += SAME_SIGNAL_MS;
    emitter.emit('SIGINT');
    expect(heard).toEqual(['SIGINT', 'SIGINT']);
  });

  it('keeps different signals and other events apart', () => {
    for (const name of ['SIGINT', 'SIGTERM', 'message', 'message']) emitter.emit(name);
    expect(heard).toEqual(['SIGINT', 'SIGTERM', 'message', 'message']);
  });
});
