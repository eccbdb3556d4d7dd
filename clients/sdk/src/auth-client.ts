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
  LoginLinkResponse,
  RevokeRequest,
  Role,
  RotateResponse,
  SignInRequest,
  SignInResponse,
  SigningKeysResponse,
  TokenResponse,
  WithdrawKeyRequest,
} from '@banyan/proto';
import { createClientAssertion, readJson, type DeviceKey, type Issuer } from '@banyan/kit';
import { accountCalls, type AccountCalls, type AccountDeskCalls } from './account-calls.ts';
import { createServiceClient } from './service-client.ts';

export interface AuthClientInit {
  readonly issuer: Issuer;
  readonly deviceKey: DeviceKey;
  /** Token of audience auth for calls that need one; usually that of a TokenSource over this very client. */
  readonly token?: (signal?: AbortSignal) => Promise<string>;
  /** The token was refused: forget it, so that the next one is fresh. */
  readonly onTokenRefused?: () => void;
}

export interface AuthClient extends AccountCalls, AccountDeskCalls {
  /** Enrols this device. Errors: `name_taken`, `bad_credentials`, `invite_*`, `enrolment_closed`, `rate_limited` … */
  enrol(request: EnrolRequest, signal?: AbortSignal): Promise<DeviceInfo>;
  /**
   * Begins a sign-in of this device with the organisation's provider; it ends with {@link AuthClient.enrol}. Errors:
   * `not_found` where the network has none, `sign_in_unavailable`, `rate_limited` …
   */
  beginSignIn(request: SignInRequest, signal?: AbortSignal): Promise<SignInResponse>;
  /** A fresh access token for one audience (RFC 6749 client credentials, RFC 7523 assertion, RFC 8707 resource). */
  requestToken(audience: Audience, signal?: AbortSignal): Promise<TokenResponse>;
  account(signal?: AbortSignal): Promise<AccountInfo>;
  /** Puts devices of this account away whose keys are destroyed, up to 1,024 at once; needs the grant `load`. */
  retireDevices(deviceIds: readonly string[], signal?: AbortSignal): Promise<void>;
  createInvite(request: InviteRequest, signal?: AbortSignal): Promise<InviteResponse>;
  /** Makes this account the first operator with the code that auth printed. */
  claimOperator(code: string, signal?: AbortSignal): Promise<AccountInfo>;
  /** Here and below: the reason is for the audit. */
  setDeviceGrants(
    deviceId: string,
    grants: readonly Grant[],
    reason?: string,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Gives a device the grant `supernode`, or takes it back; needs the grant `promote`. */
  setSupernode(deviceId: string, isOne: boolean, signal?: AbortSignal): Promise<void>;
  setAccountGrants(
    account: string,
    grants: readonly Grant[],
    reason?: string,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Accounts in the order of their ids, those after `after`; operators only. */
  accounts(
    page: { readonly after?: string; readonly limit?: number },
    signal?: AbortSignal,
  ): Promise<AccountsResponse>;
  setRole(account: string, role: Role, reason?: string, signal?: AbortSignal): Promise<void>;
  revoke(request: RevokeRequest, signal?: AbortSignal): Promise<void>;
  keys(signal?: AbortSignal): Promise<SigningKeysResponse>;
  /** A link that signs a browser in to the operator console, once. */
  consoleLink(signal?: AbortSignal): Promise<LoginLinkResponse>;
  /** Signs all browsers of the own account out of the operator console. */
  consoleSignOut(signal?: AbortSignal): Promise<void>;
  rotateKeys(reason?: string, signal?: AbortSignal): Promise<RotateResponse>;
  /** Takes a signing key out that others may have; another one signs at once. */
  withdrawKey(request: WithdrawKeyRequest, signal?: AbortSignal): Promise<RotateResponse>;
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
  const because = (reason?: string): { reason?: string } => (reason === undefined ? {} : { reason });
  const enc = encodeURIComponent;
  return {
    enrol: (body, signal) => service.call('POST', '/v1/devices', { body, anonymous: true, ...with_(signal) }),
    async beginSignIn(body, signal) {
      if (issuer.metadata.banyan_sign_in_endpoint === undefined)
        throw new BanyanError(
          'not_found',
          'This network has no sign-in with an organisation. Use an invite, or name and password.',
        );
      return service.call('POST', '/v1/sign-ins', { body, anonymous: true, ...with_(signal) });
    },
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
    retireDevices: (deviceIds, signal) =>
      service.call('POST', '/v1/devices/retire', { body: { deviceIds }, ...with_(signal) }),
    createInvite: (body, signal) => service.call('POST', '/v1/invites', { body, ...with_(signal) }),
    claimOperator: (code, signal) =>
      service.call('POST', '/v1/operator/claim', { body: { code }, ...with_(signal) }),
    setDeviceGrants: (deviceId, grants, reason, signal) =>
      service.call('PUT', `/v1/operator/devices/${enc(deviceId)}/grants`, {
        body: { grants, ...because(reason) },
        ...with_(signal),
      }),
    setSupernode: (deviceId, supernode, signal) =>
      service.call('PUT', `/v1/promotions/${enc(deviceId)}`, { body: { supernode }, ...with_(signal) }),
    setAccountGrants: (account, grants, reason, signal) =>
      service.call('PUT', `/v1/operator/accounts/${enc(account)}/grants`, {
        body: { grants, ...because(reason) },
        ...with_(signal),
      }),
    accounts({ after, limit }, signal) {
      const query = new URLSearchParams({
        ...(after === undefined ? {} : { after }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      });
      return service.call('GET', `/v1/operator/accounts?${query.toString()}`, with_(signal));
    },
    setRole: (account, role, reason, signal) =>
      service.call('PUT', `/v1/operator/accounts/${enc(account)}/role`, {
        body: { role, ...because(reason) },
        ...with_(signal),
      }),
    revoke: (body, signal) => service.call('POST', '/v1/operator/revocations', { body, ...with_(signal) }),
    keys: (signal) => service.call('GET', '/v1/operator/keys', with_(signal)),
    withdrawKey: (body, signal) =>
      service.call('POST', '/v1/operator/keys/withdraw', { body, ...with_(signal) }),
    consoleLink: (signal) => service.call('POST', '/v1/console/links', with_(signal)),
    consoleSignOut: (signal) => service.call('DELETE', '/v1/console/sessions', with_(signal)),
    rotateKeys: (reason, signal) =>
      service.call('POST', '/v1/operator/keys/rotate', { body: because(reason), ...with_(signal) }),
    ...accountCalls(service),
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
