import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toHex } from '@banyan/proto';
import { systemClock } from '@banyan/kit';
import { MAX_READERS } from '../../src/gateway/constants.ts';
import { createStage, createTestFile, until, type Stage } from '../swarm.ts';
import { ask, get, range, startGateway, take, type GatewayFixture } from './fixture.ts';

const MIB = 1024 * 1024;
const file = createTestFile(2 * MIB + 321);
const { length } = file.bytes;
let stage: Stage;
let dir: string;
let fixture: GatewayFixture;
let url: string;
beforeEach(async () => {
  stage = createStage();
  dir = await stage.folder();
  fixture = await startGateway(stage, { dir, library: [{ file, name: 'Film.mkv' }] });
  url = fixture.gateway.linkTo(file.content, 'Film.mkv').url;
});
afterEach(() => stage.end());

const bytes = (first: number, last: number): Buffer => Buffer.from(file.bytes.subarray(first, last + 1));

describe('a file of the library through the gateway', () => {
  it('comes whole, named, typed and tagged, from 127.0.0.1', async () => {
    expect(url).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/stream\/[0-9a-f]{64}-\d+\/[0-9a-z]+\.[\w-]{43}\/Film\.mkv$/,
    );
    const answer = await get(url);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': String(length),
      'content-type': 'video/x-matroska',
      'content-disposition': "inline; filename*=UTF-8''Film.mkv",
      etag: `"${toHex(file.content.root)}"`,
    });
    expect(answer.body.equals(file.bytes)).toBe(true);
    await until(() => fixture.open === 0, 'the file is closed');
  });

  it('tells about itself without a body (HEAD), whatever range is asked', async () => {
    const answer = await get(url, { method: 'HEAD', ...range(5, 9) });
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(answer.headers['content-length']).toBe(String(length));
    expect(fixture.reads).toEqual([]);
  });

  it.each<[string, string, number, number]>([
    ['one byte', 'bytes=0-0', 0, 0],
    ['over a chunk border', `bytes=${MIB - 3}-${MIB + 3}`, MIB - 3, MIB + 3],
    ['to the end', `bytes=${2 * MIB}-`, 2 * MIB, length - 1],
    ['the last 300', 'bytes=-300', length - 300, length - 1],
    ['beyond the end', `bytes=5-${length * 9}`, 5, length - 1],
    ['more of a tail than there is', `bytes=-${length * 9}`, 0, length - 1],
    ['with blanks', 'bytes = 7-9 ', 7, 9],
  ])('gives a range: %s', async (_what, header, first, last) => {
    const answer = await get(url, { headers: { range: header } });
    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${first}-${last}/${length}`);
    expect(answer.headers['content-length']).toBe(String(last - first + 1));
    expect(answer.body.equals(bytes(first, last))).toBe(true);
  });

  it.each(['bytes=0-1,5-9', 'bytes=9-5', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'nonsense', 'bytes=1-2-3'])(
    'gives the whole for a range that it does not take: %s',
    async (header) => {
      const answer = await get(url, { headers: { range: header } });
      expect(answer.status).toBe(200);
      expect(answer.body).toHaveLength(length);
    },
  );

  it.each([`bytes=${length}-`, 'bytes=-0', `bytes=${length + 5}-${length + 9}`])(
    'refuses a range outside of it, with its length: %s',
    async (header) => {
      const answer = await get(url, { headers: { range: header } });
      expect(answer).toMatchObject({ status: 416, code: 'range_unsatisfiable' });
      expect(answer.headers['content-range']).toBe(`bytes */${length}`);
    },
  );

  it('knows the conditions of a cache and of a resumed transfer', async () => {
    const etag = `"${toHex(file.content.root)}"`;
    const cached = await get(url, { headers: { 'if-none-match': `"x", W/${etag}` } });
    expect(cached).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    const same = await get(url, { headers: { range: 'bytes=1-2', 'if-range': etag } });
    expect(same.status).toBe(206);
    for (const other of ['"other"', `W/${etag}`, 'Tue, 01 Jan 2030 00:00:00 GMT'])
      expect((await get(url, { headers: { range: 'bytes=1-2', 'if-range': other } })).status).toBe(200);
  });

  it('serves an empty file', async () => {
    const empty = createTestFile(0);
    const other = await startGateway(stage, {
      dir: await stage.folder(),
      library: [{ file: empty, name: 'empty.txt' }],
    });
    const link = other.gateway.linkTo(empty.content, 'empty.txt').url;
    expect(await get(link)).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect((await get(link, range(0, ''))).status).toBe(416);
  });
});

describe('what a browser may do with it', () => {
  it('runs nothing, frames nothing, and other sites read nothing', async () => {
    for (const answer of [
      await get(url, { headers: { origin: 'http://evil.test' } }),
      await get(`${url}x/y`),
    ]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringMatching(
          /^default-src 'none';.*frame-ancestors 'none'; sandbox$/,
        ),
      });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it.each(['page.html', 'x.svg', 'x.xhtml', 'x.js', 'noext', 'movie.mp4.html', 'x.HTM'])(
    'takes %s for bytes to be stored',
    async (name) => {
      const { headers } = await get(fixture.gateway.linkTo(file.content, name).url, { method: 'HEAD' });
      expect(headers['content-type']).toBe('application/octet-stream');
      expect(headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${name}`);
    },
  );

  it('shows PDF in the frame of a page of this machine, and nowhere else', async () => {
    const pdf = fixture.gateway.linkTo(file.content, 'a.pdf').url;
    const policy = expect.stringMatching(/^default-src 'none';.*frame-ancestors http:\/\/localhost:\*$/);
    const { headers } = await get(pdf, { method: 'HEAD' });
    expect(headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': "inline; filename*=UTF-8''a.pdf",
      'x-content-type-options': 'nosniff',
      'content-security-policy': policy,
    });
    // What is said of a copy that a browser has replaces what was said with it.
    const again = await get(pdf, { headers: { 'if-none-match': headers.etag! } });
    expect(again).toMatchObject({ status: 304, headers: { 'content-security-policy': policy } });
  });

  it('makes hostile names harmless, also those that somebody put into the link', async () => {
    const made = new URL(fixture.gateway.linkTo(file.content, '../../"榕\r\nX: y.mp3').url).pathname.split(
      '/',
    );
    expect(made).toHaveLength(5);
    const base = url.slice(0, url.lastIndexOf('/') + 1);
    for (const name of [
      '%0d%0aX-Evil:%20yes.mp3',
      '%zz.mp3',
      '%22%27%28%29*.mp3',
      '..%2f..%2fetc%2fpasswd',
    ]) {
      const { status, headers } = await get(base + name, { method: 'HEAD' });
      expect(status).toBe(200);
      expect(headers['x-evil']).toBeUndefined();
      expect(headers['content-disposition']).toMatch(/^(inline|attachment); filename\*=UTF-8''[\w%.~-]+$/);
    }
  });
});

