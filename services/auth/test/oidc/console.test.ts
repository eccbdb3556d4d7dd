import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import {
  createTestBrowser,
  startOidcProvider,
  type OidcProvider,
  type TestBrowser,
} from '@banyan/kit/testing';
import { startAuth, type AuthUnderTest } from '../harness.ts';
import { oidcConfig, signInDevice } from './oidc-harness.ts';

jest.setTimeout(120_000);

/** The provider must know where it sends browsers before auth listens there. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the console of a network with an OpenID Connect provider', () => {
  let provider: OidcProvider;
  let auth: AuthUnderTest;
  beforeAll(async () => {
    const port = await freePort();
    provider = await startOidcProvider({
      people: {
        olga: { groups: ['banyan-operators'] },
        mia: { groups: ['staff'] },
        stranger: { groups: ['banyan-operators'] },
      },
      redirectUris: [`http://localhost:${port}/sign-in/callback`],
    });
    auth = await startAuth({
      ...oidcConfig(provider),
      port,
      enrolment: 'closed',
      oidcOperatorGroups: ['banyan-operators'],
      oidcMemberGroups: ['staff'],
    });
    for (const person of ['olga', 'mia']) await signInDevice(auth, person);
  });
  afterAll(async () => {
    await auth?.stop();
    await provider?.stop();
  });

  const enter = async (person: string, browser: TestBrowser = createTestBrowser()) =>
    browser.signIn(await browser.open(`${auth.url}/sign-in/console`), person, `${auth.url}/console/`);
  const cookieHeader = (browser: TestBrowser): string =>
    [...(browser.cookies.get('localhost') ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');

  it('is entered by an operator of the provider, freshly', async () => {
    const browser = createTestBrowser();
    expect((await enter('olga', browser)).url).toBe(`${auth.url}/console/`);
    const session = await fetch(`${auth.url}/v1/console/session`, {
      headers: { cookie: cookieHeader(browser) },
    });
    expect(await session.json()).toMatchObject({
      ...{ account: 'olga', role: 'operator', hasPassword: false, signInName: 'Example University' },
    });
    // The provider is asked for a sign-in of the last five minutes.
    const again = createTestBrowser();
    const asked = await again.open(`${auth.url}/sign-in/console`, { stopAt: provider.issuer });
    expect(new URL(asked.url).searchParams.get('max_age')).toBe('300');
  });

  it('is closed to members, and to who has no account here; the page says so and leads back', async () => {
    for (const [person, words] of [
      ['mia', 'administers nothing'],
      ['stranger', 'no account in this network'],
    ] as const) {
      const browser = createTestBrowser();
      const page = await enter(person, browser);
      expect([page.status, page.text]).toEqual([403, expect.stringContaining(words)]);
      expect(page.text).toContain(`${auth.url}/console/`);
      expect(cookieHeader(browser)).not.toContain('banyan-console');
    }
  });

  it('is not entered by an answer that another browser got', async () => {
    const browser = createTestBrowser();
    const form = await browser.open(`${auth.url}/sign-in/console`);
    const answer = await browser.signIn(form, 'olga', `${auth.url}/sign-in/callback`);
    const other = createTestBrowser();
    const page = await other.open(answer.url);
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(cookieHeader(other)).not.toContain('banyan-console');
    // Nor twice by the right one.
    expect((await browser.open(answer.url, { stopAt: `${auth.url}/console/` })).url).toBe(
      `${auth.url}/console/`,
    );
    expect((await browser.open(answer.url)).status).toBeGreaterThanOrEqual(400);
  });
});
