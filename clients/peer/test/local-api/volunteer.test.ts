import { afterEach, describe, expect, it } from '@jest/globals';
import { createLocalApiClient } from '@banyan/sdk';
import { stopAll, startDaemon } from './harness.ts';

afterEach(stopAll);

describe('the offer over the local API', () => {
  it('is read, made and taken back, and its changes are seen live', async () => {
    const daemon = await startDaemon();
    const client = createLocalApiClient({ url: daemon.origin, token: daemon.token });
    try {
      expect(await client.volunteer()).toEqual(daemon.rooms.volunteering);
      const offer = {
        caps: { maxLeaves: 500, cpu: 0.5 },
        region: 'eu',
        hours: [{ days: ['mon' as const], from: '08:00', to: '20:00' }],
      };
      expect((await client.offer(offer)).offered).toBe(true);
      expect((await client.withdraw()).offered).toBe(false);
      expect(daemon.rooms.calls).toEqual([`offer ${JSON.stringify(offer)}`, 'withdraw']);
    } finally {
      client.close();
    }
  });

  it.each([
    { caps: { maxLeaves: 0 } },
    { caps: { cpu: 'all' } },
    { caps: { leaves: 5 } },
    { region: '' },
    { hours: [{ from: '8:00', to: '20:00' }] },
    { offered: true },
  ])('refuses %j', async (body) => {
    const daemon = await startDaemon();
    const answer = await daemon.call({
      method: 'PUT',
      path: '/api/v1/volunteer',
      headers: { authorization: `Bearer ${daemon.token}` },
      body,
    });
    expect(answer).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(daemon.rooms.calls).toEqual([]);
  });

  it('is nobody else’s to make', async () => {
    const daemon = await startDaemon();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { code } = await daemon.call({ method, path: '/api/v1/volunteer' });
      expect(['login_required', 'unauthenticated', 'origin_refused', 'forbidden']).toContain(code);
    }
    expect(daemon.rooms.calls).toEqual([]);
  });
});
