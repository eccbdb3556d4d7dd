import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BanyanError, encodeEnvelope, type EnvelopeBody } from '@banyan/proto';
import { silentLog, systemClock } from '@banyan/kit';
import { WebSocket, WebSocketServer } from 'ws';
import { createChannel, type Channel, type ChannelHandlers, type ChannelInit } from '../src/channel.ts';

interface Pair {
  readonly near: Channel;
  readonly far: Channel;
  readonly farSocket: WebSocket;
  readonly nearSocket: WebSocket;
}

const open: { server: Server; sockets: WebSocket[] }[] = [];

/** Two channels over a real WebSocket. */
async function connect(
  far: Partial<ChannelHandlers> = {},
  near: Partial<ChannelHandlers> = {},
  init: Partial<ChannelInit> = {},
): Promise<Pair> {
  const server = createServer();
  const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<WebSocket>((resolve) => wss.once('connection', resolve));
  const nearSocket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await new Promise((resolve) => nearSocket.once('open', resolve));
  const farSocket = await accepted;
  open.push({ server, sockets: [nearSocket, farSocket] });
  const make = (socket: WebSocket, handlers: Partial<ChannelHandlers>): Channel =>
    createChannel({
      socket,
      clock: systemClock,
      log: silentLog(),
      handlers: { onMessage: () => undefined, ...handlers },
      ...init,
    });
  return { near: make(nearSocket, near), far: make(farSocket, far), nearSocket, farSocket };
}

