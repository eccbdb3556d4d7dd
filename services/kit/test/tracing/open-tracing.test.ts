import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createMemoryLog,
  createMetrics,
  openTracing,
  silentTracer,
  type Metrics,
  type TracingInit,
} from '../../src/index.ts';
import { traceIdOf } from '../../src/tracing/trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const caller = (flags: string): string => `00-${TRACE}-b7ad6b7169203331-${flags}`;
const isSampled = (traceparent: string): boolean => traceparent.endsWith('-01');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(init: TracingInit, env: Record<string, string> = {}) {
  const metrics = createMetrics({ service: 'test', processMetrics: false });
  const log = createMemoryLog();
  const tracing = await openTracing({ log, metrics, env }, { service: 'test', ...init });
  return { metrics, log, tracing, tracer: tracing.tracer };
}

async function count(metrics: Metrics, result: string): Promise<number> {
  const { body } = await metrics.render();
  const line = body.split('\n').find((one) => one.startsWith(`banyan_trace_spans_total{result="${result}"`));
  return Number(line?.slice(line.lastIndexOf(' ')) ?? 0);
}

/** Takes whatever is sent, and says what came. */
async function receiver(
  status = 200,
): Promise<{ url: string; bodies: string[]; headers: IncomingHttpHeaders[] }> {
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1').on('data', (text: string) => (body += text));
    request.on('end', () => {
      bodies.push(body);
      headers.push(request.headers);
      response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, headers };
}

describe('tracing that is off', () => {
  it.each([
    ['nothing is set', {}, {}],
    ['the environment says so', { endpoint: 'http://localhost:1' }, { OTEL_SDK_DISABLED: 'true' }],
  ])('makes nothing when %s', async (_when, init, env) => {
    expect((await open(init, env as Record<string, string>)).tracer).toBe(silentTracer);
  });

  it('passes the caller’s step on, and begins a trace only where one enters', () => {
    expect(silentTracer.start('x', { parent: caller('01') }).traceparent).toBe(caller('01'));
    expect(silentTracer.start('x').traceparent).toBe('');
    const entry = silentTracer.start('x', { parent: caller('00'), isEntry: true }).traceparent;
    expect(traceIdOf(entry)).toBe(TRACE);
    expect(entry).not.toBe(caller('00'));
  });
});

describe('spans', () => {
  it('are steps of their caller, and go to the receiver with headers and name of the environment', async () => {
    const { url, bodies, headers } = await receiver();
    const { tracer, tracing, metrics } = await open(
      {},
      { OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/`, OTEL_SERVICE_NAME: 'choir' },
    );
    const span = tracer.start('sing', { parent: caller('01'), kind: 'server' });
    expect(traceIdOf(span.traceparent)).toBe(TRACE);
    expect(isSampled(span.traceparent)).toBe(true);
    span.end('ok', { 'banyan.hits': 3 });
    span.end('internal');
    await tracing.stop();
    expect(bodies).toHaveLength(1);
    for (const part of ['sing', 'choir', 'banyan.hits']) expect(bodies[0]).toContain(part);
    expect(headers[0]).toMatchObject({ 'content-type': 'application/x-protobuf' });
    expect(await count(metrics, 'exported')).toBe(1);
  });

  it('are chosen by ratio, but never against a caller who has chosen', async () => {
    const none = await open({ endpoint: 'http://127.0.0.1:1', ratio: 0 });
    cleanups.push(() => none.tracing.stop());
    expect(isSampled(none.tracer.start('x').traceparent)).toBe(false);
    expect(isSampled(none.tracer.start('x', { parent: caller('00') }).traceparent)).toBe(false);
    expect(isSampled(none.tracer.start('x', { parent: caller('01') }).traceparent)).toBe(true);
    const half = [
      await open({ endpoint: 'http://127.0.0.1:1', ratio: 0.5 }),
      await open({ endpoint: 'http://127.0.0.1:1', ratio: 0.5 }),
    ];
    cleanups.push(
      ...half.map(
        ({ tracing }) =>
          () =>
            tracing.stop(),
      ),
    );
    let chosen = 0;
    for (let n = 0; n < 200; n += 1) {
      const { traceparent } = half[0]!.tracer.start('x');
      // Whoever is asked next, with the same ratio, comes to the same.
      const next = half[1]!.tracer.start('y', { parent: `${traceparent.slice(0, -2)}00` });
      expect(isSampled(next.traceparent)).toBe(isSampled(traceparent));
      if (isSampled(traceparent)) chosen += 1;
    }
    expect(chosen).toBeGreaterThan(50);
    expect(chosen).toBeLessThan(150);
  });

  it('that nobody takes are dropped and counted, and the end of the process does not wait for them', async () => {
    // It takes what comes, and answers when the test is over.
    const held: ServerResponse[] = [];
    const server = createServer((_request, response) => void held.push(response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => {
      for (const response of held) response.end();
      server.closeIdleConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const { tracer, tracing, metrics } = await open({ endpoint: `http://127.0.0.1:${port}` });
    for (let n = 0; n < 10_000; n += 1) tracer.start('x').end('ok');
    expect(await count(metrics, 'dropped')).toBe(10_000 - 4_096);
    await tracing.stop();
    expect(await count(metrics, 'exported')).toBe(0);
  });

  it('that are refused are counted, and said once', async () => {
    const { url } = await receiver(400);
    const { tracer, tracing, metrics, log } = await open({ endpoint: url });
    for (let n = 0; n < 600; n += 1) tracer.start('x').end('ok');
    await tracing.stop();
    expect(await count(metrics, 'failed')).toBe(600);
    expect(log.entries.filter(({ level }) => level === 40)).toHaveLength(1);
  });

  it.each(['ftp://x', 'nonsense'])('are not sent to %j, which is said in words', async (url) => {
    await expect(open({}, { OTEL_EXPORTER_OTLP_ENDPOINT: url })).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('--otlp-endpoint'),
    });
  });
});
