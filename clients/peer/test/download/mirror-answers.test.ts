import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Pool, type Dispatcher } from 'undici';
import type { DownloadView } from '@banyan/proto';
import { createMirror, type TestMirror } from '../mirror-server.ts';
import { createStage, createTestFile, newIdentity, type Stage } from '../swarm.ts';
import { mirrorDialog } from '../../src/download/mirror-dialog.ts';
import { createRoom } from './room.ts';

const MIB = 1024 * 1024;
const LENGTH = 3 * MIB;
let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.end());

const file = createTestFile(LENGTH);

type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;
const status =
  (code: number, headers: Record<string, string | number> = {}, body = ''): Answer =>
  (_request, response) => {
    response.writeHead(code, headers).end(body);
    return true;
  };
const part =
  (headers: Record<string, string | number>): Answer =>
  (_request, response) => {
    response.writeHead(206, headers).end('x');
    return true;
  };

/** The only mirror of a download, once something is known against it. */
async function judged(url: string): Promise<DownloadView['sources'][number]> {
  const { downloads, view } = await createRoom(stage, {
    folder: await stage.folder(),
    stateDir: await stage.folder(),
    sources: () => [],
  });
  const { id } = await downloads.add({ content: file.content, name: 'a.bin', mirrors: [url] });
  const { sources, state } = await view(id, (now) => now.sources[0]?.problem != null, 'it is judged');
  expect(state).toBe('waiting');
  return sources[0]!;
}

describe('what a mirror answers is said in words', () => {
  it.each<[string, Answer, string, RegExp]>([
    ['404', status(404), 'unknown_content', /does not have the file \(404\)/],
    ['410', status(410), 'unknown_content', /does not have the file \(410\)/],
    ['403', status(403), 'forbidden', /does not give the file to us/],
    ['401', status(401, { 'www-authenticate': 'Basic' }), 'forbidden', /password/],
    ['400', status(400), 'invalid_request', /refused the request \(400\)/],
    ['416', status(416), 'unknown_content', /ends before this range/],
    [
      '416 of another file',
      status(416, { 'content-range': 'bytes */12' }),
      'unknown_content',
      /12 bytes long, not 3145728/,
    ],
    ['429', status(429, { 'retry-after': '20' }), 'rate_limited', /too often/],
    ['503 with Retry-After', status(503, { 'retry-after': '20' }), 'rate_limited', /busy/],
    ['503', status(503), 'unavailable', /fault of its own \(503\)/],
    ['500', status(500), 'unavailable', /fault of its own/],
    [
      'a web page',
      status(200, { 'content-type': 'text/html' }, '<html>Not here</html>'),
      'unknown_content',
      /web page/,
    ],
    [
      'a web page of known length',
      status(200, { 'content-type': 'text/html', 'content-length': 4 }, 'oops'),
      'unknown_content',
      /web page/,
    ],
    [
      'another file',
      status(200, { 'content-length': 5 }, '12345'),
      'unknown_content',
      /5 bytes long, not 3145728/,
    ],
    ['an encoding', status(200, { 'content-encoding': 'gzip' }, 'x'), 'wrong_range', /encoded \(gzip\)/],
    ['another range', part({ 'content-range': `bytes 5-9/${LENGTH}` }), 'wrong_range', /another range/],
    [
      'a range of unknown length',
      part({ 'content-range': `bytes 0-${MIB - 1}/*` }),
      'wrong_range',
      /another range/,
    ],
    [
      'a range of another file',
      part({ 'content-range': 'bytes 0-1048575/7777777' }),
      'unknown_content',
      /7777777 bytes long/,
    ],
    ['no range', part({}), 'wrong_range', /another range/],
    [
      'a range of another length',
      part({ 'content-range': `bytes 0-${MIB - 1}/${LENGTH}`, 'content-length': 1 }),
      'wrong_range',
      /length of its answer/,
    ],
    ['nowhere', status(302), 'invalid_request', /302/],
    [
      'a redirect to a file',
      status(302, { location: 'file:///etc/passwd' }),
      'invalid_request',
      /not an http/,
    ],
    [
      'a redirect with a password',
      status(302, { location: 'http://me:pw@127.0.0.1/' }),
      'invalid_request',
      /no user name/,
    ],
  ])('%s', async (_, answer, code, message) => {
    const { url } = await createMirror(stage, file.bytes, { answer });
    expect((await judged(url)).problem).toEqual({ code, message: expect.stringMatching(message) });
  });

  it('a loop of redirects', async () => {
    const mirror: TestMirror = await createMirror(stage, file.bytes, {
      answer: status(302, { location: '/again' }),
    });
    expect((await judged(mirror.url)).problem!.message).toMatch(/more than 5 times/);
    expect(mirror.requests.length).toBeLessThanOrEqual(12);
  });

  it('nobody there', async () => {
    const mirror = await createMirror(stage, file.bytes);
    await stage.end();
    expect((await judged(mirror.url)).problem).toMatchObject({ code: 'unreachable' });
  });
});

