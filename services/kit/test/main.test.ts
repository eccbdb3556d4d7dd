import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import Type from 'typebox';
import { runMain, systemClock, type MainContext, type MainHost, type MainParts } from '../src/index.ts';
import { EXIT } from '../src/main.ts';

interface FakeHost extends MainHost {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly exits: number[];
  emit(event: string, value?: unknown): void;
  parentGone: (() => void) | undefined;
}

function fakeHost(argv: readonly string[] = []): FakeHost {
  const listeners = new Map<string, (value: unknown) => void>();
  const host: FakeHost = {
    argv: ['--log-level', 'silent', ...argv],
    env: {},
    clock: systemClock,
    stdout: [],
    stderr: [],
    exits: [],
    parentGone: undefined,
    print: (stream, text) => void host[stream].push(text),
    on: (event, fn) => void listeners.set(event, fn),
    onParentGone: (fn) => (host.parentGone = fn),
    exit: (code) => void host.exits.push(code),
    emit: (event, value) => listeners.get(event)?.(value),
  };
  return host;
}

const SCHEMA = Type.Object({ port: Type.Integer({ default: 0, minimum: 0, description: 'A port.' }) });

/** A builder of one part, and a promise that the part runs. */
function simple(over: Partial<MainParts['parts'][number]> = {}): {
  build: (ctx: MainContext) => Promise<MainParts>;
  running: Promise<void>;
  events: string[];
} {
  const events: string[] = [];
  let started: (() => void) | undefined;
  const running = new Promise<void>((resolve) => (started = resolve));
  return {
    events,
    running,
    build: async (ctx) => {
      const config = ctx.config(SCHEMA);
      return {
        parts: [
          {
            name: 'part',
            start: async () => {
              events.push('start');
              setImmediate(() => started?.());
            },
            stop: async () => void events.push('stop'),
            ...over,
          },
        ],
        ready: () => ({ url: `http://localhost:${config.port}` }),
      };
    },
  };
}