describe('who is let in', () => {
  it('only callers of 127.0.0.1 by that name', async () => {
    const { port } = new URL(url);
    for (const host of [`localhost:${port}`, 'evil.test', '127.0.0.1', `[::1]:${port}`, `127.0.0.1:${port}.`])
      expect(await get(url, { headers: { host } })).toMatchObject({ status: 403, code: 'host_refused' });
  });

  it('only by links that were made here and have not ended', async () => {
    const path = new URL(url).pathname.split('/');
    const swap = (index: number, value: string): string =>
      new URL(path.map((part, i) => (i === index ? value : part)).join('/'), url).href;
    const [, , id = '', end = ''] = path;
    const other = await startGateway(stage, { dir: await stage.folder() });
    const foreign = new URL(other.gateway.linkTo(file.content, 'Film.mkv').url).pathname;
    const [seconds = '', signature = ''] = end.split('.');
    for (const wrong of [
      swap(2, `${id.slice(0, -1)}${id.endsWith('1') ? '2' : '1'}`),
      swap(3, `${(Number.parseInt(seconds, 36) + 1).toString(36)}.${signature}`),
      swap(3, `${seconds}.${'A'.repeat(43)}`),
      new URL(foreign, url).href,
    ])
      expect(await get(wrong)).toMatchObject({ status: 403, code: 'forbidden' });
    for (const nothing of ['/', '/stream', `/stream/${id}/Film.mkv`, '/etc/passwd', '/stream/../../x'])
      expect(await get(new URL(nothing, url).href)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('says when a link has ended', async () => {
    let ahead = 0;
    const later = await startGateway(stage, {
      dir: await stage.folder(),
      library: [{ file, name: 'a.mp3' }],
      clock: { ...systemClock, now: () => Date.now() + ahead },
    });
    const link = later.gateway.linkTo(file.content, 'a.mp3');
    ahead = link.expiresAt - Date.now() - 5_000;
    expect((await get(link.url, range(0, 0))).status).toBe(206);
    ahead += 10_000;
    const late = await get(link.url);
    expect(late).toMatchObject({ status: 403, code: 'forbidden' });
    expect(late.body.toString()).toMatch(/has ended/);
  });

  it('with GET and HEAD alone', async () => {
    for (const method of ['POST', 'OPTIONS', 'PUT', 'DELETE']) {
      const answer = await get(url, { method });
      expect(answer).toMatchObject({ status: 405, code: 'invalid_request' });
      expect(answer.headers.allow).toBe('GET, HEAD');
    }
  });

  it('says when the file is not here any more', async () => {
    const gone = createTestFile(10, 7);
    expect(await get(fixture.gateway.linkTo(gone.content, 'x.mp3').url)).toMatchObject({
      status: 404,
      code: 'unknown_content',
    });
  });
});

describe('a restart', () => {
  it('leaves links as they are: the secret and the port are kept, for the owner alone', async () => {
    await fixture.gateway.stop();
    await startGateway(stage, { dir, library: [{ file, name: 'Film.mkv' }] });
    expect((await stat(join(dir, 'gateway.json'))).mode & 0o777).toBe(0o600);
    expect((await get(url, range(0, 3))).body.equals(bytes(0, 3))).toBe(true);
  });

  it('takes another port when somebody has the old one, and a new secret when the old one is lost', async () => {
    await fixture.gateway.stop();
    const squatter = createServer();
    const port = Number(new URL(url).port);
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    stage.later(() => new Promise((resolve) => squatter.close(resolve)));
    const moved = await startGateway(stage, { dir, library: [{ file, name: 'Film.mkv' }] });
    expect(moved.gateway.origin).not.toBe(new URL(url).origin);
    await moved.gateway.stop();
    await writeFile(join(dir, 'gateway.json'), 'not json');
    const fresh = await startGateway(stage, { dir, library: [{ file, name: 'Film.mkv' }] });
    expect(await get(new URL(new URL(url).pathname, fresh.gateway.origin).href)).toMatchObject({
      status: 403,
    });
    expect(JSON.parse(await readFile(join(dir, 'gateway.json'), 'utf8'))).toMatchObject({
      port: Number(new URL(fresh.gateway.origin).port),
    });
  });
});

describe('a reader that takes its time', () => {
  it('is read for no further than two buffers and what the sockets hold', async () => {
    const big = createTestFile(64 * MIB, 3);
    const slow = await startGateway(stage, {
      dir: await stage.folder(),
      library: [{ file: big, name: 'a.mp4' }],
    });
    const response = await ask(slow.gateway.linkTo(big.content, 'a.mp4').url);
    await take(response, 1000);
    let before = -1;
    // Until it stands still.
    while (before !== slow.reads.length) {
      before = slow.reads.length;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(Math.max(...slow.reads)).toBeLessThan(24 * MIB);
    response.destroy();
    await until(() => slow.open === 0, 'the file is closed when the reader went');
  });

  it('leaves room for others, up to a bound', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const busy = await startGateway(stage, {
      dir: await stage.folder(),
      library: [{ file, name: 'a.mp4' }],
      onRead: () => held,
    });
    const link = busy.gateway.linkTo(file.content, 'a.mp4').url;
    const crowd = Array.from({ length: MAX_READERS }, () => get(link, range(0, 99)));
    await until(() => busy.open === MAX_READERS, 'all of them wait');
    expect(await get(link)).toMatchObject({ status: 503, code: 'full' });
    release();
    for (const answer of await Promise.all(crowd)) expect(answer.body.equals(bytes(0, 99))).toBe(true);
    expect((await get(link, range(0, 0))).status).toBe(206);
  });
});
