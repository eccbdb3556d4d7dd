import { afterEach, describe, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { createLocalApiClient } from '@banyan/sdk';
import { startDaemon, stopAll, type Answer, type Daemon } from './harness.ts';

afterEach(stopAll);

/** A call of a program. */
const ask = (daemon: Daemon, method: string, path: string, body?: unknown): Promise<Answer> =>
  daemon.call({
    method,
    path: `/api/v1${path}`,
    headers: { authorization: `Bearer ${daemon.token}` },
    ...(body === undefined ? {} : { body }),
  });

describe('searching over the local API', () => {
  it('asks for more hits, and holds and lets go of the rows', async () => {
    const daemon = await startDaemon();
    daemon.rooms.search = {
      ...daemon.rooms.search,
      facets: [{ facet: 'type', value: 'audio', count: 2 }],
      waiting: 3,
    };
    const more = await ask(daemon, 'POST', '/searches/s1/more');
    expect([more.status, more.json]).toEqual([200, daemon.rooms.search]);
    const held = await ask(daemon, 'PUT', '/searches/s1/hold', { held: true });
    expect([held.status, held.json]).toEqual([200, { ...daemon.rooms.search, held: true }]);
    await ask(daemon, 'PUT', '/searches/s1/hold', { held: false });
    expect(daemon.rooms.calls).toEqual(['more s1', 'hold s1', 'let go s1']);
    for (const body of [{}, { held: 'yes' }, { held: true, id: 's2' }])
      expect((await ask(daemon, 'PUT', '/searches/s1/hold', body)).code).toBe('invalid_request');
    expect((await ask(daemon, 'POST', '/searches/s9/more')).code).toBe('not_found');
    expect((await ask(daemon, 'PUT', '/searches/s9/hold', { held: true })).code).toBe('not_found');
  });

  it('takes how a search is meant, and nothing that it does not know', async () => {
    const daemon = await startDaemon();
    const asked = await ask(daemon, 'POST', '/searches', { query: 'oka', asTyped: true, explain: true });
    expect(asked.status).toBe(201);
    expect((await ask(daemon, 'POST', '/searches', { query: 'oka', cursor: 'x' })).code).toBe(
      'invalid_request',
    );
  });

  it('suggests for what is typed, eight unless told, and for nothing typed too', async () => {
    const daemon = await startDaemon();
    daemon.rooms.suggested = [
      { query: 'oak & "elm"', from: 'history' },
      { query: 'oaks', from: 'network' },
    ];
    const answer = await ask(daemon, 'GET', '/suggestions?query=oak%20%26%20%22');
    expect([answer.status, answer.json]).toEqual([200, { suggestions: daemon.rooms.suggested }]);
    await ask(daemon, 'GET', '/suggestions?limit=3');
    expect(daemon.rooms.calls).toEqual(['suggest 8 oak & "', 'suggest 3 ']);
    for (const wrong of ['limit=0', 'limit=17', 'limit=x', `query=${'a'.repeat(513)}`])
      expect([wrong, (await ask(daemon, 'GET', `/suggestions?${wrong}`)).code]).toEqual([
        wrong,
        'invalid_request',
      ]);
  });

  it('stops looking for suggestions when the caller goes away', async () => {
    const daemon = await startDaemon();
    daemon.rooms.suggested = undefined;
    const aborted = new Promise<void>((resolve) => {
      daemon.rooms.onAborted = resolve;
    });
    const request = httpRequest({
      host: '127.0.0.1',
      port: daemon.port,
      path: '/api/v1/suggestions?query=oak',
      headers: { host: `localhost:${daemon.port}`, authorization: `Bearer ${daemon.token}` },
      agent: false,
    });
    request.on('error', () => undefined);
    request.end();
    while (daemon.rooms.calls.length === 0) await ask(daemon, 'GET', '/searches');
    request.destroy();
    await aborted;
    expect(daemon.rooms.calls).toEqual(['suggest 8 oak', 'suggest aborted']);
  });

  it('forgets one earlier query or all, and never all by mistake', async () => {
    const daemon = await startDaemon();
    expect((await ask(daemon, 'DELETE', '/search-history?query=hash%3A12345678')).status).toBe(204);
    expect((await ask(daemon, 'DELETE', '/search-history')).status).toBe(204);
    expect(daemon.rooms.calls).toEqual(['forget hash:12345678', 'forget all']);
    for (const wrong of ['?query=', '?qeury=oak', `?query=${'a'.repeat(513)}`])
      expect([wrong, (await ask(daemon, 'DELETE', `/search-history${wrong}`)).code]).toEqual([
        wrong,
        'invalid_request',
      ]);
    expect(daemon.rooms.calls).toHaveLength(2);
  });

  it('is open to nobody without sign-in, and writes to no page without its header', async () => {
    const daemon = await startDaemon();
    const { cookie, csrf } = await daemon.signIn();
    const { origin } = daemon;
    const calls = [
      ['POST', '/searches/s1/more', undefined],
      ['PUT', '/searches/s1/hold', { held: true }],
      ['GET', '/suggestions?query=oak', undefined],
      ['DELETE', '/search-history', undefined],
    ] as const;
    for (const [method, path, body] of calls) {
      const as = (headers: Record<string, string>): Promise<Answer> =>
        daemon.call({ method, path: `/api/v1${path}`, headers, ...(body === undefined ? {} : { body }) });
      expect([path, (await as({ origin })).code]).toEqual([path, 'login_required']);
      if (method !== 'GET') {
        expect([path, (await as({ origin, cookie })).code]).toEqual([path, 'origin_refused']);
        expect([path, (await as({ cookie, ...csrf })).code]).toEqual([path, 'origin_refused']);
      }
    }
    expect(daemon.rooms.calls).toEqual([]);
    for (const [method, path, body] of calls) {
      const answer = await daemon.call({
        method,
        path: `/api/v1${path}`,
        headers: { origin, cookie, ...csrf },
        ...(body === undefined ? {} : { body }),
      });
      expect([path, answer.status]).toEqual([path, method === 'DELETE' ? 204 : 200]);
    }
  });

  it('is what the client of programs calls', async () => {
    const daemon = await startDaemon();
    const client = createLocalApiClient({ url: `http://127.0.0.1:${daemon.port}`, token: daemon.token });
    daemon.rooms.suggested = [{ query: 'oak + elm', from: 'library' }];
    expect(await client.moreHits('s1')).toEqual(daemon.rooms.search);
    expect(await client.holdSearch('s1', true)).toEqual({ ...daemon.rooms.search, held: true });
    expect(await client.suggestions('oak +', 2)).toEqual(daemon.rooms.suggested);
    await client.forgetSearches('oak + elm');
    await client.forgetSearches();
    expect(daemon.rooms.calls).toEqual([
      'more s1',
      'hold s1',
      'suggest 2 oak +',
      'forget oak + elm',
      'forget all',
    ]);
    client.close();
  });
});
