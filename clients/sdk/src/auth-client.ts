/** Client of the auth service: enrolment, tokens, account, invites and what operators may do. */
import { BanyanError, errorFromBody, isErrorCode } from '@banyan/proto';
import type {
  AccountInfo,
  AccountsResponse,
  Audience,
  DeviceInfo,
  EnrolRequest,
  Grant,
  InviteRequest,
  InviteResponse,
  RevokeRequest,
  Role,
  RotateResponse,
  TokenResponse,
} from '@banyan/proto';
import { createClientAssertion, readJson, type DeviceKey, type Issuer } from '@banyan/kit';
import { createServiceClient } from './service-client.ts';

export interface AuthClientInit {
  readonly issuer: Issuer;
  readonly deviceKey: DeviceKey;
  /** Token of audience auth for calls that need one; usually that of a TokenSource over this very client. */
  readonly token?: (signal?: AbortSignal) => Promise<string>;
  /** The token was refused: forget it, so that the next one is fresh. */
  readonly onTokenRefused?: () => void;
}

export interface AuthClient {
  /** Enrols this device. Errors: `name_taken`, `bad_credentials`, `invite_*`, `enrolment_closed`, `rate_limited` … */
  enrol(request: EnrolRequest, signal?: AbortSignal): Promise<DeviceInfo>;
  /** A fresh access token for one audience (RFC 6749 client credentials, RFC 7523 assertion, RFC 8707 resource). */
  requestToken(audience: Audience, signal?: AbortSignal): Promise<TokenResponse>;
  account(signal?: AbortSignal): Promise<AccountInfo>;
  removeDevice(deviceId: string, signal?: AbortSignal): Promise<void>;
  createInvite(request: InviteRequest, signal?: AbortSignal): Promise<InviteResponse>;
  /** Makes this account the first operator with the code that auth printed. */
  claimOperator(code: string, signal?: AbortSignal): Promise<AccountInfo>;
  setDeviceGrants(deviceId: string, grants: readonly Grant[], signal?: AbortSignal): Promise<void>;
  /** Gives a device the grant `supernode`, or takes it back; needs the grant `promote`. */
  setSupernode(deviceId: string, isOne: boolean, signal?: AbortSignal): Promise<void>;
  setAccountGrants(account: string, grants: readonly Grant[], signal?: AbortSignal): Promise<void>;
  /** Accounts in the order of their ids, those after `after`; operators only. */
  accounts(
    page: { readonly after?: string; readonly limit?: number },
    signal?: AbortSignal,
  ): Promise<AccountsResponse>;
  setRole(account: string, role: Role, signal?: AbortSignal): Promise<void>;
  revoke(request: RevokeRequest, signal?: AbortSignal): Promise<void>;
  rotateKeys(signal?: AbortSignal): Promise<RotateResponse>;
}

const TOKEN_TIMEOUT_MS = 10_000;

/** Makes a client of the auth service behind `issuer`. */
export function createAuthClient(init: AuthClientInit): AuthClient {
  const { issuer, deviceKey } = init;
  const service = createServiceClient({
    urls: () => [issuer.url],
    fetch: issuer.fetch,
    deviceKey,
    what: 'the auth service',
    ...(init.token === undefined ? {} : { token: init.token }),
    ...(init.onTokenRefused === undefined ? {} : { onTokenRefused: init.onTokenRefused }),
  });
  const with_ = (signal?: AbortSignal): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });
  const enc = encodeURIComponent;
  return {
    enrol: (body, signal) => service.call('POST', '/v1/devices', { body, anonymous: true, ...with_(signal) }),
    async requestToken(audience, outer) {
      const { metadata } = issuer;
      const timeout = AbortSignal.timeout(TOKEN_TIMEOUT_MS);
      const signal = outer === undefined ? timeout : AbortSignal.any([timeout, outer]);
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: deviceKey.deviceId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await createClientAssertion(deviceKey, { issuer: issuer.url }),
        resource: audience,
      });
      try {
        const response = await issuer.fetch(metadata.token_endpoint, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
          body: form.toString(),
          signal,
        });
        return readTokenAnswer(response.status, await readJson(response));
      } catch (error) {
        if (timeout.aborted)
          throw new BanyanError('timeout', 'The auth service did not answer in time.', { cause: error });
        throw error;
      }
    },
    account: (signal) => service.call('GET', '/v1/account', with_(signal)),
    removeDevice: (deviceId, signal) => service.call('DELETE', `/v1/devices/${enc(deviceId)}`, with_(signal)),
    createInvite: (body, signal) => service.call('POST', '/v1/invites', { body, ...with_(signal) }),
    claimOperator: (code, signal) =>
      service.call('POST', '/v1/operator/claim', { body: { code }, ...with_(signal) }),
    setDeviceGrants: (deviceId, grants, signal) =>
      service.call('PUT', `/v1/operator/devices/${enc(deviceId)}/grants`, {
        body: { grants },
        ...with_(signal),
      }),
    setSupernode: (deviceId, supernode, signal) =>
      service.call('PUT', `/v1/promotions/${enc(deviceId)}`, { body: { supernode }, ...with_(signal) }),
    setAccountGrants: (account, grants, signal) =>
      service.call('PUT', `/v1/operator/accounts/${enc(account)}/grants`, {
        body: { grants },
        ...with_(signal),
      }),
    accounts({ after, limit }, signal) {
      const query = new URLSearchParams({
        ...(after === undefined ? {} : { after }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      });
      return service.call('GET', `/v1/operator/accounts?${query.toString()}`, with_(signal));
    },
    setRole: (account, role, signal) =>
      service.call('PUT', `/v1/operator/accounts/${enc(account)}/role`, { body: { role }, ...with_(signal) }),
    revoke: (body, signal) => service.call('POST', '/v1/operator/revocations', { body, ...with_(signal) }),
    rotateKeys: (signal) => service.call('POST', '/v1/operator/keys/rotate', with_(signal)),
  };
}

/** The token endpoint answers errors in the form of RFC 6749 section 5.2, with our code beside. */
function readTokenAnswer(status: number, answer: unknown): TokenResponse {
  const body = (answer ?? {}) as Record<string, unknown>;
  if (status === 200 && typeof body['access_token'] === 'string') return body as unknown as TokenResponse;
  if (isErrorCode(body['banyan_code'])) {
    throw new BanyanError(
      body['banyan_code'],
      typeof body['error_description'] === 'string' ? body['error_description'].slice(0, 1000) : undefined,
    );
  }
  throw errorFromBody(
    body,
    status >= 500 ? 'unavailable' : status === 429 ? 'rate_limited' : 'unauthenticated',
  );
}
