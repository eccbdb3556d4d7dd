import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { retry } from '@banyan/kit';
import { startOidcProvider, type OidcProvider } from '@banyan/kit/testing';
import { createDevice, enrolMember, enrolOperator, startAuth, type AuthUnderTest } from '../harness.ts';
import {
  begin,
  browserFor,
  code,
  oidcConfig,
  REDIRECT,
  signInDevice,
  throughRedirect,
} from './oidc-harness.ts';

jest.setTimeout(120_000);

const ISSUER = 'http://localhost:59998';
const PEOPLE = {
  ada: { groups: ['staff'] },
  bea: { groups: ['staff'] },
  olga: { groups: ['staff', 'banyan-operators'] },
  vera: { groups: 'auditors' },
  'sub-1': { groups: ['staff'], preferred_username: 'grace@example.org' },
  'sub-2': { groups: ['staff'], preferred_username: 'grace@elsewhere.example' },
  'sub-3': { groups: ['staff'], preferred_username: '\u202e<script>alert(1)</script>/../..' },
  'sub-4': { groups: ['staff'], preferred_username: { toString: 'x' } },
  'sub-5': { groups: ['staff'], preferred_username: 'x'.repeat(5_000) },
  outsider: { groups: ['guests'] },
  groupless: {},
  leaver: { groups: ['banyan-operators'] },
  mover: { groups: ['staff'] },
  linker: { groups: ['staff'] },
  claimer: { groups: ['staff'] },
};