const search = (query: string): EnvelopeBody => ({ kind: 'search', search: { query } });
const done = (asked: number): EnvelopeBody => ({ kind: 'searchDone', searchDone: { asked } });

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('a channel', () => {
  it('lets what one turn sends leave in one write, also what promises of that turn send', async () => {
    const line: string[] = [];
    const { near, far } = await connect(
      {
        onMessage: async (_question, reply) => {
          line.push('asked');
          reply({ kind: 'hits', hits: { hits: [] } });
          await Promise.resolve();
          reply(done(1));
        },
      },
      {},
      { line: { cork: () => line.push('cork'), uncork: () => line.push('uncork') } },
    );
    expect(far.open).toBe(true);
    const answers: string[] = [];
    await near.request(search('oak'), { onAnswer: ({ kind }) => answers.push(kind) });
    expect(answers).toEqual(['hits', 'searchDone']);
    // The question, and then both answers together.
    expect(line).toEqual(['cork', 'uncork', 'asked', 'cork', 'uncork']);
  });

  it('streams the answers of a request in order and ends with the final one', async () => {
    const { near } = await connect({
      onMessage: (envelope, reply) => {
        if (envelope.kind !== 'search') return;
        reply({ kind: 'hits', hits: { hits: [] } });
        reply({ kind: 'hits', hits: { hits: [] } });
        reply(done(2));
      },
    });
    const seen: string[] = [];
    const last = await near.request(search('banyan'), { onAnswer: (a) => seen.push(a.kind) });
    expect(last.kind).toBe('searchDone');
    expect(seen).toEqual(['hits', 'hits', 'searchDone']);
  });

  it('keeps the answers of requests under way at once apart', async () => {
    const { near } = await connect({
      onMessage: async (envelope, reply) => {
        if (envelope.kind !== 'search') return;
        // The later one is answered first.
        if (envelope.search.query === 'slow') await systemClock.sleep(30);
        reply(done(envelope.search.query.length));
      },
    });
    const [slow, fast] = await Promise.all([near.request(search('slow')), near.request(search('quick!'))]);
    expect(slow.kind === 'searchDone' && slow.searchDone.asked).toBe(4);
    expect(fast.kind === 'searchDone' && fast.searchDone.asked).toBe(6);
  });

  it('hands the other side the error that its handler threw, and stays open', async () => {
    const { near, far } = await connect({
      onMessage: () => {
        throw new BanyanError('rate_limited', 'Slow down.', { retryAfterMs: 1234 });
      },
    });
    await expect(near.request(search('x'))).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'Slow down.',
      retryAfterMs: 1234,
    });
    expect(far.open).toBe(true);
  });

  it('says nothing of a foreign error but "internal"', async () => {
    const { near } = await connect({
      onMessage: () => Promise.reject(new TypeError('secret path /home/ann')),
    });
    const error = await near.request(search('x')).catch((e: unknown) => e as BanyanError);
    expect(error).toMatchObject({ code: 'internal' });
    expect((error as BanyanError).message).not.toContain('secret');
  });

  it('cancels at the other side what is aborted here', async () => {
    let aborted = false;
    let onStarted = (): void => undefined;
    let onEnded = (): void => undefined;
    const started = new Promise<void>((resolve) => (onStarted = resolve));
    const ended = new Promise<void>((resolve) => (onEnded = resolve));
    const { near } = await connect({
      onMessage: async (_envelope, _reply, cancel) => {
        onStarted();
        await new Promise((resolve) => cancel.signal.addEventListener('abort', resolve, { once: true }));
        aborted = true;
        onEnded();
      },
    });
    const abort = new AbortController();
    const request = near.request(search('x'), { signal: abort.signal });
    await started;
    abort.abort();
    await expect(request).rejects.toMatchObject({ code: 'aborted' });
    await ended;
    expect(aborted).toBe(true);
  });

  it('ends a request that gets no final answer in time', async () => {
    const { near } = await connect();
    await expect(near.request(search('x'), { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
  });

  it('holds requests beyond the credits back until answers come', async () => {
    let under = 0;
    let most = 0;
    const { near } = await connect(
      {
        onMessage: async (_envelope, reply) => {
          most = Math.max(most, (under += 1));
          await systemClock.sleep(5);
          under -= 1;
          reply(done(1));
        },
      },
      {},
      { maxInFlightOut: 3, maxInFlightIn: 100 },
    );
    await Promise.all(Array.from({ length: 12 }, () => near.request(search('x'))));
    expect(most).toBe(3);
  });

  it('refuses requests beyond what it allows, without ending', async () => {
    const { near } = await connect(
      { onMessage: async (_e, reply) => systemClock.sleep(20).then(() => reply(done(1))) },
      {},
      { maxInFlightOut: 100, maxInFlightIn: 2 },
    );
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => near.request(search('x'))));
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(2);
    for (const r of results)
      if (r.status === 'rejected') expect(r.reason).toMatchObject({ code: 'no_credit' });
  });

  it('rejects what is under way and what waits in line when the other side goes', async () => {
    const { near, farSocket } = await connect({}, {}, { maxInFlightOut: 1 });
    const requests = [near.request(search('a')), near.request(search('b'))];
    const settled = Promise.allSettled(requests);
    farSocket.terminate();
    expect((await settled).map((r) => r.status)).toEqual(['rejected', 'rejected']);
    expect(near.open).toBe(false);
    await expect(near.request(search('c'))).rejects.toBeInstanceOf(BanyanError);
  });

  it('tells the other side why it closes', async () => {
    const { near, far } = await connect();
    near.close(new BanyanError('session_too_old'));
    expect(await far.closed).toMatchObject({ code: 'session_too_old' });
  });

  it.each([
    ['a text frame', (socket: WebSocket) => socket.send('hello'), 'malformed_frame'],
    ['rubbish', (socket: WebSocket) => socket.send(Buffer.from([0xff, 0xff, 0xff, 0xff])), 'malformed_frame'],
    ['an empty frame', (socket: WebSocket) => socket.send(Buffer.alloc(0)), 'malformed_frame'],
    ['an oversized frame', (socket: WebSocket) => socket.send(Buffer.alloc(70_000)), 'frame_too_large'],
  ])('ends a session that sends %s, and only that', async (_what, send, code) => {
    const { near, nearSocket, far } = await connect();
    send(nearSocket);
    expect(await far.closed).toMatchObject({ code });
    expect((await near.closed)?.code).toBe(code);
  });

  it('drops a reader that does not read, instead of buffering without end', async () => {
    const { far, near, nearSocket } = await connect({}, {}, { maxBufferedBytes: 256 * 1024 });
    nearSocket.pause();
    const body: EnvelopeBody = { kind: 'revocations', revocations: { signed: ['x'.repeat(30_000)] } };
    for (let i = 0; i < 2_000 && far.open; i += 1) {
      far.send(body);
      if (i % 50 === 0) await systemClock.sleep(1);
    }
    expect(await far.closed).toMatchObject({ code: 'slow_reader' });
    nearSocket.resume();
    await near.closed;
  });

  it('takes messages in fragments and empty ones as they come', async () => {
    const asked: string[] = [];
    const { nearSocket, far } = await connect({
      onMessage: (envelope) =>
        void asked.push(envelope.kind === 'search' ? envelope.search.query : envelope.kind),
    });
    const frame = encodeEnvelope({ requestId: 5, ...search('in three parts') });
    nearSocket.send(frame.subarray(0, 4), { fin: false });
    nearSocket.send(frame.subarray(4, 9), { fin: false });
    nearSocket.send(frame.subarray(9));
    nearSocket.send(encodeEnvelope({ requestId: 6, ...search('at once') }));
    nearSocket.send(new Uint8Array(0));
    // An empty message is none of the protocol.
    expect(await far.closed).toMatchObject({ code: 'malformed_frame' });
    expect(asked).toEqual(['in three parts', 'at once']);
  });

  it('ends a session whose request ids repeat while under way', async () => {
    const { nearSocket, far } = await connect({ onMessage: () => new Promise(() => undefined) });
    const frame = encodeEnvelope({ requestId: 5, ...search('x') });
    nearSocket.send(frame);
    nearSocket.send(frame);
    expect(await far.closed).toMatchObject({ code: 'out_of_order' });
  });

  it('ends a session that stops answering pings', async () => {
    const { near, farSocket } = await connect({}, {}, { pingIntervalMs: 20 });
    farSocket.pause();
    expect(await near.closed).toMatchObject({ code: 'timeout' });
  });

  it.each<EnvelopeBody>([
    search('x'),
    { kind: 'publish', publish: {} },
    { kind: 'reauth', reauth: { token: 'x' } },
    { kind: 'findSources', findSources: { root: new Uint8Array(32), length: 1 } },
  ])('ends a session whose $kind passes by the credits, having no id', async (body) => {
    let handled = 0;
    const { nearSocket, far } = await connect({ onMessage: () => void (handled += 1) });
    nearSocket.send(encodeEnvelope({ requestId: 0, ...body }));
    expect(await far.closed).toMatchObject({ code: 'out_of_order' });
    expect(handled).toBe(0);
  });

  it('hears nothing more from one that it sent away', async () => {
    const handled: string[] = [];
    const { nearSocket, far } = await connect({
      onMessage: (envelope) => void handled.push(envelope.kind),
    });
    far.close(new BanyanError('token_revoked'));
    for (let id = 1; id <= 20; id += 1) nearSocket.send(encodeEnvelope({ requestId: id, ...search('x') }));
    expect(await far.closed).toMatchObject({ code: 'token_revoked' });
    expect(handled).toEqual([]);
  });

  it('cuts a sentence that the other side would not take', async () => {
    const { near } = await connect({
      onMessage: () => {
        throw new BanyanError('invalid_request', '長'.repeat(2_000), { retryAfterMs: 1e12 });
      },
    });
    await expect(near.request(search('x'))).rejects.toMatchObject({
      code: 'invalid_request',
      retryAfterMs: 86_400_000,
    });
    expect(near.open).toBe(true);
  });

  const BAD_FRAMES: readonly [string, Uint8Array, string][] = [
    ['a message that nobody knows', Uint8Array.of(0xfa, 0x07, 0x00), 'unknown_message'],
    [
      'a list over its limit',
      encodeEnvelope({ kind: 'hello', hello: { features: new Array<string>(33).fill('x') } }),
      'limit_exceeded',
    ],
  ];
  it.each(BAD_FRAMES)(
    'ends a session that sends %s, says why, and goes on with others',
    async (_, frame, code) => {
      const { near, nearSocket, far } = await connect();
      const other = await connect({ onMessage: (_envelope, reply) => reply(done(1)) });
      nearSocket.send(frame);
      expect(await far.closed).toMatchObject({ code });
      expect(await near.closed).toMatchObject({ code });
      await expect(other.near.request(search('x'))).resolves.toMatchObject({ kind: 'searchDone' });
    },
  );
});
