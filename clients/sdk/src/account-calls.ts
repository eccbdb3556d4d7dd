/** What people do to their own account, and operators to those of others. Bodies: `proto/src/api/account.ts`. */
import type {
  AccountDetails,
  AccountExport,
  AccountInfo,
  AuditResponse,
  BanListRequest,
  BanListResponse,
  BansResponse,
  DeleteAccountRequest,
  DeleteByOperatorRequest,
  PasswordRequest,
  RecoveryRequest,
  RemoveDeviceRequest,
  ReportRequest,
  ReportResponse,
  ReportsResponse,
  ReportView,
  ResetLinkRequest,
  ResetLinkResponse,
  ResetRequest,
} from '@banyan/proto';
import type { ServiceClient } from './service-client.ts';

/** A page of something that is ordered by time. */
export interface PageInit {
  readonly after?: string;
  readonly limit?: number;
}

/** Calls of a device of the account; {@link AccountCalls.recover} and {@link AccountCalls.reset} need none. */
export interface AccountCalls {
  /** @param init - `stolen`: its key is known to others, and it is never let in again */
  removeDevice(deviceId: string, init?: { readonly stolen?: boolean }, signal?: AbortSignal): Promise<void>;
  /** Errors: `bad_credentials`, `password_weak`, `conflict`, `rate_limited`. */
  changePassword(request: PasswordRequest, signal?: AbortSignal): Promise<AccountInfo>;
  exportAccount(signal?: AbortSignal): Promise<AccountExport>;
  /** Errors: `bad_credentials`; `conflict` for another name, and for operators. */
  deleteAccount(request: DeleteAccountRequest, signal?: AbortSignal): Promise<void>;
  report(request: ReportRequest, signal?: AbortSignal): Promise<ReportResponse>;
  /** Shows the devices by name and password, and removes one. Errors: `bad_credentials`, `not_found`, `rate_limited`. */
  recover(request: RecoveryRequest, signal?: AbortSignal): Promise<AccountInfo>;
  /** Sets a new password by a reset link. Errors: `reset_invalid`, `password_weak`, `rate_limited`. */
  reset(request: ResetRequest, signal?: AbortSignal): Promise<AccountInfo>;
}

/** Calls of operators; viewers read reports and audit. */
export interface AccountDeskCalls {
  accountDetails(account: string, signal?: AbortSignal): Promise<AccountDetails>;
  makeResetLink(account: string, request: ResetLinkRequest, signal?: AbortSignal): Promise<ResetLinkResponse>;
  exportAccountOf(account: string, reason: string, signal?: AbortSignal): Promise<AccountExport>;
  deleteAccountOf(account: string, request: DeleteByOperatorRequest, signal?: AbortSignal): Promise<void>;
  removeDeviceOf(deviceId: string, request: RemoveDeviceRequest, signal?: AbortSignal): Promise<AccountInfo>;
  reports(
    page: PageInit & { readonly state?: 'open' | 'resolved' },
    signal?: AbortSignal,
  ): Promise<ReportsResponse>;
  resolveReport(id: string, words: string, signal?: AbortSignal): Promise<ReportView>;
  /** Bans that hold. */
  bans(page: PageInit, signal?: AbortSignal): Promise<BansResponse>;
  /** What an import would do, line by line. Errors: `invalid_request`, `limit_exceeded` when it is no list. */
  planBans(text: string, signal?: AbortSignal): Promise<BanListResponse>;
  /** Bans by a list; with a wrong line nothing is done, unless they are to be left out. */
  importBans(request: BanListRequest, signal?: AbortSignal): Promise<BanListResponse>;
  /** Entries of auth's audit after the one with that id, in the order of time. */
  audit(page: PageInit, signal?: AbortSignal): Promise<AuditResponse>;
}

/** A whole list of bans takes auth some seconds, more on a slow disk. */
const IMPORT_MS = 60_000;

/** A query string of what is given. */
function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}

/** Makes the calls over a client of auth. */
export function accountCalls(service: ServiceClient): AccountCalls & AccountDeskCalls {
  const with_ = (signal?: AbortSignal): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });
  const enc = encodeURIComponent;
  const accountPath = (account: string): string => `/v1/operator/accounts/${enc(account)}`;
  return {
    removeDevice: (deviceId, { stolen } = {}, signal) =>
      service.call(
        'DELETE',
        `/v1/devices/${enc(deviceId)}${stolen === true ? '?stolen=true' : ''}`,
        with_(signal),
      ),
    changePassword: (body, signal) => service.call('PUT', '/v1/account/password', { body, ...with_(signal) }),
    exportAccount: (signal) => service.call('GET', '/v1/account/export', with_(signal)),
    deleteAccount: (body, signal) => service.call('POST', '/v1/account/delete', { body, ...with_(signal) }),
    report: (body, signal) => service.call('POST', '/v1/reports', { body, ...with_(signal) }),
    recover: (body, signal) =>
      service.call('POST', '/v1/account/recovery', { body, anonymous: true, ...with_(signal) }),
    reset: (body, signal) =>
      service.call('POST', '/v1/account/reset', { body, anonymous: true, ...with_(signal) }),
    accountDetails: (account, signal) => service.call('GET', accountPath(account), with_(signal)),
    makeResetLink: (account, body, signal) =>
      service.call('POST', `${accountPath(account)}/reset`, { body, ...with_(signal) }),
    exportAccountOf: (account, reason, signal) =>
      service.call('POST', `${accountPath(account)}/export`, { body: { reason }, ...with_(signal) }),
    deleteAccountOf: (account, body, signal) =>
      service.call('POST', `${accountPath(account)}/delete`, { body, ...with_(signal) }),
    removeDeviceOf: (deviceId, body, signal) =>
      service.call('POST', `/v1/operator/devices/${enc(deviceId)}/remove`, { body, ...with_(signal) }),
    reports: ({ after, limit, state }, signal) =>
      service.call('GET', `/v1/operator/reports${queryOf({ after, limit, state })}`, with_(signal)),
    resolveReport: (id, words, signal) =>
      service.call('POST', `/v1/operator/reports/${enc(id)}/resolve`, { body: { words }, ...with_(signal) }),
    bans: ({ after, limit }, signal) =>
      service.call('GET', `/v1/operator/bans${queryOf({ after, limit })}`, with_(signal)),
    planBans: (text, signal) =>
      service.call('POST', '/v1/operator/bans/plan', { body: { text }, ...with_(signal) }),
    importBans: (body, signal) =>
      service.call('POST', '/v1/operator/bans/import', { body, waitMs: IMPORT_MS, ...with_(signal) }),
    audit: ({ after, limit }, signal) =>
      service.call('GET', `/v1/operator/audit${queryOf({ after, limit })}`, with_(signal)),
  };
}
