import { afterEach, describe, expect, it } from '@jest/globals';
import { startDaemon, stopAll } from './harness.ts';

afterEach(stopAll);

const PATH = '/api/v1/folders';

describe('the folders of this machine over the local API', () => {
  it('are told to the page’s session, with its origin and its header', async () => {
    const daemon = await startDaemon();
    const { cookie, csrf } = await daemon.signIn();
    const own = { origin: daemon.origin, cookie, ...csrf };
    const ask = (headers: Record<string, string>, body: unknown = { path: '/music' }) =>
      daemon.call({ method: 'POST', path: PATH, headers, body });
    expect((await ask(own)).json).toMatchObject({ path: '/music', folders: [] });
    expect((await ask(own, {})).json).toMatchObject({ path: '/home/ann' });
    expect(daemon.rooms.calls).toEqual(['folders /music', 'folders ']);
    expect((await ask({ origin: daemon.origin, ...csrf })).code).toBe('login_required');
    expect((await ask({ ...own, origin: 'http://localhost:1' })).code).toBe('origin_refused');
    expect((await ask({ cookie, ...csrf })).code).toBe('origin_refused');
    expect((await ask({ origin: daemon.origin, cookie })).code).toBe('origin_refused');
    expect((await daemon.call({ path: PATH, headers: { cookie } })).status).toBe(404);
    expect(daemon.rooms.calls).toHaveLength(2);
  });

  it.each([{ path: '' }, { path: 'x'.repeat(5000) }, { path: 3 }, { hidden: true }])(
    'are not told for %j',
    async (body) => {
      const daemon = await startDaemon();
      const headers = { authorization: `Bearer ${daemon.token}` };
      const answer = await daemon.call({ method: 'POST', path: PATH, headers, body });
      expect(answer).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(daemon.rooms.calls).toEqual([]);
    },
  );
});
