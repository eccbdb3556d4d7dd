import { beforeEach, describe, expect, it } from '@jest/globals';
import { AUDIENCE, BanyanError, JWKS_COOLDOWN_MS } from '@banyan/proto';
import type { ServiceFetch } from '../../src/tls/service-fetch.ts';
import { createRemoteKeys, type RemoteKeys } from '../../src/tokens/token-keys.ts';
import { createTokenVerifier } from '../../src/tokens/token-verifier.ts';
import { createSigningKey, createTestIssuer, ISSUER, type TestIssuer } from './test-issuer.ts';

let issuer: TestIssuer;
let keys: RemoteKeys;
let fetches: number;
let answer: () => Response | Promise<Response>;

const newKeys = (known?: readonly unknown[]): RemoteKeys => {
  const fetch = Object.assign(
    async () => {
      fetches += 1;
      return await answer();
    },
    { close: () => Promise.resolve() },
  ) satisfies ServiceFetch;
  return createRemoteKeys(
    { fetch, clock: issuer.clock },
    { jwksUrl: `${ISSUER}/jwks.json`, ...(known ? { known } : {}) },
  );
};
const away = (): Response => {
  throw new BanyanError('unreachable');
};

beforeEach(() => {
  issuer = createTestIssuer();
  fetches = 0;
  answer = () => Response.json({ keys: issuer.keys.map((key) => key.jwk) });
  keys = newKeys();
});

describe('remote keys', () => {
  it('are fetched once, and served from then on', async () => {
    const found = await Promise.all(Array.from({ length: 20 }, () => keys.find('k1')));
    expect(found.every((key) => key?.asymmetricKeyType === 'ec')).toBe(true);
    await keys.find('k1');
    expect(fetches).toBe(1);
  });

  it('follow a rotation: the new key on its first use, the retired one no longer', async () => {
    await keys.find('k1');
    await issuer.clock.advance(JWKS_COOLDOWN_MS);
    issuer.keys.push(createSigningKey('k2'));
    expect(await keys.find('k2')).toBeDefined();
    expect(fetches).toBe(2);
    issuer.keys.shift();
    await issuer.clock.advance(11 * 60_000);
    await keys.find('k2'); // starts the refresh in the background
    await issuer.clock.advance(1);
    expect(fetches).toBe(3);
    expect(await keys.find('k1')).toBeUndefined();
  });

  it('are fetched at most once per cool-down, however many tokens name unknown keys', async () => {
    const verifier = createTokenVerifier(
      { keys, clock: issuer.clock },
      { issuer: ISSUER, audience: AUDIENCE.supernode },
    );
    const flood = async (): Promise<void> => {
      const tokens = await Promise.all(
        Array.from({ length: 50 }, (_, i) => issuer.token({ header: { kid: `unknown-${i}` } })),
      );
      const results = await Promise.allSettled(
        tokens.map((token) => verifier.verify(token, { jkt: issuer.device.deviceId })),
      );
      for (const result of results) expect(result).toMatchObject({ reason: { code: 'token_invalid' } });
    };
    await verifier.verify(await issuer.token(), { jkt: issuer.device.deviceId });
    expect(fetches).toBe(1);
    await flood();
    expect(fetches).toBe(1);
    await issuer.clock.advance(JWKS_COOLDOWN_MS);
    await flood();
    await flood();
    expect(fetches).toBe(2);
  });

  it('go on serving what was last known while auth is away, also over a restart', async () => {
    await keys.find('k1');
    answer = away;
    await issuer.clock.advance(24 * 3600_000);
    expect(await keys.find('k1')).toBeDefined();
    await issuer.clock.advance(1);
    expect(await keys.find('k1')).toBeDefined();
    const restarted = newKeys(JSON.parse(JSON.stringify(keys.snapshot())) as unknown[]);
    expect(await restarted.find('k1')).toBeDefined();
    await expect(restarted.find('k2')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('say that a token cannot be checked, not that it is wrong, when auth was never reached; and recover soon', async () => {
    answer = away;
    await expect(keys.find('k1')).rejects.toMatchObject({
      code: 'unavailable',
      cause: { code: 'unreachable' },
    });
    await expect(keys.find('k1')).rejects.toMatchObject({ code: 'unavailable' });
    expect(fetches).toBe(1);
    answer = () => Response.json({ keys: issuer.keys.map((key) => key.jwk) });
    await issuer.clock.advance(1_000);
    expect(await keys.find('k1')).toBeDefined();
  });

  it('let one impatient caller go without ending the fetch for the others', async () => {
    let release = (): void => undefined;
    answer = () =>
      new Promise((resolve) => (release = () => resolve(Response.json({ keys: [issuer.keys[0]!.jwk] }))));
    const controller = new AbortController();
    const impatient = keys.find('k1', controller.signal);
    const patient = keys.find('k1');
    await issuer.clock.advance(0);
    controller.abort();
    await expect(impatient).rejects.toMatchObject({ code: 'aborted' });
    release();
    expect(await patient).toBeDefined();
    expect(fetches).toBe(1);
  });

  it('take only P-256 signing keys, and only so many', async () => {
    const good = issuer.keys[0]!.jwk;
    const many = Array.from({ length: 40 }, (_, i) => ({ ...good, kid: `m${i}` }));
    answer = () =>
      Response.json({
        keys: [
          { ...good, kid: 'enc', use: 'enc' },
          { ...good, kid: 'alg', alg: 'ES384' },
          { ...good, kid: 'private', d: good.x },
          { ...good, kid: 7 },
          { kty: 'oct', k: 'AAAA', kid: 'oct' },
          null,
          good,
          ...many,
        ],
      });
    expect(await keys.find('k1')).toBeDefined();
    expect(keys.snapshot().map((key) => key.kid)).toEqual(['k1', ...many.slice(0, 9).map((key) => key.kid)]);
  });

  it.each([
    ['an error', () => new Response('no', { status: 500 }), 'unavailable'],
    ['no JSON', () => new Response('<html>'), 'wrong_service'],
    ['no key set', () => Response.json({}), 'wrong_service'],
    ['an endless set', () => Response.json({ keys: ['x'.repeat(100_000)] }), 'wrong_service'],
  ])('keep what they have when the answer is %s', async (_name, bad, code) => {
    await keys.find('k1');
    answer = bad;
    await expect(keys.refresh()).rejects.toMatchObject({ code });
    expect(await keys.find('k1')).toBeDefined();
  });
});