describe('https', () => {
  it('is not asked anything when its certificate does not hold', async () => {
    const { certificate } = await newIdentity();
    let requests = 0;
    const server = createServer({ key: certificate.key, cert: certificate.cert }, (_request, response) => {
      requests += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stage.later(() => server.close());
    const { port } = server.address() as AddressInfo;
    const source = await judged(`https://127.0.0.1:${port}/file.bin`);
    expect(source.problem).toMatchObject({ code: 'key_mismatch' });
    expect(source.problem!.message).toMatch(/certificate is not valid/);
    expect(requests).toBe(0);
  });

  it('never leads to http', () => {
    const target = { url: 'https://a.example/x', isStrict: false, isSequential: false };
    const agent = (): Promise<Dispatcher> => Promise.resolve(new Pool('https://a.example'));
    const head = mirrorDialog({ agent }, target, LENGTH, 0, MIB).head(301, {
      location: 'http://a.example/x',
    });
    expect(head).toMatchObject({
      kind: 'fault',
      error: { message: expect.stringMatching(/https to http/) },
    });
    const other = mirrorDialog({ agent }, target, LENGTH, 0, MIB).head(301, { location: '//b.example/y#z' });
    expect(other).toMatchObject({ kind: 'redirect', to: { origin: 'https://b.example', path: '/y' } });
  });

  it('is asked with If-Range only where nothing else would show that the file changed', () => {
    const agent = (): Promise<Dispatcher> => Promise.resolve(new Pool('https://a.example'));
    const headers = (isStrict: boolean, validator: string) =>
      mirrorDialog(
        { agent },
        { url: 'https://a.example/x', isStrict, isSequential: false, validator },
        LENGTH,
        0,
        MIB,
      ).headers;
    expect(headers(true, '"tag"')['if-range']).toBe('"tag"');
    expect(headers(true, 'W/"tag"')['if-range']).toBeUndefined();
    expect(headers(false, '"tag"')['if-range']).toBeUndefined();
  });
});

describe('redirects', () => {
  it('are followed, remembered, and asked for again when they hold no longer', async () => {
    let isOld = false;
    const target = await createMirror(stage, file.bytes, {
      answer: (request, response) =>
        isOld && request.url === '/one' ? status(403)(request, response) : false,
    });
    const mirror = await createMirror(stage, file.bytes, {
      answer: (_request, response) => {
        response.writeHead(302, { location: `${target.origin}/${isOld ? 'two' : 'one'}` }).end();
        setTimeout(() => (isOld = true), 20);
        return true;
      },
    });
    const large = createTestFile(LENGTH);
    const { downloads, done } = await createRoom(stage, {
      folder: await stage.folder(),
      stateDir: await stage.folder(),
      sources: () => [],
    });
    const { id } = await downloads.add({ content: large.content, name: 'a.bin', mirrors: [mirror.url] });
    const view = await done(id);
    expect(view.state).toBe('done');
    expect(view.sources[0]).toMatchObject({ deviceId: mirror.url, chunks: 3 });
  });
});
