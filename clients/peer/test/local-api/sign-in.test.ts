import { afterEach, describe, expect, it } from '@jest/globals';
import { createLocalApiClient } from '@banyan/sdk';
import { startDaemon, stopAll } from './harness.ts';

afterEach(stopAll);

describe('the sign-in over the local API', () => {
  it('is begun by a program with a code, and by the page with itself as the place to come back to', async () => {
    const daemon = await startDaemon();
    const client = createLocalApiClient({ url: daemon.origin, token: daemon.token });
    try {
      expect(await client.signIn()).toMatchObject({ provider: 'Example University', needed: true });
      expect((await client.beginSignIn()).userCode).toBe('BCDF-GHJK');
      const here = await daemon.call({
        method: 'POST',
        path: '/api/v1/sign-in',
        headers: { authorization: `Bearer ${daemon.token}` },
        body: { here: true },
      });
      expect(here.status).toBe(200);
      // Whatever the caller says: the redirect is our own page.
      expect(daemon.rooms.signInsBegun).toEqual([undefined, `${daemon.origin}/`]);
    } finally {
      client.close();
    }
  });

  it.each([{}, { here: 'yes' }, { here: true, redirectUri: 'http://localhost:1/' }])(
    'refuses %j',
    async (body) => {
      const daemon = await startDaemon();
      const answer = await daemon.call({
        method: 'POST',
        path: '/api/v1/sign-in',
        headers: { authorization: `Bearer ${daemon.token}` },
        body,
      });
      expect(answer).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(daemon.rooms.signInsBegun).toEqual([]);
    },
  );

  it('is finished with what the browser brought, and with nothing else', async () => {
    const daemon = await startDaemon();
    const finish = (code: string) =>
      daemon.call({
        method: 'POST',
        path: '/api/v1/sign-in/finish',
        headers: { authorization: `Bearer ${daemon.token}` },
        body: { code, state: 'a-state' },
      });
    expect((await finish('right')).status).toBe(200);
    expect(await finish('wrong')).toMatchObject({ status: 403, code: 'sign_in_expired' });
  });

  it('is nobody else’s to begin or to finish', async () => {
    const daemon = await startDaemon();
    for (const [method, path] of [
      ['GET', '/api/v1/sign-in'],
      ['POST', '/api/v1/sign-in'],
      ['POST', '/api/v1/sign-in/finish'],
    ] as const) {
      const { code } = await daemon.call({ method, path });
      expect(['login_required', 'unauthenticated', 'origin_refused', 'forbidden']).toContain(code);
    }
    expect(daemon.rooms.signInsBegun).toEqual([]);
  });
});
