import type { SignInResponse } from '@banyan/proto';
import { createDpopProof } from '@banyan/kit';
import { createTestBrowser, type OidcProvider, type TestBrowser } from '@banyan/kit/testing';
import type { AuthConfig } from '../../src/index.ts';
import { createDevice, type Answer, type AuthUnderTest, type TestDevice } from '../harness.ts';

/** The page of a peer, which is never asked: the test looks at where the browser would go. */
export const REDIRECT = 'http://localhost:7780/';

export const code = (answer: Answer): unknown[] => [
  answer.status,
  answer.body.error?.code ?? answer.body.banyan_code,
];

/** Settings of an auth service that trusts `provider`. */
export function oidcConfig(provider: OidcProvider): Partial<AuthConfig> {
  return {
    oidcIssuer: provider.issuer,
    oidcClientId: provider.clientId,
    oidcClientSecretFile: provider.secretFile,
    oidcName: 'Example University',
  };
}

/** Begins a sign-in as a device's program would. */
export async function begin(
  auth: AuthUnderTest,
  device: TestDevice,
  body: Record<string, unknown> = {},
): Promise<Answer & { readonly signIn: SignInResponse }> {
  const url = `${auth.url}/v1/sign-ins`;
  const response = await fetch(`${auth.base}/v1/sign-ins`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      dpop: await createDpopProof(device.key, { method: 'POST', url, clock: auth.clock }),
    },
    body: JSON.stringify({ deviceName: 'laptop', ...body }),
  });
  const answer = (await response.json()) as any;
  return { status: response.status, headers: response.headers, body: answer, signIn: answer };
}

/** A browser that finds `auth` also when its issuer is another name. */
export const browserFor = (auth: AuthUnderTest): TestBrowser =>
  createTestBrowser((url) => (url.startsWith(auth.url) ? `${auth.base}${url.slice(auth.url.length)}` : url));

/** Goes through a whole sign-in with a redirect. @returns what the page of the peer would be given */
export async function throughRedirect(
  auth: AuthUnderTest,
  device: TestDevice,
  person: string,
  browser: TestBrowser = browserFor(auth),
): Promise<{ readonly id: string; readonly code: string; readonly query: URLSearchParams }> {
  const { signIn } = await begin(auth, device, { redirectUri: REDIRECT, state: 'a-state' });
  const login = await browser.open(signIn.url, { stopAt: REDIRECT });
  const back = login.url.startsWith(REDIRECT) ? login : await browser.signIn(login, person, REDIRECT);
  if (!back.url.startsWith(REDIRECT)) throw new Error(`HTTP ${back.status} ${back.url}\n${back.text}`);
  const query = new URL(back.url).searchParams;
  return { id: signIn.id, code: query.get('code') ?? '', query };
}

/** Signs a new device in as `person`. */
export async function signInDevice(
  auth: AuthUnderTest,
  person: string,
  device: TestDevice = createDevice(auth),
): Promise<Answer & { readonly device: TestDevice }> {
  const { id, code } = await throughRedirect(auth, device, person);
  return { ...(await device.enrol({ account: undefined as never, signIn: { id, code } })), device };
}
