import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_SPEED_BYTES, SPEED_PAUSE_MS } from '@banyan/proto';
import { createPinnedClient, systemClock, type Identity } from '@banyan/kit';
import { createStage, createTestFile, newIdentity, type Stage, type TestPeer } from '../swarm.ts';

let stage: Stage;
let home: Identity;
let second: Identity;
let skippedMs: number;
beforeEach(async () => {
  stage = createStage();
  home = await newIdentity();
  second = await newIdentity();
  skippedMs = 0;
});
afterEach(() => stage.end());

const peer = (): Promise<TestPeer> =>
  stage.peer(createTestFile(10), {
    isHome: (deviceId) => deviceId === home.deviceId || deviceId === second.deviceId,
    clock: { ...systemClock, monotonic: () => systemClock.monotonic() + skippedMs },
  });

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers: Record<string, unknown>;
  readonly code: string | undefined;
}

async function ask(to: TestPeer, as: Identity, path: string, body?: Buffer): Promise<Answer> {
  const client = createPinnedClient({
    host: '127.0.0.1',
    port: to.server.port,
    deviceId: to.identity.deviceId,
    identity: as,
  });
  stage.later(() => client.close());
  const request =
    body === undefined ? ({ method: 'GET', path } as const) : { method: 'PUT' as const, path, body };
  const answer = await client.request(request, { maxBytes: () => 2 * MAX_SPEED_BYTES });
  const isJson = String(answer.headers['content-type']).startsWith('application/json');
  const code = isJson
    ? (JSON.parse(answer.body.toString()) as { error: { code: string } }).error.code
    : undefined;
  return { status: answer.status, body: answer.body, headers: answer.headers, code };
}

describe('the measurement of a line', () => {
  it('gives the home random bytes without a token, once in five minutes, and so the second home', async () => {
    const to = await peer();
    const first = await ask(to, home, `/v1/speed?bytes=${MAX_SPEED_BYTES}`);
    expect(first).toMatchObject({
      status: 200,
      headers: { 'content-length': String(MAX_SPEED_BYTES), 'cache-control': 'no-store' },
    });
    expect(first.body).toHaveLength(MAX_SPEED_BYTES);
    const values = new Set(first.body.subarray(0, 65_536));
    expect(values.size).toBe(256);

    const again = await ask(to, home, '/v1/speed?bytes=1000');
    expect(again).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(again.headers['retry-after'])).toBeLessThanOrEqual(SPEED_PAUSE_MS / 1000);
    expect(await ask(to, second, '/v1/speed?bytes=1000')).toMatchObject({ status: 200 });

    skippedMs = SPEED_PAUSE_MS;
    const later = await ask(to, home, '/v1/speed?bytes=1000');
    expect(later).toMatchObject({ status: 200 });
    expect(later.body).toHaveLength(1_000);
    expect(later.body.equals(first.body.subarray(0, 1_000))).toBe(false);
  });

  it('gives nobody else anything', async () => {
    const to = await peer();
    expect(await ask(to, await newIdentity(), '/v1/speed?bytes=1000')).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    const shy = await stage.peer(createTestFile(10));
    expect(await ask(shy, home, '/v1/speed?bytes=1000')).toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['/v1/speed', 'invalid_request'],
    ['/v1/speed?bytes=0', 'invalid_request'],
    ['/v1/speed?bytes=-1', 'invalid_request'],
    ['/v1/speed?bytes=1&bytes=2', 'invalid_request'],
    [`/v1/speed?bytes=${MAX_SPEED_BYTES + 1}`, 'limit_exceeded'],
  ])('refuses %s, and does not count it', async (path, code) => {
    const to = await peer();
    expect(await ask(to, home, path)).toMatchObject({ code });
    expect(await ask(to, home, '/v1/speed?bytes=10')).toMatchObject({ status: 200 });
  });

  it('keeps within the upload limit', async () => {
    const to = await peer();
    to.server.setRates({ total: 400_000, each: undefined });
    const began = performance.now();
    const { body } = await ask(to, home, '/v1/speed?bytes=600000');
    expect(body).toHaveLength(600_000);
    // Not how fast it is, but that it waits at all: without a limit it takes some milliseconds.
    expect(performance.now() - began).toBeGreaterThan(300);
  });

  it('takes what the home sends, up to its bytes in five minutes, and says when it has them', async () => {
    const to = await peer();
    const put = (as: Identity, bytes: number) => ask(to, as, '/v1/speed', Buffer.alloc(bytes, 1));
    expect(await put(home, MAX_SPEED_BYTES - 1)).toMatchObject({ status: 204 });
    expect(await put(home, 1)).toMatchObject({ status: 204 });
    const over = await put(home, 1);
    expect(over).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(over.headers['retry-after'])).toBeLessThanOrEqual(SPEED_PAUSE_MS / 1000);
    expect(await put(second, 1)).toMatchObject({ status: 204 });
    // What it sends is measured apart.
    expect(await ask(to, home, '/v1/speed?bytes=10')).toMatchObject({ status: 200 });
    skippedMs = SPEED_PAUSE_MS;
    expect(await put(home, MAX_SPEED_BYTES)).toMatchObject({ status: 204 });
  });

  it('takes nothing of anybody else, nor anywhere else, nor more than it is measured by', async () => {
    const to = await peer();
    const put = (as: Identity, path: string, bytes: number) => ask(to, as, path, Buffer.alloc(bytes, 1));
    expect(await put(await newIdentity(), '/v1/speed', 10)).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await put(home, '/v1/speed', 0)).toMatchObject({ code: 'invalid_request' });
    expect(await put(home, '/v1/speed?bytes=10', 10)).toMatchObject({ code: 'invalid_request' });
    expect(await put(home, '/v1/ping', 10)).toMatchObject({ code: 'invalid_request' });
    expect(await put(home, '/v1/speed', MAX_SPEED_BYTES + 1)).toMatchObject({ code: 'limit_exceeded' });
    // Nothing of that was counted.
    expect(await put(home, '/v1/speed', MAX_SPEED_BYTES)).toMatchObject({ status: 204 });
  });

  it('takes within the download limit', async () => {
    const to = await peer();
    to.server.setDownloadRates({ total: 400_000, each: undefined });
    const began = performance.now();
    expect(await ask(to, home, '/v1/speed', Buffer.alloc(600_000))).toMatchObject({ status: 204 });
    // Not how fast it is, but that it waits at all: without a limit it takes some milliseconds.
    expect(performance.now() - began).toBeGreaterThan(300);
  });

  it('says its time with a ping', async () => {
    const before = Date.now();
    const { headers, status } = await ask(await peer(), home, '/v1/ping');
    expect(status).toBe(204);
    expect(Number(headers['banyan-time'])).toBeGreaterThanOrEqual(before);
    expect(Number(headers['banyan-time'])).toBeLessThanOrEqual(Date.now());
  });
});
