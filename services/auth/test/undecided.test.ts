import { beforeEach, describe, expect, it } from '@jest/globals';
import { BanyanError, type RevocationEntry } from '@banyan/proto';
import { createDeviceKey, createMemoryStore, silentLog, systemClock, type Store } from '@banyan/kit';
import { decodeJwt } from 'jose';
import { createAccounts } from '../src/accounts.ts';
import { createAttempts } from '../src/attempts.ts';
import { createBans } from '../src/bans.ts';
import { byAuth } from '../src/decision.ts';
import { createEnrolment, type Enrolment } from '../src/enrolment.ts';
import { createInvites, type Invites } from '../src/invites.ts';
import { createPasswords } from '../src/passwords.ts';
import { createRevocations, type Revocations } from '../src/revocations.ts';
import { createSignIn } from '../src/sign-in.ts';
import { createSigningKeys } from '../src/signing-keys.ts';
import { changesOver } from './harness.ts';

const clock = systemClock;
const log = silentLog();

/** How a write below a prefix fails: before it is done, or after, with nobody knowing. */
type Failure = 'refused' | 'undecided' | undefined;

/** A store that loses answers, as one does whose server is just being replaced. */
function unsteady(prefix: string): { readonly store: Store; fail: Failure; puts: number } {
  const under = createMemoryStore();
  const state = {
    fail: undefined as Failure,
    puts: 0,
    store: {
      ...under,
      async put(...[key, value, init]: Parameters<Store['put']>) {
        if (!key.startsWith(prefix)) return under.put(key, value, init);
        state.puts += 1;
        if (state.fail === 'refused') throw new BanyanError('store_unavailable');
        const version = await under.put(key, value, init);
        if (state.fail === 'undecided')
          throw new BanyanError('store_unavailable', 'Not known.', { details: { undecided: true } });
        return version;
      },
    } satisfies Store,
  };
  return state;
}

describe('an enrolment whose answer is lost in the store', () => {
  let under: ReturnType<typeof unsteady>;
  let invites: Invites;
  let enrolment: Enrolment;
  let code: string;
  const { deviceId, publicJwk } = createDeviceKey();
  const enrol = (invite?: string) =>
    enrolment.enrol(
      {
        account: 'ann',
        deviceName: 'laptop',
        createAccount: true,
        ...(invite === undefined ? {} : { invite }),
      },
      { deviceId, publicJwk, address: '127.0.0.1' },
    );

  beforeEach(async () => {
    under = unsteady('account/');
    const { store } = under;
    const changes = changesOver(store, clock);
    const accounts = createAccounts({ store, clock, changes });
    const passwords = createPasswords();
    const attempts = createAttempts({ store, clock });
    const limit = { max: 100, windowMs: 60_000 };
    invites = createInvites({ store, clock, changes });
    enrolment = createEnrolment(
      {
        accounts,
        invites,
        passwords,
        signIn: createSignIn(
          { accounts, passwords, attempts },
          { perAddress: limit, perName: limit, perNameAndAddress: limit },
        ),
        attempts,
        bans: createBans({ store, clock, changes, revocations: { append: () => Promise.resolve(1) } }),
        firstOperator: { admits: () => Promise.resolve(false) },
        log,
      },
      {
        mode: 'invite',
        limits: { perAddress: limit },
      },
    );
    ({ code } = await invites.make(
      { uses: 1, ttlSeconds: 60, grants: [], createdBy: null },
      byAuth('a test'),
    ));
  });

  it('gives the invite’s use back when nothing was written', async () => {
    under.fail = 'refused';
    await expect(enrol(code)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await invites.check(code)).toMatchObject({ used: 0 });
  });

  it('keeps the use when the account may be there, so that nobody comes in beside it', async () => {
    under.fail = 'undecided';
    await expect(enrol(code)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(invites.check(code)).rejects.toMatchObject({ code: 'invite_used' });
  });

  it('is answered as done only when the account was acknowledged, however often it is asked', async () => {
    under.fail = 'undecided';
    await expect(enrol(code)).rejects.toMatchObject({ code: 'store_unavailable' });
    // The account can be read, and nobody was promised that it stays.
    await expect(enrol()).rejects.toMatchObject({ code: 'store_unavailable' });
    under.fail = undefined;
    const before = under.puts;
    expect(await enrol()).toMatchObject({ deviceId, account: { name: 'ann' } });
    expect(under.puts).toBe(before + 1);
  });
});

describe('a delta that was acknowledged to nobody', () => {
  it('is neither given out nor numbered on from, until it is confirmed', async () => {
    const under = unsteady('revocation/');
    const keys = createSigningKeys(
      { store: under.store, clock, log, changes: changesOver(under.store, clock) },
      { leadSeconds: 0, rotationDays: 0 },
    );
    await keys.start();
    const make = (): Revocations =>
      createRevocations(
        { store: under.store, clock, log, keys, issuer: () => 'http://localhost:1' },
        { shared: true },
      );
    const entry = (id: string): RevocationEntry => ({ kind: 'content', id, until: null, reason: '' });
    const [one, two] = [make(), make()];
    await Promise.all([one.start(), two.start()]);

    under.fail = 'undecided';
    await expect(one.append([entry('a')])).rejects.toMatchObject({ code: 'store_unavailable' });
    // Nobody may stand on it: not who numbers the next one, nor who follows or starts.
    await expect(two.append([entry('b')])).rejects.toMatchObject({ code: 'store_unavailable' });
    const three = make();
    await three.start();
    await two.wait(0, 1_500, new AbortController().signal);
    for (const feed of [one, two, three]) expect(await feed.read(0)).toEqual([]);

    under.fail = undefined;
    expect(await two.append([entry('b')])).toBe(2);
    await Promise.all([one, three].map((feed) => feed.wait(1, 5_000, new AbortController().signal)));
    for (const feed of [one, two, three])
      expect((await feed.read(0)).map((delta) => decodeJwt(delta)['entries'])).toEqual([
        [entry('a')],
        [entry('b')],
      ]);
    for (const feed of [one, two, three]) feed.stop();
  });

  it('leaves a gap that readers come over, should the store lose it all the same', async () => {
    const under = unsteady('none/');
    const keys = createSigningKeys(
      { store: under.store, clock, log, changes: changesOver(under.store, clock) },
      { leadSeconds: 0, rotationDays: 0 },
    );
    await keys.start();
    const make = (): Revocations =>
      createRevocations(
        { store: under.store, clock, log, keys, issuer: () => 'http://localhost:1' },
        { shared: false },
      );
    const first = make();
    await first.start();
    for (const id of ['a', 'b', 'c']) await first.append([{ kind: 'content', id, until: null, reason: '' }]);
    await under.store.delete('revocation/000000000002');
    const second = make();
    await second.start();
    const feed = (await second.read(0)).map((delta) => decodeJwt(delta));
    expect(feed.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(feed[1]).toMatchObject({ entries: [] });
    for (const one of [first, second]) one.stop();
  });
});