describe('a network with an OpenID Connect provider', () => {
  let provider: OidcProvider;
  let auth: AuthUnderTest;
  beforeAll(async () => {
    provider = await startOidcProvider({ people: PEOPLE, redirectUris: [`${ISSUER}/sign-in/callback`] });
    auth = await startAuth({
      ...oidcConfig(provider),
      issuer: ISSUER,
      enrolment: 'closed',
      oidcOperatorGroups: ['banyan-operators'],
      oidcViewerGroups: ['auditors'],
      oidcMemberGroups: ['staff'],
    });
  });
  afterAll(async () => {
    await auth?.stop();
    await provider?.stop();
  });

  it('says in its metadata how people may sign in', async () => {
    const { body } = await auth.get('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({
      banyan_sign_in_endpoint: `${ISSUER}/v1/sign-ins`,
      banyan_sign_in_name: 'Example University',
    });
  });

  it('enrols a device by way of the browser, and the same person’s next one in the same account', async () => {
    const first = await signInDevice(auth, 'ada');
    expect([first.status, first.body]).toMatchObject([
      201,
      { account: 'ada', role: 'member', deviceId: first.device.key.deviceId, grants: [] },
    ]);
    const second = await signInDevice(auth, 'ada');
    expect(second.body.accountId).toBe(first.body.accountId);
    const account = await second.device.call('GET', '/v1/account');
    expect(account.body.devices).toHaveLength(2);
    expect(account.body.identity).toEqual({ issuer: provider.issuer, subject: 'ada' });
  });

  it('leads the browser back with code, state and issuer, and asks nobody who is signed in there', async () => {
    const browser = browserFor(auth);
    const { query } = await throughRedirect(auth, createDevice(auth), 'bea', browser);
    expect([query.get('state'), query.get('iss')]).toEqual(['a-state', ISSUER]);
    const { signIn } = await begin(auth, createDevice(auth), { redirectUri: REDIRECT });
    expect((await browser.open(signIn.url, { stopAt: REDIRECT })).url).toMatch(
      /^http:\/\/localhost:7780\/\?code=/,
    );
  });

  it('gives a code to the device alone that began, and once', async () => {
    const device = createDevice(auth);
    const { id, code: secret } = await throughRedirect(auth, device, 'ada');
    const redeem = (who: typeof device, signIn: object) =>
      who.enrol({ account: undefined as never, signIn } as never);
    expect(code(await redeem(createDevice(auth), { id, code: secret }))).toEqual([403, 'sign_in_expired']);
    expect(code(await redeem(device, { id }))).toEqual([403, 'sign_in_expired']);
    expect(code(await redeem(device, { id, code: 'x'.repeat(43) }))).toEqual([403, 'sign_in_expired']);
    const first = await redeem(device, { id, code: secret });
    expect(first.status).toBe(201);
    // Once; but an answer that was lost is given again, as long as the device holds what it got.
    expect((await redeem(device, { id, code: secret })).body).toEqual(first.body);
    await device.call('DELETE', `/v1/devices/${device.key.deviceId}`);
    expect(code(await redeem(device, { id, code: secret }))).toEqual([403, 'sign_in_expired']);
  });

  it.each([
    'https://evil.example/',
    'http://evil.example/',
    'http://localhost.evil.example/',
    'http://user@localhost:1/',
    'http://localhost:1/#x',
    'javascript:alert(1)',
    'http://169.254.169.254/',
  ])('sends no browser to %s', async (redirectUri) => {
    expect(code(await begin(auth, createDevice(auth), { redirectUri }))).toEqual([400, 'invalid_request']);
  });

  describe('with a code that a person types', () => {
    it('enrols a device that has no browser', async () => {
      const device = createDevice(auth);
      const { signIn } = await begin(auth, device, { deviceName: 'server <b>' });
      expect(signIn).toMatchObject({ url: `${ISSUER}/sign-in`, interval: 3, expiresIn: 600 });
      expect(signIn.userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
      const redeem = () => device.enrol({ account: undefined as never, signIn: { id: signIn.id } });
      expect(code(await redeem())).toEqual([400, 'sign_in_pending']);

      const browser = browserFor(auth);
      expect((await browser.open(signIn.url)).text).toContain('name="user_code"');
      const typed = signIn.userCode!.toLowerCase().replace('-', ' ');
      const confirm = await browser.open(signIn.url, { form: { user_code: typed } });
      expect(confirm.text).toContain('server &#60;b&#62;');
      expect(confirm.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      const go = /href="([^"]+)"/.exec(confirm.text)![1]!;
      const done = await browser.signIn(await browser.open(new URL(go, ISSUER).href), 'ada');
      expect([done.status, done.text]).toEqual([200, expect.stringContaining('You are signed in')]);

      expect([(await redeem()).status, (await device.call('GET', '/v1/account')).body.account]).toEqual([
        201,
        'ada',
      ]);
      // The device asked before its person was through: nothing had become of it.
      const { body } = await auth.get('/metrics');
      expect(body).toMatch(/^banyan_auth_enrolments_total\{result="ok",by="sign-in".*\} \d+$/m);
      expect(body).not.toContain('result="sign_in_pending"');
    });

    it('is of no use in a link to somebody who never saw what they let in', async () => {
      const { signIn } = await begin(auth, createDevice(auth));
      const attacker = browserFor(auth);
      const confirm = await attacker.open(signIn.url, { form: { user_code: signIn.userCode! } });
      const go = new URL(/href="([^"]+)"/.exec(confirm.text)![1]!, ISSUER).href;
      const victim = browserFor(auth);
      const refused = await victim.open(go);
      expect([refused.status, new URL(refused.url).origin]).toEqual([403, ISSUER]);
      // Nor when the attacker goes on to the provider, and sends the link from there.
      const atProvider = await attacker.open(go, { stopAt: provider.issuer });
      const arrived = await victim.signIn(await victim.open(atProvider.url), 'ada');
      expect([arrived.status, arrived.url.startsWith(ISSUER)]).toEqual([403, true]);
    });

    it('refuses a code that nobody waits for, in the language of the browser', async () => {
      const response = await fetch(`${auth.base}/sign-in`, {
        method: 'POST',
        headers: { 'accept-language': 'zh-TW,en;q=0.5' },
        body: new URLSearchParams({ user_code: 'BBBB-BBBB' }),
      });
      expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('無法登入')]);
    });

    it('counts the codes that are guessed', async () => {
      const other = await startAuth({ ...oidcConfig(provider), issuer: ISSUER });
      try {
        const guess = () =>
          fetch(`${other.base}/sign-in`, {
            method: 'POST',
            body: new URLSearchParams({ user_code: 'BBBBBBBB' }),
          });
        const statuses: number[] = [];
        for (let i = 0; i < 31; i += 1) statuses.push((await guess()).status);
        expect([statuses[0], statuses.at(-1)]).toEqual([403, 429]);
      } finally {
        await other.stop();
      }
    });
  });

  it('takes an answer of the provider once, and only one that belongs to a sign-in', async () => {
    const browser = browserFor(auth);
    const { signIn } = await begin(auth, createDevice(auth), { redirectUri: REDIRECT });
    const callback = `${ISSUER}/sign-in/callback`;
    const back = await browser.signIn(await browser.open(signIn.url), 'ada', callback);
    const forged = [callback, `${callback}?code=x&state=y`, back.url.replace(/state=[^&]+/, 'state=x.y')];
    for (const url of forged) expect((await browser.open(url)).status).toBe(403);
    const wrongIssuer = back.url.replace(/iss=[^&]+/, `iss=${encodeURIComponent('https://evil.example')}`);
    const mixedUp = await browser.open(wrongIssuer, { stopAt: REDIRECT });
    expect([mixedUp.status, mixedUp.text]).toEqual([403, expect.stringContaining('cannot be trusted')]);
    expect((await browser.open(back.url, { stopAt: REDIRECT })).status).toBe(403);
  });

  it('makes roles of groups', async () => {
    const [operator, viewer] = [await signInDevice(auth, 'olga'), await signInDevice(auth, 'vera')];
    expect([operator.body.role, viewer.body.role]).toEqual(['operator', 'viewer']);
    expect((await operator.device.call('GET', '/v1/operator/accounts')).status).toBe(200);
  });

  it.each(['outsider', 'groupless'])(
    'refuses %s, who is in no group that is admitted, in words',
    async (who) => {
      const device = createDevice(auth);
      const browser = browserFor(auth);
      const { signIn } = await begin(auth, device, { redirectUri: REDIRECT });
      const refused = await browser.signIn(await browser.open(signIn.url), who, REDIRECT);
      expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('none of the groups')]);
      expect(refused.text).toContain('href="http://localhost:7780/"');
      const answer = await device.enrol({ account: undefined as never, signIn: { id: signIn.id } });
      expect(code(answer)).toEqual([403, 'sign_in_refused']);
      expect(answer.body.error.message).toContain('none of the groups');
    },
  );

  it('takes the operator’s role from who has left the groups, and keeps the device', async () => {
    const { device } = await signInDevice(auth, 'leaver');
    await provider.setPeople({ ...PEOPLE, leaver: { groups: ['guests'] } });
    const browser = browserFor(auth);
    const { signIn } = await begin(auth, createDevice(auth), { redirectUri: REDIRECT });
    expect((await browser.signIn(await browser.open(signIn.url), 'leaver', REDIRECT)).status).toBe(403);
    expect((await device.call('GET', '/v1/operator/accounts')).status).toBe(403);
    expect((await device.call('GET', '/v1/account')).body).toMatchObject({
      account: 'leaver',
      role: 'member',
    });
    await provider.setPeople(PEOPLE);
  });

  it('follows the groups at each sign-in, but keeps a role that an operator set by hand', async () => {
    const { device } = await signInDevice(auth, 'mover');
    const role = async () => (await device.call('GET', '/v1/account')).body.role as string;
    await provider.setPeople({ ...PEOPLE, mover: { groups: ['auditors'] } });
    await signInDevice(auth, 'mover', device);
    expect(await role()).toBe('viewer');
    const operator = await signInDevice(auth, 'olga');
    await operator.device.call('PUT', '/v1/operator/accounts/mover/role', { role: 'operator' });
    await signInDevice(auth, 'mover', device);
    expect(await role()).toBe('operator');
    await provider.setPeople(PEOPLE);
  });

  it('tells the audit what sign-ins made of accounts, once for each change', async () => {
    await provider.setPeople({ ...PEOPLE, audra: { groups: ['staff'] } });
    const { device, body } = await signInDevice(auth, 'audra');
    await signInDevice(auth, 'audra', device);
    await provider.setPeople({ ...PEOPLE, audra: { groups: ['banyan-operators'] } });
    await signInDevice(auth, 'audra', device);
    await provider.setPeople(PEOPLE);
    const { body: audit } = await device.call('GET', '/v1/operator/audit?limit=200');
    const told = (audit.entries as { subject: string }[]).filter(({ subject }) => subject === body.accountId);
    expect(told).toMatchObject([
      { action: 'account.identity', by: { kind: 'member' }, figures: { groups: 'member' } },
      { action: 'account.role', by: { kind: 'auth' }, figures: { from: 'member', to: 'operator' } },
    ]);
  });

  it('gives a person whose account was deleted another one', async () => {
    const operator = await signInDevice(auth, 'olga');
    const first = await signInDevice(auth, 'bea');
    const gone = await operator.device.call('POST', '/v1/operator/accounts/bea/delete', {
      account: 'bea',
      reason: 'asked for it',
    });
    expect(gone.status).toBeLessThan(300);
    const next = await signInDevice(auth, 'bea');
    expect([next.body.account, next.body.accountId === first.body.accountId]).toEqual(['bea', false]);
  });

  it('names accounts near the claim, finds none by it, and takes no name as it is', async () => {
    const names: string[] = [];
    for (const who of ['sub-1', 'sub-2', 'sub-3', 'sub-4', 'sub-5'])
      names.push((await signInDevice(auth, who)).body.account as string);
    expect(names).toEqual(['grace', 'grace-2', 'script-alert-1-script', 'member', 'x'.repeat(32)]);
    expect((await signInDevice(auth, 'sub-2')).body.account).toBe('grace-2');
  });

  it('ties the account of a device that is enrolled, and never two people to one', async () => {
    const first = await enrolOperator(auth, 'first');
    const tied = await signInDevice(auth, 'claimer', first);
    expect(tied.body).toMatchObject({ account: 'first', role: 'operator' });
    expect((await signInDevice(auth, 'claimer')).body).toMatchObject({ account: 'first', role: 'operator' });
    const other = await signInDevice(auth, 'linker', first);
    expect([...code(other), other.body.error.message]).toEqual([
      409,
      'conflict',
      expect.stringContaining('first'),
    ]);
    // Whom the first attempt turned away has an account of their own for the asking.
    auth.clock.shift(61_000);
    expect((await signInDevice(auth, 'linker')).body.account).toBe('linker');
    expect(code(await signInDevice(auth, 'linker', first))).toEqual([409, 'conflict']);
  });

  it('refuses who is banned', async () => {
    const operator = await signInDevice(auth, 'olga');
    await signInDevice(auth, 'bea');
    const ban = { kind: 'account', id: 'bea', reason: 'spam', seconds: 3600 };
    expect((await operator.device.call('POST', '/v1/operator/revocations', ban)).status).toBe(200);
    expect(code(await signInDevice(auth, 'bea'))).toEqual([403, 'token_revoked']);
  });

  it('is over after ten minutes', async () => {
    const device = createDevice(auth);
    const { id, code: secret } = await throughRedirect(auth, device, 'ada');
    auth.clock.shift(601_000);
    const late = await device.enrol({ account: undefined as never, signIn: { id, code: secret } });
    expect(code(late)).toEqual([403, 'sign_in_expired']);
  });

  it('makes one account of a person who signs in on ten devices at once', async () => {
    await provider.setPeople({ ...PEOPLE, eve: { groups: ['staff'] } });
    const devices = Array.from({ length: 10 }, () => createDevice(auth));
    const signIns: { readonly id: string; readonly code: string }[] = [];
    for (const device of devices) signIns.push(await throughRedirect(auth, device, 'eve'));
    const answers = await Promise.all(
      devices.map((device, i) =>
        device.enrol({ account: undefined as never, signIn: { id: signIns[i]!.id, code: signIns[i]!.code } }),
      ),
    );
    const enrolled = answers.filter(({ status }) => status === 201);
    expect(new Set(enrolled.map(({ body }) => body.accountId)).size).toBe(1);
    // Who came second is told to repeat, and may with the very same code.
    for (const [i, answer] of answers.entries()) {
      if (answer.status === 201) continue;
      expect(code(answer)).toEqual([409, 'conflict']);
      const again = await devices[i]!.enrol({
        account: undefined as never,
        signIn: { id: signIns[i]!.id, code: signIns[i]!.code },
      });
      expect([again.status, again.body.accountId]).toEqual([201, enrolled[0]!.body.accountId]);
    }
  });
});

