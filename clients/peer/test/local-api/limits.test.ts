import { afterEach, describe, expect, it } from '@jest/globals';
import { createLocalApiClient } from '@banyan/sdk';
import { NO_LIMIT } from '@banyan/proto';
import { startDaemon, stopAll } from './harness.ts';

afterEach(stopAll);

describe('limits over the local API', () => {
  it('are shown and changed by the typed client', async () => {
    const daemon = await startDaemon();
    const client = createLocalApiClient({ url: daemon.origin, token: daemon.token });
    expect(await client.limits()).toEqual(daemon.rooms.limited);
    daemon.rooms.limited = { ...daemon.rooms.limited, limits: { ...NO_LIMIT, up: 1_000_000 } };
    const patch = {
      limits: { up: 1_000_000 },
      schedule: [{ from: '22:00', to: '06:00', limits: { up: null } }],
      downloadsAtOnce: 3,
    };
    expect((await client.changeLimits(patch)).limits.up).toBe(1_000_000);
    expect(daemon.rooms.calls).toEqual([`limits ${JSON.stringify(patch)}`]);
    client.close();
  });

  it.each([
    { limits: { up: 9_999 } },
    { limits: { up: '1MB/s' } },
    { limits: { upload: 1_000_000 } },
    { limits: { up: 1.5e12 } },
    { schedule: [{ from: '8:00', to: '18:00', limits: {} }] },
    { schedule: [{ from: '08:00', to: '24:01', limits: {} }] },
    { schedule: [{ days: [], from: '08:00', to: '18:00', limits: {} }] },
    { schedule: [{ days: ['someday'], from: '08:00', to: '18:00', limits: {} }] },
    { schedule: Array.from({ length: 51 }, () => ({ from: '08:00', to: '18:00', limits: { up: null } })) },
    { downloadsAtOnce: 0 },
    { downloadsAtOnce: 101 },
    { speed: 1 },
  ])('refuse %j', async (body) => {
    const daemon = await startDaemon();
    const answer = await daemon.call({
      method: 'PATCH',
      path: '/api/v1/limits',
      headers: { authorization: `Bearer ${daemon.token}` },
      body,
    });
    expect([answer.status, answer.code]).toEqual([400, 'invalid_request']);
    expect(daemon.rooms.calls).toEqual([]);
  });

  it('are changed by the page only with its header', async () => {
    const daemon = await startDaemon();
    const { cookie, csrf } = await daemon.signIn();
    const call = (headers: Record<string, string>) =>
      daemon.call({
        method: 'PATCH',
        path: '/api/v1/limits',
        headers: { cookie, origin: daemon.origin, ...headers },
        body: { downloadsAtOnce: 2 },
      });
    expect((await call({})).code).toBe('origin_refused');
    expect((await call(csrf)).status).toBe(200);
  });
});
