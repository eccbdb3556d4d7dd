import { describe, expect, it } from '@jest/globals';
import { AUDIENCE, BanyanError, type Audience } from '@banyan/proto';
import { createManualClock, silentLog } from '@banyan/kit';
import { createTokenSource } from '../src/token-source.ts';

const HOUR_MS = 3_600_000;

function setUp(): {
  clock: ReturnType<typeof createManualClock>;
  source: ReturnType<typeof createTokenSource>;
  requests: Audience[];
  fail: { with: BanyanError | undefined };
} {
  const clock = createManualClock();
  const requests: Audience[] = [];
  const fail: { with: BanyanError | undefined } = { with: undefined };
  const source = createTokenSource({
    clock,
    log: silentLog(),
    requestToken: async (audience) => {
      requests.push(audience);
      await clock.sleep(10);
      if (fail.with !== undefined) throw fail.with;
      return {
        access_token: `${audience}#${requests.length}`,
        token_type: 'DPoP',
        expires_in: 3600,
        scope: '',
      };
    },
  });
  return { clock, source, requests, fail };
}

describe('a token source', () => {
  it('asks once for many callers and hands out what it has', async () => {
    const { clock, source, requests } = setUp();
    const all = Promise.all(Array.from({ length: 20 }, () => source.token(AUDIENCE.peer)));
    await clock.advance(10);
    expect(new Set(await all).size).toBe(1);
    await source.token(AUDIENCE.peer);
    expect(requests).toHaveLength(1);
  });

  it('keeps audiences apart', async () => {
    const { clock, source } = setUp();
    const both = Promise.all([source.token(AUDIENCE.peer), source.token(AUDIENCE.list)]);
    await clock.advance(10);
    const [peer, list] = await both;
    expect(peer).not.toBe(list);
  });

  it('renews early without making anybody wait', async () => {
    const { clock, source, requests } = setUp();
    const first = source.token(AUDIENCE.peer);
    await clock.advance(10);
    await clock.advance(HOUR_MS * 0.8);
    expect(await source.token(AUDIENCE.peer)).toBe(await first);
    await clock.advance(10);
    expect(requests).toHaveLength(2);
    expect(await source.token(AUDIENCE.peer)).not.toBe(await first);
  });

  it('goes on with the old token while auth is away, and says so', async () => {
    const { clock, source, fail } = setUp();
    const first = source.token(AUDIENCE.peer);
    await clock.advance(10);
    fail.with = new BanyanError('unreachable');
    await clock.advance(HOUR_MS * 0.9);
    expect(await source.token(AUDIENCE.peer)).toBe(await first);
    await clock.advance(10);
    expect(source.problem?.code).toBe('unreachable');
    await clock.advance(HOUR_MS * 0.2);
    const late = source.token(AUDIENCE.peer);
    const refused = expect(late).rejects.toMatchObject({ code: 'unreachable' });
    await clock.advance(10);
    await refused;
    fail.with = undefined;
    const again = source.token(AUDIENCE.peer);
    await clock.advance(10);
    await again;
    expect(source.problem).toBeUndefined();
  });

  it('lets one caller give up without ending the request for the others', async () => {
    const { clock, source } = setUp();
    const abort = new AbortController();
    const impatient = source.token(AUDIENCE.peer, abort.signal);
    const patient = source.token(AUDIENCE.peer);
    abort.abort();
    await expect(impatient).rejects.toMatchObject({ code: 'aborted' });
    await clock.advance(10);
    await expect(patient).resolves.toContain('peer');
  });

  it('keeps a long session supplied, also after a failure', async () => {
    const { clock, source, fail } = setUp();
    const first = source.token(AUDIENCE.supernode);
    await clock.advance(10);
    await first;
    const seen: string[] = [];
    const stop = source.keepFresh(AUDIENCE.supernode, (token) => seen.push(token));
    fail.with = new BanyanError('unavailable');
    await clock.advance(HOUR_MS * 0.76);
    expect(seen).toEqual([]);
    fail.with = undefined;
    await clock.advance(10_000);
    expect(seen).toHaveLength(1);
    await clock.advance(HOUR_MS);
    expect(seen.length).toBeGreaterThan(1);
    stop();
    const { length } = seen;
    await clock.advance(HOUR_MS * 3);
    expect(seen).toHaveLength(length);
  });
});