describe('a network whose provider is away', () => {
  it('starts, says so, and goes on; and finds it when it comes', async () => {
    const provider = await startOidcProvider({
      people: PEOPLE,
      redirectUris: [`${ISSUER}/sign-in/callback`],
    });
    await provider.kill();
    const auth = await startAuth({ ...oidcConfig(provider), issuer: ISSUER });
    try {
      const device = createDevice(auth);
      expect((await auth.get('/readyz')).status).toBe(200);
      const refused = await begin(auth, device);
      expect(code(refused)).toEqual([503, 'sign_in_unavailable']);
      expect(refused.body.error.message).toMatch(
        /Example University cannot be used .*ECONNREFUSED.*another way/,
      );
      const { body: health } = await auth.get('/readyz');
      expect(health.checks).toContainEqual(
        expect.objectContaining({ name: 'provider', ok: false, advisory: true }),
      );
      expect((await auth.get('/metrics')).body).toMatch(/^banyan_check_ok\{.*check="provider".*\} 0$/m);
      const member = await enrolMember(auth, 'by-password');

      await provider.restart();
      expect((await signInDevice(auth, 'ada', device)).status).toBe(201);
      // Answers of checks are reused for a second.
      const metric = /^banyan_check_ok\{.*check="provider".*\} 1$/m;
      await retry(async () => expect((await auth.get('/metrics')).body).toMatch(metric), {
        ...{ attempts: 100, minMs: 100, maxMs: 100, shouldRetry: () => true },
      });

      await provider.kill();
      for (const one of [device, member]) expect((await one.call('GET', '/v1/account')).status).toBe(200);
    } finally {
      await auth.stop();
      await provider.stop();
    }
  });

  it('has a sign-in that was under way fail with its reason, and another one work', async () => {
    const provider = await startOidcProvider({
      people: PEOPLE,
      redirectUris: [`${ISSUER}/sign-in/callback`],
    });
    const auth = await startAuth({ ...oidcConfig(provider), issuer: ISSUER });
    try {
      const device = createDevice(auth);
      const browser = browserFor(auth);
      const { signIn } = await begin(auth, device, { redirectUri: REDIRECT });
      const callback = `${ISSUER}/sign-in/callback`;
      const back = await browser.signIn(await browser.open(signIn.url), 'ada', callback);
      await provider.kill();
      expect((await browser.open(back.url, { stopAt: REDIRECT })).status).toBe(503);
      const answer = await device.enrol({ account: undefined as never, signIn: { id: signIn.id } });
      expect(code(answer)).toEqual([503, 'sign_in_unavailable']);
      // It comes back with other keys, which have to be fetched anew.
      await provider.restart();
      expect((await signInDevice(auth, 'ada', device)).status).toBe(201);
    } finally {
      await auth.stop();
      await provider.stop();
    }
  });
});

