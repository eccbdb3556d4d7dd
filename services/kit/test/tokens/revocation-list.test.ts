import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRevocationList, type RevocationList } from '../../src/tokens/revocation-list.ts';
import { createLocalKeys } from '../../src/tokens/token-keys.ts';
import { createSigningKey, createTestIssuer, ISSUER, type TestIssuer } from './test-issuer.ts';

let issuer: TestIssuer;
let list: RevocationList;
const newList = (): RevocationList =>
  createRevocationList(
    { keys: createLocalKeys(() => issuer.keys.map((key) => key.jwk)), clock: issuer.clock },
    { issuer: ISSUER },
  );
beforeEach(() => {
  issuer = createTestIssuer();
  list = newList();
});

const ban = (id: string, until: number | null = null): object => ({
  kind: 'account',
  id,
  until,
  reason: 'spam',
});

describe('a revocation list', () => {
  it('applies deltas in order, each once, however they arrive', async () => {
    const deltas = await Promise.all([1, 2, 3].map((seq) => issuer.delta(seq, [ban(`a${seq}`)])));
    const heard: number[] = [];
    const stop = list.onChange((delta) => heard.push(delta.seq));
    expect(await list.apply([deltas[1]!, deltas[0]!])).toEqual({ applied: 2, seq: 2, gap: false });
    expect(await list.apply(deltas)).toEqual({ applied: 1, seq: 3, gap: false });
    const results = await Promise.all([list.apply(deltas), list.apply(deltas)]);
    expect(results.map((result) => result.applied)).toEqual([0, 0]);
    expect(heard).toEqual([1, 2, 3]);
    expect(list.accountRevoked('a2', issuer.clock.now())).toMatchObject({ reason: 'spam' });
    stop();
    await list.apply([await issuer.delta(4, [])]);
    expect(heard).toHaveLength(3);
  });

  it('asks for what is missing in between, and applies nothing beyond it', async () => {
    expect(await list.apply([await issuer.delta(1, []), await issuer.delta(3, [ban('a3')])])).toEqual({
      applied: 1,
      seq: 1,
      gap: true,
    });
    expect(list.accountRevoked('a3', 0)).toBeUndefined();
  });

  it('passes deltas on unchanged, and comes back from them', async () => {
    const deltas = await Promise.all([1, 2, 3].map((seq) => issuer.delta(seq, [ban(`a${seq}`)])));
    await list.apply(deltas);
    expect(list.since(0)).toEqual(deltas);
    expect(list.since(2)).toEqual([deltas[2]]);
    expect(list.since(9)).toEqual([]);
    const other = newList();
    await other.apply(list.since(0));
    expect(other.seq).toBe(3);
  });

  it('lets the newest entry decide, and ends a ban in time', async () => {
    const nowMs = issuer.clock.now();
    expect(list.knows('content')).toBe(false);
    await list.apply([
      await issuer.delta(1, [
        ban('a', nowMs / 1000 + 10),
        { kind: 'content', id: 'c', until: null, reason: '' },
      ]),
    ]);
    expect(list.accountRevoked('a', nowMs)).toBeDefined();
    expect(list.accountRevoked('a', nowMs + 10_000)).toBeUndefined();
    expect(list.contentBlocked('c', nowMs)).toBeDefined();
    expect([list.knows('content'), list.knows('key')]).toEqual([true, false]);
    expect(list.deviceRevoked('a', nowMs)).toBeUndefined();
    await list.apply([await issuer.delta(2, [{ kind: 'content', id: 'c', until: 0, reason: '' }])]);
    expect(list.contentBlocked('c', nowMs)).toBeUndefined();
  });

  it.each([
    ['another key', () => issuer.delta(1, [], { key: createSigningKey('k1') })],
    ['an unknown key', () => issuer.delta(1, [], { key: createSigningKey('other') })],
    ['another network', () => issuer.delta(1, [], { claims: { iss: 'https://evil.test' } })],
    ['another type', () => issuer.delta(1, [], { header: { typ: 'at+jwt' } })],
    ['entries that are none', () => issuer.delta(1, [7])],
    ['no sequence', () => issuer.delta(1, [], { claims: { seq: undefined } })],
    ['no delta at all', () => 'x.y.z'],
    [
      'a sequence far ahead on a delta that is forged',
      () => issuer.delta(2 ** 40, [], { key: createSigningKey('k1') }),
    ],
  ])('takes nothing with %s', async (_name, make) => {
    const outcome = await list.apply([await make()]).catch((error: unknown) => error);
    expect(outcome).toMatchObject(
      expect.objectContaining(
        _name.startsWith('a sequence') ? { gap: true, applied: 0 } : { code: 'token_invalid' },
      ),
    );
    expect(list.seq).toBe(0);
    expect(await list.apply([await issuer.delta(1, [])])).toMatchObject({ applied: 1 });
  });

  it('no longer believes a key that was revoked', async () => {
    const fresh = createSigningKey('k2');
    issuer.keys.push(fresh);
    await list.apply([
      await issuer.delta(1, [{ kind: 'key', id: 'k1', until: null, reason: '' }], { key: fresh }),
    ]);
    await expect(list.apply([await issuer.delta(2, [])])).rejects.toMatchObject({ code: 'token_invalid' });
    expect(await list.apply([await issuer.delta(2, [], { key: fresh })])).toMatchObject({ applied: 1 });
  });
});
