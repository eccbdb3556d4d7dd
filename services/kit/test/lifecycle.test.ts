import { describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { createLifecycle, createManualClock, createMemoryLog, type Startable } from '../src/index.ts';

function recorder(): { readonly events: string[]; part(name: string, over?: Partial<Startable>): Startable } {
  const events: string[] = [];
  return {
    events,
    part: (name, over = {}) => ({
      name,
      async start(signal) {
        events.push(`start ${name}`);
        await over.start?.(signal);
      },
      async drain(signal) {
        events.push(`drain ${name}`);
        await over.drain?.(signal);
      },
      async stop() {
        events.push(`stop ${name}`);
        await over.stop?.();
      },
    }),
  };
}
const never = (): Promise<void> => new Promise(() => undefined);

describe('lifecycle', () => {
  it('starts in order, drains all, and stops in reverse', async () => {
    const { events, part } = recorder();
    const lifecycle = createLifecycle({ parts: [part('store'), part('http')], log: createMemoryLog() });
    await lifecycle.start();
    expect(lifecycle.state).toBe('running');
    expect(await lifecycle.stop()).toBe(true);
    expect(events).toEqual([
      'start store',
      'start http',
      'drain store',
      'drain http',
      'stop http',
      'stop store',
    ]);
    expect(lifecycle.state).toBe('stopped');
  });

  it('stops what had started when a part fails, and throws the error of that part', async () => {
    const { events, part } = recorder();
    const lifecycle = createLifecycle({
      parts: [
        part('store'),
        part('http', { start: async () => Promise.reject(new BanyanError('port_taken')) }),
        part('never'),
      ],
      log: createMemoryLog(),
    });
    await expect(lifecycle.start()).rejects.toMatchObject({ code: 'port_taken' });
    expect(events).toEqual(['start store', 'start http', 'stop http', 'stop store']);
  });

  it('names the part that does not start in time', async () => {
    const { part } = recorder();
    const clock = createManualClock();
    const lifecycle = createLifecycle(
      { parts: [part('slow', { start: never })], log: createMemoryLog(), clock },
      { startTimeoutMs: 100 },
    );
    const started = lifecycle.start();
    const seen = expect(started).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('slow'),
    });
    await clock.advance(100);
    await seen;
  });

  it('stops starting when it is asked to, also when the part does not listen', async () => {
    const { events, part } = recorder();
    const controller = new AbortController();
    const lifecycle = createLifecycle({
      parts: [part('store'), part('deaf', { start: never })],
      log: createMemoryLog(),
    });
    const started = lifecycle.start(controller.signal);
    setImmediate(() => controller.abort());
    await expect(started).rejects.toMatchObject({ code: 'aborted' });
    expect(events).toEqual(['start store', 'start deaf', 'stop deaf', 'stop store']);
  });

  it('leaves a part behind that does not stop in time or fails, stops the others, and says so', async () => {
    const { events, part } = recorder();
    const clock = createManualClock();
    const log = createMemoryLog();
    const lifecycle = createLifecycle(
      {
        parts: [
          part('first'),
          part('stuck', { stop: never }),
          part('broken', { stop: async () => Promise.reject(new Error('x')) }),
        ],
        log,
        clock,
      },
      { stopTimeoutMs: 100 },
    );
    await lifecycle.start();
    const stopped = lifecycle.stop();
    await clock.advance(100);
    expect(await stopped).toBe(false);
    expect(events.slice(-3)).toEqual(['stop broken', 'stop stuck', 'stop first']);
    expect(log.entries.filter((entry) => entry['level'] === 50).map((entry) => entry['part'])).toEqual([
      'broken',
      'stuck',
    ]);
  });

  it('ends the draining when its time is over, and tells the parts', async () => {
    const { part } = recorder();
    const clock = createManualClock();
    let told: AbortSignal | undefined;
    const lifecycle = createLifecycle(
      {
        parts: [
          part('busy', {
            drain: async (signal) => {
              told = signal;
              await never();
            },
          }),
        ],
        log: createMemoryLog(),
        clock,
      },
      { drainTimeoutMs: 100 },
    );
    await lifecycle.start();
    const stopped = lifecycle.stop();
    await clock.advance(100);
    expect(await stopped).toBe(true);
    expect(told?.aborted).toBe(true);
  });

  it('starts nothing more when it is stopped while it starts', async () => {
    const { events, part } = recorder();
    let told: AbortSignal | undefined;
    const lifecycle = createLifecycle({
      parts: [
        part('first'),
        part('waits', {
          start: async (signal) => {
            told = signal;
            await never();
          },
        }),
        part('last'),
      ],
      log: createMemoryLog(),
    });
    const started = lifecycle.start();
    started.catch(() => undefined);
    while (told === undefined) await Promise.resolve();
    expect(await lifecycle.stop()).toBe(true);
    await expect(started).rejects.toMatchObject({ code: 'aborted' });
    expect(told.aborted).toBe(true);
    expect(events).toEqual(['start first', 'start waits', 'stop waits', 'stop first']);
    expect(lifecycle.state).toBe('stopped');
  });

  it('stops once, however often it is asked, and does not start twice', async () => {
    const { events, part } = recorder();
    const lifecycle = createLifecycle({ parts: [part('a')], log: createMemoryLog() });
    await lifecycle.start();
    await expect(lifecycle.start()).rejects.toMatchObject({ code: 'internal' });
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(events.filter((event) => event === 'stop a')).toHaveLength(1);
  });
});
