import Value from 'typebox/value';
import { BanyanError, errorFromBody, IssuerMetadata, toBanyanError } from '@banyan/proto';
import { readJson, type ServiceFetch } from '../tls/service-fetch.ts';

const WELL_KNOWN = '/.well-known/oauth-authorization-server';

/**
 * The one spelling of a network's URL: no query, no fragment, no slash at the end.
 *
 * @throws BanyanError `invalid_config` when `text` is no http(s) URL
 */
export function normalizeIssuerUrl(text: string): string {
  let url: URL | undefined;
  try {
    url = new URL(text.trim());
  } catch {
    url = undefined;
  }
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new BanyanError(
      'invalid_config',
      `The network URL "${text.slice(0, 200)}" cannot be used. It looks like https://auth.example.org, without query or user name.`,
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Where RFC 8414 puts the metadata of `issuer`: the well-known part goes before its path (section 3.1). */
export function metadataUrl(issuer: string): string {
  const url = new URL(issuer);
  return url.origin + WELL_KNOWN + url.pathname.replace(/\/+$/, '');
}

/**
 * Fetches and checks the metadata of `issuer` (RFC 8414).
 *
 * The answer must name exactly the issuer that was asked (section 3.3), and keep tokens, keys and revocations at its own
 * origin, since only that is covered by the pin.
 *
 * @throws BanyanError `wrong_service` with what is wrong, `unavailable`, and whatever `fetch` throws
 */
export async function fetchIssuerMetadata(
  fetch: ServiceFetch,
  issuer: string,
  signal?: AbortSignal,
): Promise<IssuerMetadata> {
  const response = await fetch(metadataUrl(issuer), {
    headers: { accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.status >= 500 || response.status === 429) {
    const body = await readJson(response).catch(() => undefined);
    const said = errorFromBody(body, 'unavailable');
    throw new BanyanError(
      'unavailable',
      `The auth service ${issuer} is not available just now: ${said.message}`,
      { cause: said },
    );
  }
  if (response.status !== 200) {
    throw new BanyanError(
      'wrong_service',
      `Something answers at ${issuer}, but it is no Banyan auth service (HTTP ${response.status} for its metadata). Check the network URL.`,
    );
  }
  let body: unknown;
  try {
    body = await readJson(response);
  } catch (cause) {
    if (toBanyanError(cause).code !== 'wrong_service') throw cause;
    throw new BanyanError(
      'wrong_service',
      `Something answers at ${issuer}, but it is no Banyan auth service (its metadata are not JSON). Check the network URL.`,
      { cause },
    );
  }
  return checkIssuerMetadata(body, issuer);
}

/**
 * Checks metadata, whether fetched or kept.
 *
 * @throws BanyanError `wrong_service`
 */
export function checkIssuerMetadata(body: unknown, issuer: string): IssuerMetadata {
  if (!Value.Check(IssuerMetadata, body)) {
    const [first] = Value.Errors(IssuerMetadata, body);
    const what = first === undefined ? '' : ` (${first.instancePath || '/'} ${first.message})`;
    throw new BanyanError(
      'wrong_service',
      `${issuer} is no Banyan auth service of this version${what}. Check the network URL.`,
    );
  }
  if (body.issuer !== issuer) {
    throw new BanyanError(
      'wrong_service',
      `The service at ${issuer} calls itself ${body.issuer.slice(0, 200)}. Use that URL if it is the network you mean.`,
      { details: { expected: issuer, seen: body.issuer.slice(0, 200) } },
    );
  }
  const { origin } = new URL(issuer);
  for (const name of [
    'token_endpoint',
    'jwks_uri',
    'banyan_device_endpoint',
    'banyan_revocations_endpoint',
  ] as const) {
    if (originOf(body[name]) !== origin) {
      throw new BanyanError(
        'wrong_service',
        `The metadata of ${issuer} sends ${name} to another place. Ask your operator to correct it.`,
      );
    }
  }
  const { banyan_sign_in_endpoint: signIn } = body;
  if (signIn !== undefined && originOf(signIn) !== origin)
    throw new BanyanError(
      'wrong_service',
      `The metadata of ${issuer} sends sign-ins to another place. Ask your operator to correct it.`,
    );
  if (body.banyan_list_endpoints.some((endpoint) => originOf(endpoint) === undefined)) {
    throw new BanyanError(
      'wrong_service',
      `The metadata of ${issuer} names a supernode list that is no URL. Ask your operator to correct it.`,
    );
  }
  return body;
}

function originOf(text: string): string | undefined {
  try {
    const { origin } = new URL(text);
    return origin === 'null' ? undefined : origin;
  } catch {
    return undefined;
  }
}