describe('main', () => {
  it.each(['SIGINT', 'SIGTERM'])('stops in order and exits with 0 on %s', async (signal) => {
    const host = fakeHost();
    const { build, running, events } = simple();
    const ended = runMain('test', build, host);
    await running;
    host.emit(signal);
    expect(await ended).toBe(EXIT.ok);
    expect(events).toEqual(['start', 'stop']);
    expect(host.exits).toEqual([EXIT.ok]);
  });

  it('exits at once with 130 on a second signal', async () => {
    const host = fakeHost();
    let stopping: (() => void) | undefined;
    const stopBegun = new Promise<void>((resolve) => (stopping = resolve));
    let release: (() => void) | undefined;
    const { build, running } = simple({
      stop: () =>
        new Promise((resolve) => {
          release = resolve;
          stopping?.();
        }),
    });
    const ended = runMain('test', build, host);
    await running;
    host.emit('SIGINT');
    await stopBegun;
    host.emit('SIGINT');
    expect(host.exits).toEqual([EXIT.killed]);
    release?.();
    expect(await ended).toBe(EXIT.killed);
  });

  it('prints one JSON line when ready, if asked', async () => {
    const host = fakeHost(['--ready-json', '--port', '7']);
    const { build, running } = simple();
    const ended = runMain('test', build, host);
    await running;
    host.emit('SIGTERM');
    await ended;
    expect(host.stdout).toHaveLength(1);
    expect(host.stdout[0]).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(host.stdout[0] as string)).toEqual({
      ready: true,
      name: 'test',
      pid: process.pid,
      url: 'http://localhost:7',
    });
  });

  it('says in plain words what is wrong with the configuration and exits with 78', async () => {
    const host = fakeHost(['--prot', '1']);
    expect(await runMain('test', simple().build, host)).toBe(EXIT.config);
    expect(host.stderr).toEqual(['test: There is no flag --prot. Did you mean --port?\n']);
  });

  it('shows its settings with --help and exits with 0, starting nothing', async () => {
    const host = fakeHost(['--help']);
    const { build, events } = simple();
    expect(await runMain('test', build, host)).toBe(EXIT.ok);
    expect(host.stdout.join('')).toMatch(/--port <integer>[\s\S]*--ready-json[\s\S]*--parent-watch/);
    expect(events).toEqual([]);
  });

  it('exits with 1 when a part does not start, and tells whoever waits for the ready line why', async () => {
    const host = fakeHost(['--ready-json']);
    const { build, events } = simple({
      start: async () => Promise.reject(new BanyanError('port_taken', 'Port 7 is taken.')),
    });
    expect(await runMain('test', build, host)).toBe(EXIT.failed);
    expect(JSON.parse(host.stdout[0] as string)).toMatchObject({
      ready: false,
      name: 'test',
      error: { code: 'port_taken', message: 'Port 7 is taken.' },
    });
    expect(events).toEqual(['stop']);
  });

  it('exits with 1 when a part does not stop', async () => {
    const host = fakeHost();
    const { build, running } = simple({ stop: async () => Promise.reject(new Error('stuck')) });
    const ended = runMain('test', build, host);
    await running;
    host.emit('SIGTERM');
    expect(await ended).toBe(EXIT.failed);
  });

  it('stops cleanly when it is asked to while it starts', async () => {
    const host = fakeHost();
    const { build, events } = simple({
      start: () => new Promise(() => setImmediate(() => host.emit('SIGTERM'))),
    });
    expect(await runMain('test', build, host)).toBe(EXIT.ok);
    expect(events).toEqual(['stop']);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('exits with 70 on an %s', async (event) => {
    const host = fakeHost();
    const { build, running } = simple();
    const ended = runMain('test', build, host);
    await running;
    host.emit(event, new Error('bug'));
    expect(host.exits).toEqual([EXIT.internal]);
    host.emit('SIGTERM');
    await ended;
  });

  it('stops when the parent goes away, if asked to watch it, and from inside', async () => {
    const watching = fakeHost(['--parent-watch']);
    const first = simple();
    const firstEnded = runMain('test', first.build, watching);
    await first.running;
    watching.parentGone?.();
    expect(await firstEnded).toBe(EXIT.ok);

    const host = fakeHost();
    const second = simple();
    let context: MainContext | undefined;
    const secondEnded = runMain('test', (ctx) => second.build((context = ctx)), host);
    await second.running;
    expect(host.parentGone).toBeUndefined();
    context?.stop('done');
    expect(context?.signal.aborted).toBe(true);
    expect(await secondEnded).toBe(EXIT.ok);
  });
});

describe('main as a real process', () => {
  const door = fileURLToPath(new URL('../dist/index.js', import.meta.url));
  // A child runs compiled files, as worker threads do: Node 20 reads no TypeScript.
  const script = `
    import { runMain } from ${JSON.stringify(door)};
    import Type from 'typebox';
    await runMain('child', async (ctx) => {
      ctx.config(Type.Object({}));
      const keep = setInterval(() => {}, 1000);
      return { parts: [{ name: 'p', start: async () => {}, stop: async () => { clearInterval(keep); console.log('stopped in order'); } }] };
    });`;
  const args = [
    '--input-type=module',
    '-e',
    script,
    '--',
    'child',
    '--ready-json',
    '--parent-watch',
    '--log-level',
    'warn',
  ];

  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function collect(child: ChildProcess): { until(part: string): Promise<void> } {
    children.push(child);
    let text = '';
    const waiters: (() => void)[] = [];
    child.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      for (const waiter of waiters) waiter();
    });
    return {
      until: (part) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (text.includes(part)) resolve();
          };
          waiters.push(look);
          look();
          child.stdout?.once('end', () => reject(new Error(`ended before "${part}": ${text}`)));
        }),
    };
  }

  it('is compiled', () => {
    // Set-up builds before it tests; say so rather than fail in a child.
    expect(existsSync(door) ? 'built' : 'run npm run build first').toBe('built');
  });

  it('ends in order on SIGTERM', async () => {
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const output = collect(child);
    await output.until('"ready":true');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([EXIT.ok, null]);
    await output.until('stopped in order');
  });

  it('ends in order when its parent closes the pipe, as it does when it is killed', async () => {
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const output = collect(child);
    await output.until('"ready":true');
    const ended = once(child, 'exit');
    child.stdin.end();
    expect(await ended).toEqual([EXIT.ok, null]);
    await output.until('stopped in order');
  });

  it('ends in order when the IPC channel to its parent closes', async () => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    const output = collect(child);
    await output.until('"ready":true');
    const ended = once(child, 'exit');
    child.disconnect();
    expect(await ended).toEqual([EXIT.ok, null]);
    await output.until('stopped in order');
  });
});
