import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { CONSOLE_FRESH_MS, type AuditEntry, type AuditResponse, type ConsoleSession } from '@banyan/proto';
import { checkAudit, createDpopProof, linkHash } from '@banyan/kit';
import { WebSocket } from 'ws';
import {
  createDevice,
  enrolMember,
  enrolOperator,
  PASSWORD,
  startAuth,
  type AuthUnderTest,
  type TestDevice,
} from './harness.ts';

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: any;
}

interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

let auth: AuthUnderTest;
let operator: TestDevice;

/** A call as a browser makes it, but with any headers: `fetch` would not let Host and Origin be chosen. */
function call(path: string, { method = 'GET', body, headers = {} }: Ask = {}): Promise<Reply> {
  const { port } = new URL(auth.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        ...{ host: '127.0.0.1', port, path, method },
        headers: {
          host: `localhost:${port}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = response.headers['content-type']?.includes('json') === true && text !== '';
          const parsed: unknown = isJson && !path.includes('export') ? JSON.parse(text) : text;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed });
        });
      },
    );
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const codeOf = ({ status, body }: Reply): [number, string | undefined] => [status, body.error?.code];

/** A browser that is signed in. */
interface Browser {
  readonly session: ConsoleSession;
  readonly cookie: string;
  readonly setCookie: string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  write(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

async function signIn(body: unknown): Promise<Browser> {
  const reply = await call('/v1/console/session', { method: 'POST', body, headers: { origin: auth.url } });
  if (reply.status !== 200) throw new Error(`not signed in: ${JSON.stringify(reply.body)}`);
  const setCookie = (reply.headers['set-cookie'] as string[])[0]!;
  const cookie = setCookie.split(';')[0]!;
  const session = reply.body as ConsoleSession;
  return {
    ...{ session, cookie, setCookie },
    get: (path, headers = {}) => call(path, { headers: { cookie, ...headers } }),
    write: (method, path, sent, headers = {}) =>
      call(path, {
        method,
        body: sent,
        headers: { cookie, origin: auth.url, [session.csrfHeader]: session.csrfToken, ...headers },
      }),
  };
}

async function codeFromLink(device: TestDevice): Promise<string> {
  const made = await device.call('POST', '/v1/console/links');
  expect(made.status).toBe(201);
  const url = new URL(made.body.url as string);
  expect(`${url.origin}${url.pathname}`).toBe(`${auth.url}/console/`);
  return url.hash.slice('#login='.length);
}

beforeAll(async () => {
  auth = await startAuth();
  operator = await enrolOperator(auth, 'olga');
});
afterAll(async () => {
  await auth.stop();
});

describe('signing in to the console', () => {
  it('takes the password of an operator, and gives a cookie that no script and no other site can use', async () => {
    const { session, setCookie } = await signIn({ account: 'olga', password: PASSWORD });
    expect(session).toMatchObject({
      account: 'olga',
      role: 'operator',
      network: 'Test network',
      hasList: true,
    });
    expect(setCookie).toMatch(
      /^banyan-console-[0-9a-f]{16}=.*; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    expect(session.csrfHeader).toBe(`x-banyan-csrf-${session.instance}`);
  });

  it('takes the code of a link once', async () => {
    const code = await codeFromLink(operator);
    const both = await Promise.allSettled([signIn({ code }), signIn({ code })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const again = await call('/v1/console/session', {
      method: 'POST',
      body: { code },
      headers: { origin: auth.url },
    });
    expect(codeOf(again)).toEqual([401, 'login_used']);
  });

  it('refuses a link that was not used within five minutes', async () => {
    const code = await codeFromLink(operator);
    auth.clock.shift(5 * 60_000 + 1);
    try {
      await expect(signIn({ code })).rejects.toThrow('login_used');
    } finally {
      auth.clock.shift(-(5 * 60_000 + 1));
    }
  });

  it('refuses members, wrong passwords and whoever is banned', async () => {
    const member = await enrolMember(auth, 'mia');
    const as = (account: string, password: string) =>
      call('/v1/console/session', {
        method: 'POST',
        body: { account, password },
        headers: { origin: auth.url },
      });
    expect(codeOf(await as('mia', PASSWORD))).toEqual([403, 'forbidden']);
    expect(codeOf(await as('olga', 'wrong horse battery'))).toEqual([401, 'bad_credentials']);
    expect(codeOf(await as('nobody', PASSWORD))).toEqual([401, 'bad_credentials']);
    const link = await member.call('POST', '/v1/console/links');
    expect([link.status, link.body.error.code]).toEqual([403, 'forbidden']);
  });

  it('survives a restart, and ends with the session, at every browser of an account whose password changed', async () => {
    const second = await enrolMember(auth, 'otto');
    await operator.call('PUT', '/v1/operator/accounts/otto/role', { role: 'operator', reason: 'helps' });
    const browser = await signIn({ account: 'otto', password: PASSWORD });
    await auth.restart();
    expect((await browser.get('/v1/console/session')).body).toEqual(browser.session);
    const other = await signIn({ account: 'otto', password: PASSWORD });
    const out = await browser.write('DELETE', '/v1/console/session');
    expect([out.status, String(out.headers['set-cookie'])]).toEqual([
      204,
      expect.stringContaining('Max-Age=0'),
    ]);
    expect(codeOf(await browser.get('/v1/console/session'))).toEqual([401, 'login_required']);
    expect((await other.get('/v1/console/session')).status).toBe(200);
    const changed = await second.call('PUT', '/v1/account/password', {
      password: PASSWORD,
      newPassword: 'another horse battery',
    });
    expect(changed.status).toBeLessThan(300);
    expect(codeOf(await other.get('/v1/console/session'))).toEqual([401, 'login_required']);
  });

  it('ends the session that the browser had, and uses no link of somebody else unasked', async () => {
    const before = await signIn({ account: 'olga', password: PASSWORD });
    const oscar = await enrolMember(auth, 'oscar');
    await operator.call('PUT', '/v1/operator/accounts/oscar/role', { role: 'viewer', reason: 'helps' });
    const code = await codeFromLink(oscar);
    const { accountId } = before.session;
    const swap = (body: unknown) => before.write('POST', '/v1/console/session', body);
    expect(codeOf(await swap({ code, accountId }))).toEqual([409, 'conflict']);
    expect((await before.get('/v1/console/session')).body.account).toBe('olga');
    const swapped = await swap({ code });
    expect([swapped.status, swapped.body.account]).toEqual([200, 'oscar']);
    expect(codeOf(await before.get('/v1/console/session'))).toEqual([401, 'login_required']);
    const again = await signIn({ account: 'olga', password: PASSWORD });
    const own = await again.write('POST', '/v1/console/session', {
      code: await codeFromLink(operator),
      accountId: again.session.accountId,
    });
    expect([own.status, own.body.account]).toEqual([200, 'olga']);
  });

  it('ends after twelve hours', async () => {
    const browser = await signIn({ account: 'olga', password: PASSWORD });
    auth.clock.shift(12 * 3600_000);
    try {
      expect(codeOf(await browser.get('/v1/console/session'))).toEqual([401, 'login_required']);
    } finally {
      auth.clock.shift(-12 * 3600_000);
    }
  });
});

describe('a call to the console', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await signIn({ account: 'olga', password: PASSWORD });
  });
  const invite = { uses: 1 };

  it('by another name is refused, whatever its cookie; the page says why', async () => {
    const { port } = new URL(auth.url);
    for (const host of [`evil.example:${port}`, 'localhost:1', 'localhost'])
      expect(codeOf(await browser.get('/v1/console/session', { host }))).toEqual([403, 'host_refused']);
    const page = await call('/console/', { headers: { host: 'evil.example' } });
    expect([page.status, page.body]).toEqual([403, expect.stringContaining('evil.example')]);
    const led = await call('/console/?a=b', { headers: { host: `127.0.0.1:${port}` } });
    expect([led.status, led.headers['location']]).toEqual([307, `${auth.url}/console/?a=b`]);
  });

  it('from another site is refused: foreign Origin, none for a write, cross-site reads, no or a wrong CSRF token', async () => {
    const foreign = { origin: 'https://evil.example' };
    expect(codeOf(await browser.write('POST', '/v1/invites', invite, foreign))).toEqual([
      403,
      'origin_refused',
    ]);
    expect(codeOf(await browser.get('/v1/console/session', foreign))).toEqual([403, 'origin_refused']);
    expect(codeOf(await browser.get('/v1/console/session', { 'sec-fetch-site': 'cross-site' }))).toEqual([
      403,
      'origin_refused',
    ]);
    const { cookie, session } = browser;
    const sent = { method: 'POST', body: invite };
    const csrf = { [session.csrfHeader]: session.csrfToken };
    const ask = (headers: Record<string, string>) =>
      call('/v1/invites', { ...sent, headers: { cookie, ...headers } });
    expect(codeOf(await ask(csrf))).toEqual([403, 'origin_refused']);
    expect(codeOf(await ask({ origin: auth.url }))).toEqual([403, 'origin_refused']);
    expect(codeOf(await ask({ origin: auth.url, [session.csrfHeader]: 'x' }))).toEqual([
      403,
      'origin_refused',
    ]);
    expect((await ask({ origin: auth.url, ...csrf })).status).toBe(201);
    // Signing in is a write as well: a foreign page must not sign its visitor in as somebody else.
    const login = await call('/v1/console/session', {
      method: 'POST',
      body: { account: 'olga', password: PASSWORD },
      headers: foreign,
    });
    expect(codeOf(login)).toEqual([403, 'origin_refused']);
  });

  it('with a session opens what operators may, and nothing that belongs to a device', async () => {
    expect((await browser.get('/v1/operator/accounts')).body.accounts.length).toBeGreaterThan(1);
    expect((await browser.get('/v1/operator/audit')).status).toBe(200);
    for (const path of ['/v1/account', '/v1/devices/x'])
      expect((await browser.get(path)).status).toBeGreaterThanOrEqual(400);
    expect(codeOf(await browser.get('/v1/account'))[0]).toBe(401);
    expect(codeOf(await call('/v1/operator/accounts'))[0]).toBe(401);
  });

  it('that is grave wants a sign-in of the last five minutes, and a password makes it fresh', async () => {
    const target = await enrolMember(auth, 'tom');
    const ban = { kind: 'device', id: target.key.deviceId, reason: 'spreads poison' };
    auth.clock.shift(CONSOLE_FRESH_MS);
    try {
      expect(codeOf(await browser.write('POST', '/v1/operator/revocations', ban))).toEqual([
        403,
        'stale_login',
      ]);
      // What is not grave goes on.
      expect((await browser.write('POST', '/v1/invites', invite)).status).toBe(201);
      const wrong = await browser.write('POST', '/v1/console/session/fresh', { password: 'wrong' });
      expect(codeOf(wrong)).toEqual([401, 'bad_credentials']);
      const fresh = await browser.write('POST', '/v1/console/session/fresh', { password: PASSWORD });
      expect([fresh.status, fresh.body.csrfToken]).toEqual([200, browser.session.csrfToken]);
      expect((await browser.write('POST', '/v1/operator/revocations', ban)).status).toBe(200);
    } finally {
      auth.clock.shift(-CONSOLE_FRESH_MS);
    }
    const bans = await browser.get('/v1/console/bans');
    expect(bans.body.bans).toEqual([
      expect.objectContaining({ kind: 'device', id: ban.id, reason: ban.reason, by: 'olga', until: null }),
    ]);
    await browser.write('POST', '/v1/operator/revocations', { ...ban, seconds: 0 });
    expect((await browser.get('/v1/console/bans')).body.bans).toEqual([]);
  });

  it('tells whom a ban would reach before anybody is banned', async () => {
    const target = await enrolMember(auth, 'una');
    const { body } = await browser.get('/v1/console/bans/impact?kind=account&id=una');
    expect(body).toMatchObject({
      account: 'una',
      devices: [{ deviceId: target.key.deviceId, name: 'laptop' }],
      supernodes: [],
      // The list of this test is at no address.
      areHostsKnown: false,
      isSelf: false,
      isBanned: false,
    });
    expect((await browser.get('/v1/console/bans/impact?kind=account&id=olga')).body.isSelf).toBe(true);
    expect(codeOf(await browser.get('/v1/console/bans/impact?kind=device&id=x'))).toEqual([
      400,
      'invalid_request',
    ]);
    expect((await target.tokenAnswer()).status).toBe(200);
  });

  it('of a viewer only looks', async () => {
    await enrolMember(auth, 'vera');
    await operator.call('PUT', '/v1/operator/accounts/vera/role', { role: 'viewer', reason: 'learns' });
    const viewer = await signIn({ account: 'vera', password: PASSWORD });
    expect((await viewer.get('/v1/console/audit?service=auth')).status).toBe(200);
    for (const path of ['/v1/console/bans', '/v1/operator/accounts'])
      expect(codeOf(await viewer.get(path))).toEqual([403, 'forbidden']);
    expect(codeOf(await viewer.write('POST', '/v1/invites', invite))).toEqual([403, 'forbidden']);
    // And at once no more when the role is taken.
    await operator.call('PUT', '/v1/operator/accounts/vera/role', { role: 'member', reason: 'left' });
    expect(codeOf(await viewer.get('/v1/console/session'))).toEqual([403, 'forbidden']);
  });
});

describe('a browser that a device’s link signed in', () => {
  const second = async (account: string, device = createDevice(auth)): Promise<TestDevice> => {
    expect((await device.enrol({ account, password: PASSWORD })).status).toBe(201);
    return device;
  };
  let first: TestDevice;
  beforeAll(async () => {
    first = await enrolMember(auth, 'dora');
    await operator.call('PUT', '/v1/operator/accounts/dora/role', { role: 'operator', reason: 'helps' });
  });
  const stateOf = async (browser: Browser) => codeOf(await browser.get('/v1/console/session'));

  it('is signed out when the device is removed, also when that is enrolled again; others stay', async () => {
    const lost = await second('dora');
    const byLost = await signIn({ code: await codeFromLink(lost) });
    const byFirst = await signIn({ code: await codeFromLink(first) });
    const byPassword = await signIn({ account: 'dora', password: PASSWORD });
    const unused = await codeFromLink(lost);
    expect((await first.call('DELETE', `/v1/devices/${lost.key.deviceId}`)).status).toBe(204);
    expect(await stateOf(byLost)).toEqual([401, 'login_required']);
    await expect(signIn({ code: unused })).rejects.toThrow('login_used');
    await second('dora', lost);
    expect(await stateOf(byLost)).toEqual([401, 'login_required']);
    for (const browser of [byFirst, byPassword]) expect(await stateOf(browser)).toEqual([200, undefined]);
  });

  it('is signed out, as all others of the account, when a device is reported stolen', async () => {
    const stolen = await second('dora');
    const browsers = [
      await signIn({ code: await codeFromLink(stolen) }),
      await signIn({ code: await codeFromLink(first) }),
      await signIn({ account: 'dora', password: PASSWORD }),
    ];
    const path = `/v1/devices/${stolen.key.deviceId}?stolen=true`;
    expect((await first.call('DELETE', path)).status).toBe(204);
    for (const browser of browsers) expect(await stateOf(browser)).toEqual([401, 'login_required']);
  });

  it('is refused while the device is banned', async () => {
    const device = await second('dora');
    const browser = await signIn({ code: await codeFromLink(device) });
    const ban = { kind: 'device', id: device.key.deviceId, reason: 'spreads poison' };
    const unused = await codeFromLink(device);
    await operator.call('POST', '/v1/operator/revocations', ban);
    expect(await stateOf(browser)).toEqual([403, 'token_revoked']);
    await expect(signIn({ code: unused })).rejects.toThrow('token_revoked');
    await operator.call('POST', '/v1/operator/revocations', { ...ban, seconds: 0 });
    expect(await stateOf(browser)).toEqual([200, undefined]);
  });

  it('goes on as it was, and fresh, when a link of its own account is opened in it; from then on it falls with that device', async () => {
    const device = await second('dora');
    const browser = await signIn({ account: 'dora', password: PASSWORD });
    const start = auth.clock.now();
    const ban = { kind: 'account', id: 'nobody-of-this-name', reason: 'x' };
    auth.clock.shift(CONSOLE_FRESH_MS);
    try {
      const stale = await browser.write('POST', '/v1/operator/revocations', ban);
      expect(codeOf(stale)).toEqual([403, 'stale_login']);
      const link = await browser.write('POST', '/v1/console/session', { code: await codeFromLink(device) });
      expect([link.status, link.body.csrfToken]).toEqual([200, browser.session.csrfToken]);
      expect(link.body.freshUntil).toBeGreaterThanOrEqual(start + 2 * CONSOLE_FRESH_MS);
      expect(link.body.expiresAt).toBeGreaterThan(browser.session.expiresAt);
      expect(String(link.headers['set-cookie'])).toContain(browser.cookie);
      // The tab that was there goes on with what it has.
      expect(codeOf(await browser.write('POST', '/v1/operator/revocations', ban))).not.toEqual(codeOf(stale));
    } finally {
      auth.clock.shift(-CONSOLE_FRESH_MS);
    }
    expect((await first.call('DELETE', `/v1/devices/${device.key.deviceId}`)).status).toBe(204);
    expect(await stateOf(browser)).toEqual([401, 'login_required']);
  });

  it('is signed out with all others of its account at its owner’s word, from a page or a device', async () => {
    const other = await signIn({ account: 'olga', password: PASSWORD });
    for (const from of ['page', 'device']) {
      const one = await signIn({ account: 'dora', password: PASSWORD });
      const two = await signIn({ code: await codeFromLink(first) });
      const ended = await (from === 'page'
        ? one.write('DELETE', '/v1/console/sessions')
        : first.call('DELETE', '/v1/console/sessions'));
      expect(ended.status).toBe(204);
      for (const browser of [one, two]) expect(await stateOf(browser)).toEqual([401, 'login_required']);
    }
    expect(await stateOf(other)).toEqual([200, undefined]);
  });
});

describe('the audit in the console', () => {
  it('is newest first, filtered by words, and says when the list is not in it', async () => {
    const browser = await signIn({ account: 'olga', password: PASSWORD });
    const { body } = await browser.get('/v1/console/audit?limit=200');
    // The list of this test is at no address.
    expect(body).toMatchObject({ isComplete: false, problem: expect.any(String) });
    const times = (body.entries as { at: number }[]).map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const found = await browser.get('/v1/console/audit?service=auth&q=poison%20olga');
    expect(found.body.problem).toBeNull();
    expect(found.body.entries.length).toBeGreaterThan(0);
    for (const entry of found.body.entries) expect(entry.reason).toBe('spreads poison');
  });

  it('is exported as lines of JSON and as CSV in which no cell is a formula', async () => {
    const browser = await signIn({ account: 'olga', password: PASSWORD });
    await enrolMember(auth, 'walt');
    await browser.write('PUT', '/v1/operator/accounts/walt/grants', {
      grants: ['load'],
      reason: '=HYPERLINK("http://evil")',
    });
    const csv = await browser.get('/v1/console/audit/export?format=csv&service=auth');
    expect(csv.headers['content-disposition']).toBe('attachment; filename="banyan-audit.csv"');
    expect(csv.body).toContain(`"'=HYPERLINK(""http://evil"")"`);
    const jsonl = await browser.get('/v1/console/audit/export?format=jsonl&service=auth');
    const ids = (jsonl.body as string)
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids.length).toBeGreaterThan(3);
    expect(ids).toEqual([...ids].sort());
  });

  it('is a chain, whose hashes are in the files, and which is checked with names that are not in it', async () => {
    const browser = await signIn({ account: 'olga', password: PASSWORD });
    // Also what was written while a test had the clock of auth ahead: unless it is said, an export ends at the time of now.
    const exported = async (format: string): Promise<string> => {
      const until = Date.now() + 2 * CONSOLE_FRESH_MS;
      const path = `/v1/console/audit/export?format=${format}&service=auth&until=${until}`;
      return (await browser.get(path)).body as string;
    };
    const linesOf = async (): Promise<AuditEntry[]> =>
      (await exported('jsonl'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as AuditEntry);
    // Entries are linked seconds after they are written.
    let lines = await linesOf();
    while (lines.some(({ chain }) => chain === undefined)) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      lines = await linesOf();
    }
    const { body } = await browser.get('/v1/console/audit/check');
    expect(body.problem).toEqual(expect.any(String));
    expect(body.checks).toMatchObject([
      { service: 'auth', state: 'whole', linked: lines.length, waiting: 0, breakCount: 0 },
    ]);
    expect(lines.some(({ by }) => 'name' in by && by.name === 'olga')).toBe(true);
    for (const entry of lines) expect(linkHash(entry, entry.chain!)).toBe(entry.chain!.hash);
    expect(await exported('csv')).toContain(`"${body.checks[0].head.hash}"`);
    // Whoever checks by the API computes all of it too.
    const page = (await browser.get('/v1/operator/audit?limit=500')).body as AuditResponse;
    expect(await checkAudit('auth', () => Promise.resolve(page), [lines[0]!.chain!.hash])).toMatchObject({
      state: 'whole',
      found: [{ n: lines[0]!.chain!.n }],
    });
  });
});

describe('the live view of the console', () => {
  const open = (headers: Record<string, string>, path = '/v1/console/live') =>
    new WebSocket(`${auth.url.replace('http', 'ws')}${path}`, 'banyan-live.v1', { headers });
  const refusal = (socket: WebSocket) =>
    new Promise<number>((resolve, reject) => {
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      socket.on('open', () => reject(new Error('it was let in')));
      socket.on('error', () => undefined);
    });

  it('is for signed-in pages of this console alone', async () => {
    const { cookie } = await signIn({ account: 'olga', password: PASSWORD });
    expect(await refusal(open({ origin: auth.url }))).toBe(401);
    expect(await refusal(open({ cookie }))).toBe(403);
    expect(await refusal(open({ cookie, origin: 'http://evil.example' }))).toBe(403);
    expect(await refusal(open({ cookie, origin: auth.url, host: 'evil.example' }))).toBe(403);
    expect(await refusal(open({ cookie, origin: auth.url }, '/elsewhere'))).toBe(404);
  });

  it('shows the network, says that the list is away, and ends with the session', async () => {
    const browser = await signIn({ account: 'olga', password: PASSWORD });
    const socket = open({ cookie: browser.cookie, origin: auth.url });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    const frame = new Promise<any>((resolve) =>
      socket.on('message', (data) => resolve(JSON.parse((data as Buffer).toString()))),
    );
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send(JSON.stringify({ type: 'view.open', view: 1, topic: 'glance', first: 0, count: 1 }));
    expect(await frame).toMatchObject({
      type: 'view.rows',
      topic: 'glance',
      total: 1,
      rows: [{ leaves: 0, alerts: [{ code: 'list_away', isGrave: true }] }],
    });
    const { cookie } = await signIn({ account: 'olga', password: PASSWORD });
    const other = open({ cookie, origin: auth.url });
    await new Promise((resolve) => other.on('open', resolve));
    await browser.write('DELETE', '/v1/console/session');
    // At once: whoever signs in at that browser next does not get what this socket shows.
    expect(await closed).toBe(4401);
    expect(other.readyState).toBe(other.OPEN);
    other.terminate();
  }, 60_000);

  it('says of hosts that nothing is known of them while the list has said nothing', async () => {
    const { cookie } = await signIn({ account: 'olga', password: PASSWORD });
    const socket = open({ cookie, origin: auth.url });
    const frames: any[] = [];
    const all = new Promise<void>((resolve) =>
      socket.on('message', (data) => {
        frames.push(JSON.parse((data as Buffer).toString()));
        if (new Set(frames.map(({ view }) => view as number)).size === 4) resolve();
      }),
    );
    await new Promise((resolve) => socket.on('open', resolve));
    for (const [i, topic] of ['supernodes', 'candidates', 'map', 'host'].entries())
      socket.send(
        JSON.stringify({ type: 'view.open', view: i + 1, topic, first: 0, count: 9, params: { id: 'x' } }),
      );
    await all;
    for (const frame of frames)
      expect(frame).toMatchObject({
        ...{ type: 'view.rows', at: 0, total: 0, rows: [] },
        problem: { code: 'list_away', isGrave: true },
      });
    socket.terminate();
  });

  it('shows accounts to operators alone, by name, filtered, and what was changed at the next look', async () => {
    for (const name of ['zoe', 'yann']) await enrolMember(auth, name);
    const browser = await signIn({ account: 'olga', password: PASSWORD });
    const frames: any[] = [];
    const shown = async (cookie: string, view: object): Promise<WebSocket> => {
      const socket = open({ cookie, origin: auth.url });
      socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString())));
      await new Promise((resolve) => socket.on('open', resolve));
      socket.send(JSON.stringify({ type: 'view.open', topic: 'accounts', first: 0, count: 2, ...view }));
      return socket;
    };
    const next = async (isIt: (frame: any) => boolean): Promise<any> => {
      for (;;) {
        const found = frames.find(isIt);
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const socket = await shown(browser.cookie, { view: 1, params: { filter: 'member', order: 'name' } });
    const { rows, total } = await next(({ view }) => view === 1);
    expect(total).toBeGreaterThanOrEqual(2);
    expect(rows).toHaveLength(2);
    socket.send(JSON.stringify({ type: 'view.range', view: 1, first: total - 2, count: 2 }));
    const last = await next(({ first }) => first === total - 2);
    expect(last.rows.map(({ account }: any) => account)).toEqual(['yann', 'zoe']);
    expect(last.rows[1]).toEqual({
      ...{ accountId: expect.any(String), account: 'zoe', role: 'member', devices: 1 },
      createdAt: expect.any(Number),
    });
    await operator.call('PUT', '/v1/operator/accounts/zoe/role', { role: 'viewer', reason: 'learns' });
    await next((frame) => frame.view === 1 && frame.total === total - 1);
    const viewer = await signIn({ account: 'zoe', password: PASSWORD });
    const other = await shown(viewer.cookie, { view: 2 });
    expect(await next(({ view }) => view === 2)).toMatchObject({ type: 'view.error', code: 'forbidden' });
    socket.close();
    other.close();
  }, 60_000);

  it('refuses what is no command, and more views than a page needs', async () => {
    const { cookie } = await signIn({ account: 'olga', password: PASSWORD });
    const socket = open({ cookie, origin: auth.url });
    const frames: any[] = [];
    socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString())));
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    for (let view = 1; view <= 9; view += 1)
      socket.send(
        JSON.stringify({ type: 'view.open', view, topic: 'host', first: 0, count: 1, params: { id: 'x' } }),
      );
    socket.send('no command');
    expect(await closed).toBe(4400);
    expect(frames).toContainEqual(expect.objectContaining({ view: 9, code: 'limit_exceeded' }));
  });

  it('gives a window that moves without end no frame for each move', async () => {
    const { cookie } = await signIn({ account: 'olga', password: PASSWORD });
    const socket = open({ cookie, origin: auth.url });
    const firsts: number[] = [];
    const moved = new Promise<void>((resolve) =>
      socket.on('message', (data) => {
        const { first } = JSON.parse((data as Buffer).toString()) as { first: number };
        firsts.push(first);
        if (first === 60) resolve();
      }),
    );
    await new Promise((resolve) => socket.on('open', resolve));
    const command = (sent: object): void => socket.send(JSON.stringify({ view: 1, count: 50, ...sent }));
    command({ type: 'view.open', topic: 'supernodes', first: 0 });
    for (let first = 1; first <= 60; first += 1) command({ type: 'view.range', first });
    await moved;
    expect(firsts.length).toBeLessThan(20);
    socket.terminate();
  });

  it('is open in some tabs of a browser, not in all that a program can open', async () => {
    const one = await signIn({ account: 'olga', password: PASSWORD });
    const sockets = Array.from({ length: 16 }, () => open({ cookie: one.cookie, origin: auth.url }));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('open', resolve))));
    expect(await refusal(open({ cookie: one.cookie, origin: auth.url }))).toBe(503);
    const other = open({
      cookie: (await signIn({ account: 'olga', password: PASSWORD })).cookie,
      origin: auth.url,
    });
    await new Promise((resolve) => other.on('open', resolve));
    for (const socket of [...sockets, other]) socket.terminate();
  });
});

describe('guessing passwords', () => {
  it('with many names from one address is stopped at every route that takes one', async () => {
    const alone = await startAuth();
    try {
      await enrolOperator(alone, 'olga');
      const console_ = (account: string, password: string) =>
        fetch(`${alone.url}/v1/console/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: alone.url },
          body: JSON.stringify({ account, password }),
        });
      // Right ones are no guesses, however many there are.
      for (let i = 0; i < 12; i += 1) expect((await console_('olga', PASSWORD)).status).toBe(200);
      // As many at once as auth hashes without turning callers away.
      for (let from = 0; from < 100; from += 50) {
        const guesses = Array.from({ length: 50 }, (_, i) => console_(`name-${from + i}`, 'summer of 2026'));
        for (const { status } of await Promise.all(guesses)) expect(status).toBe(401);
      }
      const refused = await console_('olga', PASSWORD);
      expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
      const device = createDevice(alone);
      const enrolled = await device.enrol({ account: 'olga', password: PASSWORD });
      expect(enrolled.status).toBe(429);
      const recovery = `${alone.url}/v1/account/recovery`;
      const dpop = await createDpopProof(device.key, { method: 'POST', url: recovery, clock: alone.clock });
      const recovered = await fetch(recovery, {
        method: 'POST',
        headers: { 'content-type': 'application/json', dpop },
        body: JSON.stringify({ account: 'olga', password: PASSWORD }),
      });
      expect(recovered.status).toBe(429);
      alone.clock.shift(15 * 60_000);
      expect((await console_('olga', PASSWORD)).status).toBe(200);
    } finally {
      await alone.stop();
    }
  }, 60_000);
});

describe('the console without a list', () => {
  it('says that auth was given none', async () => {
    const alone = await startAuth({ listUrls: [] });
    try {
      await enrolOperator(alone, 'olga');
      const reply = await fetch(`${alone.url}/v1/console/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: alone.url },
        body: JSON.stringify({ account: 'olga', password: PASSWORD }),
      });
      expect(((await reply.json()) as ConsoleSession).hasList).toBe(false);
      const cookie = reply.headers.get('set-cookie')!.split(';')[0]!;
      const policy = await fetch(`${alone.url}/v1/console/policy`, { headers: { cookie } });
      expect([policy.status, await policy.json()]).toEqual([
        404,
        { error: expect.objectContaining({ message: expect.stringContaining('--list-urls') }) },
      ]);
    } finally {
      await alone.stop();
    }
  });
});
