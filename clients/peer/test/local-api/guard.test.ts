import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createManualClock } from '@banyan/kit';
import { call, openLive, randomSecret, startDaemon, stopAll } from './harness.ts';

afterEach(stopAll);

const DAY = 24 * 3600 * 1000;

describe('the name by which the peer is called', () => {
  it('refuses a foreign name with a page that says which it was, and the API with an error', async () => {
    const daemon = await startDaemon();
    for (const host of [
      'evil.example',
      `evil.example:${daemon.port}`,
      'localhost',
      `localhost:${daemon.port + 1}`,
      `localhost.evil.example:${daemon.port}`,
      `LOCALHOST:${daemon.port}`,
    ]) {
      const page = await daemon.call({ path: '/', headers: { host } });
      expect([host, page.status]).toEqual([host, 403]);
      expect(page.text).toContain(host);
      const api = await daemon.call({
        path: '/api/v1/status',
        headers: { host, authorization: `Bearer ${daemon.token}` },
      });
      expect([host, api.status, api.code]).toEqual([host, 403, 'host_refused']);
      expect((await daemon.call({ path: '/metrics', headers: { host } })).status).toBe(403);
    }
  });

  it('escapes the wrong name on its page', async () => {
    const daemon = await startDaemon();
    const page = await daemon.call({ path: '/', headers: { host: '<script>alert(1)</script>' } });
    expect(page.status).toBe(403);
    expect(page.text).not.toContain('<script');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('leads 127.0.0.1 and [::1] on to localhost, but not for the API', async () => {
    const daemon = await startDaemon();
    for (const host of [`127.0.0.1:${daemon.port}`, `[::1]:${daemon.port}`]) {
      const page = await daemon.call({ path: '/downloads?x=1', headers: { host } });
      expect(page.status).toBe(307);
      expect(page.headers['location']).toBe(`${daemon.origin}/downloads?x=1`);
      const { cookie } = await daemon.signIn();
      const api = await daemon.call({ path: '/api/v1/status', headers: { host, cookie } });
      expect([api.status, api.code]).toEqual([403, 'host_refused']);
      const program = await daemon.call({
        path: '/api/v1/status',
        headers: { host, authorization: `Bearer ${daemon.token}` },
      });
      expect(program.status).toBe(200);
      expect((await daemon.call({ path: '/healthz', headers: { host } })).status).toBe(200);
    }
  });

  it('is bound on both loopback addresses', async () => {
    const daemon = await startDaemon();
    const answers = await Promise.all(
      ['127.0.0.1', '::1'].map((connectTo) =>
        daemon.call({ path: '/healthz', connectTo }).catch((error: unknown) => {
          // A machine without IPv6 has only the first.
          if (connectTo === '::1' && /EADDRNOTAVAIL|ENETUNREACH/.test(String(error))) return { status: 200 };
          throw error;
        }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
  });
});

describe('the origin of a call', () => {
  it('refuses other origins on writes and reads, whatever they carry', async () => {
    const daemon = await startDaemon();
    const { cookie, csrf } = await daemon.signIn();
    for (const origin of [
      'http://evil.example',
      `http://localhost:${daemon.port + 1}`,
      `https://localhost:${daemon.port}`,
      `http://127.0.0.1:${daemon.port}`,
      `${daemon.origin}.evil.example`,
      'null',
    ]) {
      for (const auth of [{ cookie, ...csrf }, { authorization: `Bearer ${daemon.token}` }]) {
        const write = await daemon.call({
          method: 'POST',
          path: '/api/v1/searches',
          headers: { origin, ...auth },
          body: { query: 'oak' },
        });
        expect([origin, write.status, write.code]).toEqual([origin, 403, 'origin_refused']);
      }
      const read = await daemon.call({ path: '/api/v1/status', headers: { origin, cookie } });
      expect([origin, read.code]).toEqual([origin, 'origin_refused']);
    }
    expect(daemon.rooms.calls).toEqual([]);
  });

  it('lets a write without an origin in only with the token', async () => {
    const daemon = await startDaemon();
    const { cookie, csrf } = await daemon.signIn();
    const write = { method: 'POST', path: '/api/v1/searches', body: { query: 'oak' } };
    expect((await daemon.call({ ...write, headers: { cookie, ...csrf } })).code).toBe('origin_refused');
    expect((await daemon.call(write)).code).toBe('origin_refused');
    expect(daemon.rooms.calls).toEqual([]);
    const program = await daemon.call({ ...write, headers: { authorization: `Bearer ${daemon.token}` } });
    expect(program.status).toBe(201);
    expect(daemon.rooms.calls).toEqual(['search oak']);
  });

  it('refuses a read that the browser says comes from another site', async () => {
    const daemon = await startDaemon();
    const { cookie } = await daemon.signIn();
    for (const site of ['cross-site', 'same-site']) {
      const read = await daemon.call({
        path: '/api/v1/status',
        headers: { cookie, 'sec-fetch-site': site },
      });
      expect([site, read.code]).toEqual([site, 'origin_refused']);
    }
    const own = await daemon.call({
      path: '/api/v1/status',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect(own.status).toBe(200);
  });

  it('answers no preflight and sends no CORS header', async () => {
    const daemon = await startDaemon();
    const { cookie } = await daemon.signIn();
    const preflight = await daemon.call({
      method: 'OPTIONS',
      path: '/api/v1/searches',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBeGreaterThanOrEqual(400);
    const read = await daemon.call({ path: '/api/v1/status', headers: { origin: daemon.origin, cookie } });
    expect(read.status).toBe(200);
    for (const answer of [preflight, read])
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('signing in', () => {
  it('swaps a code once for a cookie that scripts and other sites cannot use', async () => {
    const daemon = await startDaemon();
    const code = await daemon.code();
    const login = (given: string) =>
      daemon.call({
        method: 'POST',
        path: '/api/v1/session',
        headers: { origin: daemon.origin },
        body: { code: given },
      });
    const first = await login(code);
    expect(first.status).toBe(200);
    const instance = (first.json as { instance: string }).instance;
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(new RegExp(`^banyan-${instance}=[\\w-]{43}; `));
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect((first.json as { csrfHeader: string }).csrfHeader).toContain(instance);
    const again = await login(code);
    expect([again.status, again.code]).toEqual([401, 'login_used']);
    expect((await login(randomSecret())).code).toBe('login_used');
  });

  it('gives a code to one of two who use it at once', async () => {
    const daemon = await startDaemon();
    const code = await daemon.code();
    const answers = await Promise.allSettled([daemon.signIn(code), daemon.signIn(code)]);
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
  });

  it('refuses a code from another page, and leaves it good', async () => {
    const daemon = await startDaemon();
    const code = await daemon.code();
    for (const headers of [{ origin: 'http://evil.example' }, {}]) {
      const answer = await daemon.call({ method: 'POST', path: '/api/v1/session', headers, body: { code } });
      expect(answer.code).toBe('origin_refused');
    }
    await daemon.signIn(code);
  });

  it('refuses a code that is too old', async () => {
    const clock = createManualClock();
    const daemon = await startDaemon({ clock });
    const early = await daemon.code();
    await clock.advance(DAY - 1_000);
    await daemon.signIn(early);
    const late = await daemon.code();
    await clock.advance(DAY + 1_000);
    await expect(daemon.signIn(late)).rejects.toThrow('login_used');
  });

  it('needs the CSRF header of this session for each write', async () => {
    const daemon = await startDaemon();
    const one = await daemon.signIn();
    const other = await daemon.signIn();
    const write = (headers: Record<string, string>) =>
      daemon.call({
        method: 'POST',
        path: '/api/v1/downloads/d1/pause',
        headers: { origin: daemon.origin, ...headers },
      });
    expect((await write({ cookie: one.cookie })).code).toBe('origin_refused');
    expect((await write({ cookie: one.cookie, ...other.csrf })).code).toBe('origin_refused');
    expect((await write({ ...one.csrf })).code).toBe('login_required');
    expect(daemon.rooms.calls).toEqual([]);
    expect((await write({ cookie: one.cookie, ...one.csrf })).status).toBe(200);
    expect(daemon.rooms.calls).toEqual(['pause d1']);
  });

  it('asks for a sign-in without a session, and refuses a wrong token', async () => {
    const daemon = await startDaemon();
    expect((await daemon.call({ path: '/api/v1/status' })).code).toBe('login_required');
    expect((await daemon.call({ path: '/api/v1/session' })).code).toBe('login_required');
    for (const authorization of [
      `Bearer ${randomSecret()}`,
      'Bearer ',
      'Basic YTpi',
      `Bearer ${daemon.token}x`,
    ]) {
      const answer = await daemon.call({ path: '/api/v1/status', headers: { authorization } });
      expect([authorization.length, answer.status, answer.code]).toEqual([
        authorization.length,
        401,
        'unauthenticated',
      ]);
    }
  });

  it('signs out: the cookie is worth nothing then', async () => {
    const daemon = await startDaemon();
    const { cookie, csrf } = await daemon.signIn();
    const headers = { origin: daemon.origin, cookie, ...csrf };
    expect((await daemon.call({ method: 'DELETE', path: '/api/v1/session', headers })).status).toBe(204);
    expect((await daemon.call({ path: '/api/v1/status', headers: { cookie } })).code).toBe('login_required');
  });

  it('leaves making login links and stopping to programs', async () => {
    const daemon = await startDaemon();
    const { cookie, csrf } = await daemon.signIn();
    for (const path of ['/api/v1/login-links', '/api/v1/stop']) {
      const page = await daemon.call({
        method: 'POST',
        path,
        headers: { origin: daemon.origin, cookie, ...csrf },
      });
      expect([path, page.status, page.code]).toEqual([path, 403, 'forbidden']);
    }
    expect(daemon.stops).toBe(0);
    const headers = { authorization: `Bearer ${daemon.token}` };
    const link = await daemon.call({ method: 'POST', path: '/api/v1/login-links', headers });
    const url = (link.json as { url: string }).url;
    expect(url.startsWith(`${daemon.origin}/#login=`)).toBe(true);
    await daemon.signIn(url.split('#login=')[1]);
    expect((await daemon.call({ method: 'POST', path: '/api/v1/stop', headers })).status).toBe(202);
    await new Promise((resolve) => setImmediate(resolve));
    expect(daemon.stops).toBe(1);
  });

  it('limits how often codes are tried', async () => {
    const daemon = await startDaemon();
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 31; i += 1) {
      const answer = await daemon.call({
        method: 'POST',
        path: '/api/v1/session',
        headers: { origin: daemon.origin },
        body: { code: 'guess' },
      });
      codes.push(answer.code);
    }
    expect(codes.slice(0, 30)).toEqual(new Array(30).fill('login_used'));
    expect(codes[30]).toBe('rate_limited');
  });
});

describe('a browser that was given a session by somebody else', () => {
  it('gets a session of its own when it signs in, and its old cookie gains nothing', async () => {
    const daemon = await startDaemon();
    const first = await daemon.signIn();
    const second = await daemon.signIn();
    expect(second.cookie).not.toBe(first.cookie);
    expect(second.csrf).not.toEqual(first.csrf);
    // A cookie that nobody was given is no session, whatever it says.
    const [name] = first.cookie.split('=');
    const made = await daemon.call({
      path: '/api/v1/status',
      headers: { cookie: `${name}=chosen-by-an-attacker` },
    });
    expect(made.code).toBe('login_required');
  });
});

describe('what is kept', () => {
  it('keeps sessions and unused codes over a restart; used codes stay used, the token is a new one', async () => {
    const first = await startDaemon();
    const { cookie, csrf } = await first.signIn();
    const [used, unused] = [await first.code(), await first.code()];
    await first.signIn(used);
    await first.stop();
    const second = await startDaemon({ dataDir: first.dataDir, port: first.port });
    expect((await second.call({ path: '/api/v1/session', headers: { cookie } })).json).toMatchObject({
      csrfToken: Object.values(csrf)[0],
    });
    const write = await second.call({
      method: 'POST',
      path: '/api/v1/downloads/d1/pause',
      headers: { origin: second.origin, cookie, ...csrf },
    });
    expect(write.status).toBe(200);
    await expect(second.signIn(used)).rejects.toThrow('login_used');
    await second.signIn(unused);
    expect(second.token).not.toBe(first.token);
    const old = await second.call({
      path: '/api/v1/status',
      headers: { authorization: `Bearer ${first.token}` },
    });
    expect(old.code).toBe('unauthenticated');
  });

  it('writes no secret in the clear, for its owner only, and removes the token at a clean stop', async () => {
    const daemon = await startDaemon();
    const code = await daemon.code();
    const { cookie, csrf } = await daemon.signIn();
    const kept = await readFile(join(daemon.dataDir, 'logins.json'), 'utf8');
    for (const secret of [code, cookie.split('=')[1] ?? '?', Object.values(csrf)[0] ?? '?', daemon.token])
      expect(kept).not.toContain(secret);
    for (const file of ['logins.json', 'local-api.json'])
      expect([file, (await stat(join(daemon.dataDir, file))).mode & 0o777]).toEqual([file, 0o600]);
    await daemon.stop();
    await expect(stat(join(daemon.dataDir, 'local-api.json'))).rejects.toThrow('ENOENT');
  });

  it('starts with a damaged file of logins: everybody signs in again', async () => {
    const first = await startDaemon();
    const { cookie } = await first.signIn();
    await first.stop();
    await writeFile(join(first.dataDir, 'logins.json'), '{"instance":');
    const second = await startDaemon({ dataDir: first.dataDir, port: first.port });
    expect((await second.call({ path: '/api/v1/status', headers: { cookie } })).code).toBe('login_required');
    await second.signIn();
  });
});

describe('the live socket', () => {
  it('opens for our page and for programs, and for nobody else', async () => {
    const daemon = await startDaemon();
    const { cookie } = await daemon.signIn();
    const { origin } = daemon;
    const bearer = { authorization: `Bearer ${daemon.token}` };
    const refused = async (
      status: number,
      headers: Record<string, string>,
      init: Parameters<typeof openLive>[2] = {},
    ): Promise<void> => {
      await expect(openLive(daemon, headers, init)).rejects.toThrow(`HTTP ${status}`);
    };
    await refused(403, { cookie, origin: 'http://evil.example' });
    await refused(403, { cookie, origin: `http://localhost:${daemon.port + 1}` });
    await refused(403, { ...bearer, origin: 'http://evil.example' });
    await refused(403, { cookie });
    await refused(401, { origin });
    await refused(403, { cookie, origin }, { host: `evil.example:${daemon.port}` });
    await refused(403, { cookie, origin }, { host: `127.0.0.1:${daemon.port}` });
    await refused(426, { cookie, origin }, { protocol: 'other.v1' });
    await refused(404, { cookie, origin }, { path: '/api/v1/other' });
    (await openLive(daemon, { cookie, origin })).close();
    (await openLive(daemon, bearer)).close();
  });

  it('ends with its session, and when the daemon stops', async () => {
    const daemon = await startDaemon();
    const { cookie, csrf } = await daemon.signIn();
    const { origin } = daemon;
    const other = await daemon.signIn();
    const [page, second] = await Promise.all([
      openLive(daemon, { cookie, origin }),
      openLive(daemon, { cookie: other.cookie, origin }),
    ]);
    await daemon.call({ method: 'DELETE', path: '/api/v1/session', headers: { origin, cookie, ...csrf } });
    expect(await page.closed).toEqual({ code: 4401, reason: 'login_required' });
    await daemon.stop();
    expect(await second.closed).toEqual({ code: 1001, reason: 'shutting_down' });
  });
});

describe('the page', () => {
  it('is served with a strict policy, hashed files for ever, and index.html for its own paths', async () => {
    const daemon = await startDaemon();
    for (const path of ['/', '/downloads', '/search/oak']) {
      const page = await daemon.call({ path });
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.text).toContain('<title>Banyan</title>');
      expect(page.headers['cache-control']).toBe('no-cache');
      expect(page.headers['content-security-policy']).toContain(
        `connect-src 'self' ws://localhost:${daemon.port};`,
      );
      expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
      // What it plays comes from the gateway, and from nowhere else.
      expect(page.headers['content-security-policy']).toContain('; media-src http://127.0.0.1:9;');
      expect(page.headers['x-content-type-options']).toBe('nosniff');
    }
    const script = await daemon.call({ path: '/assets/index-1234.js' });
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(script.headers['content-type']).toContain('javascript');
    const { etag } = script.headers;
    const again = await daemon.call({
      path: '/assets/index-1234.js',
      headers: { 'if-none-match': String(etag) },
    });
    expect([again.status, again.text]).toEqual([304, '']);
    const head = await daemon.call({ path: '/', method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    const missing = await daemon.call({ path: '/assets/gone.js' });
    expect([missing.status, missing.headers['cache-control']]).toEqual([404, 'no-store']);
    expect((await daemon.call({ path: '/api/v1/nothing' })).code).toBe('not_found');
  });

  it('serves nothing outside its folder', async () => {
    const daemon = await startDaemon();
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt',
      '/..%5csecret.txt',
      '/%00.txt',
      '/%ff.txt',
      '//secret.txt',
    ]) {
      const answer = await call(daemon.port, { path });
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
      expect(answer.text).not.toContain('not for the page');
    }
  });
});
