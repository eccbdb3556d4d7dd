import { afterEach, describe, expect, it } from '@jest/globals';
import { createLocalApiClient } from '@banyan/sdk';
import { startDaemon, stopAll } from './harness.ts';

afterEach(stopAll);

describe('Metalinks and links over the local API', () => {
  it('takes documents that are larger than other requests, within a limit', async () => {
    const daemon = await startDaemon();
    const api = createLocalApiClient({ url: daemon.origin, token: daemon.token });
    const views = await api.startMetalink({ document: '"\n'.repeat(200_000) });
    expect(views.map(({ id }) => id)).toEqual(['d3', 'd4']);
    expect(daemon.rooms.calls).toEqual(['metalink of 400000']);
    await expect(api.startMetalink({ document: 'x'.repeat(17 * 1024 * 1024) })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    api.close();
  });

  it('makes links, for at most so many mirrors', async () => {
    const daemon = await startDaemon();
    const api = createLocalApiClient({ url: daemon.origin, token: daemon.token });
    expect((await api.makeLink({ content: 'abc', mirrors: ['http://a/'] })).link).toBe('banyan:abc');
    const mirrors = Array.from({ length: 17 }, (_, i) => `http://a/${i}`);
    await expect(api.makeLink({ content: 'abc', mirrors })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    api.close();
  });
});