describe('a network that the provider does not accept', () => {
  it('tells the person, and the operators in health, that client id or secret are wrong', async () => {
    const provider = await startOidcProvider({
      people: PEOPLE,
      redirectUris: [`${ISSUER}/sign-in/callback`],
    });
    const auth = await startAuth({ ...oidcConfig(provider), issuer: ISSUER });
    await writeFile(provider.secretFile, 'not the secret\n');
    await auth.restart();
    try {
      const browser = browserFor(auth);
      const { signIn } = await begin(auth, createDevice(auth), { redirectUri: REDIRECT });
      const failed = await browser.signIn(await browser.open(signIn.url), 'ada', REDIRECT);
      expect([failed.status, failed.text]).toEqual([
        503,
        expect.stringMatching(/does not accept this network.*client id or secret/),
      ]);
      expect((await auth.get('/readyz')).body.checks).toContainEqual(
        expect.objectContaining({ name: 'provider', ok: false }),
      );
    } finally {
      await auth.stop();
      await provider.stop();
    }
  });
});

describe('a client without a secret', () => {
  it('signs people in by PKCE alone', async () => {
    const provider = await startOidcProvider({
      people: PEOPLE,
      redirectUris: [`${ISSUER}/sign-in/callback`],
      isPublic: true,
    });
    const { oidcClientSecretFile: _, ...config } = oidcConfig(provider);
    const auth = await startAuth({ ...config, issuer: ISSUER });
    try {
      expect((await signInDevice(auth, 'groupless')).body).toMatchObject({
        account: 'groupless',
        role: 'member',
      });
    } finally {
      await auth.stop();
      await provider.stop();
    }
  });
});

describe('settings that cannot be', () => {
  it.each([
    [{ oidcIssuer: 'https://login.example.org' }, /--oidc-client-id/],
    [{ oidcClientId: 'banyan' }, /--oidc-issuer/],
    [{ oidcIssuer: 'http://login.example.org', oidcClientId: 'banyan' }, /must be https/],
    [{ oidcIssuer: 'https://login.example.org/?a=1', oidcClientId: 'banyan' }, /no issuer URL/],
    [
      { oidcIssuer: 'https://login.example.org', oidcClientId: 'b', oidcClientSecretFile: '/nowhere/secret' },
      /--oidc-client-secret-file/,
    ],
  ])('end the start with their names: %j', async (config, words) => {
    await expect(startAuth(config)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringMatching(words),
    });
  });
});
