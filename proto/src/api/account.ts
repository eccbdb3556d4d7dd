/**
 * REST bodies of the life of an account at the auth service: devices, password, reset, export, deletion, reports (spec/identity.md).
 *
 * | call | path | caller |
 * |---|---|---|
 * | change the password | PUT /v1/account/password | token + DPoP, and the password where there is one |
 * | what is held of me | GET /v1/account/export | token + DPoP |
 * | delete my account | POST /v1/account/delete | token + DPoP, the name, and the password where there is one |
 * | remove a device | DELETE /v1/devices/{deviceId}?stolen=true | token + DPoP |
 * | see and remove devices without one | POST /v1/account/recovery | DPoP of any key, name and password |
 * | new password by an operator's link | POST /v1/account/reset | DPoP of any key, the code of the link |
 * | report to the operators | POST /v1/reports | token + DPoP |
 * | one account, with its devices and bans | GET /v1/operator/accounts/{account} | role operator |
 * | reset link | POST /v1/operator/accounts/{account}/reset | role operator |
 * | export, delete an account | POST /v1/operator/accounts/{account}/export, …/delete | role operator |
 * | remove a device of anybody | POST /v1/operator/devices/{deviceId}/remove | role operator |
 * | reports | GET /v1/operator/reports?state=open&after=ID&limit=N | role viewer or operator |
 * | resolve a report | POST /v1/operator/reports/{id}/resolve | role operator |
 *
 * `{account}` is a name or an id.
 */
import Type, { type Static } from 'typebox';
import { AuditEntry } from './audit.ts';
import { AccountInfo, Grant } from './auth.ts';

const Password = (description: string) => Type.String({ maxLength: 1024, description });
const Reason = Type.String({ minLength: 1, maxLength: 500 });

/** What becomes of the other devices of an account when its password changes. */
export const OtherDevices = Type.Union([Type.Literal('keep'), Type.Literal('remove')], {
  description: 'default keep; remove signs them out everywhere, at once',
});
export type OtherDevices = Static<typeof OtherDevices>;

/** PUT /v1/account/password. */
export const PasswordRequest = Type.Object(
  {
    password: Type.Optional(Password('the old one; needed where there is one')),
    newPassword: Password('at least ten characters'),
    otherDevices: Type.Optional(OtherDevices),
  },
  { additionalProperties: false },
);
export type PasswordRequest = Static<typeof PasswordRequest>;

/** POST /v1/account/recovery: what its owner does without any device. Without `remove` it only looks. */
export const RecoveryRequest = Type.Object(
  {
    account: Type.String({ minLength: 1, maxLength: 64 }),
    password: Password('of the account'),
    remove: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'device id' })),
    /** Its key is known to others: it is never let in again. */
    stolen: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type RecoveryRequest = Static<typeof RecoveryRequest>;

/** POST /v1/account/reset. */
export const ResetRequest = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 128, description: 'of the link' }),
    newPassword: Password('at least ten characters'),
    /** All devices: there is no other. */
    otherDevices: Type.Optional(OtherDevices),
  },
  { additionalProperties: false },
);
export type ResetRequest = Static<typeof ResetRequest>;

/** POST /v1/account/delete. */
export const DeleteAccountRequest = Type.Object(
  {
    account: Type.String({ minLength: 1, maxLength: 64, description: 'the name, typed again' }),
    password: Type.Optional(Password('needed where there is one')),
  },
  { additionalProperties: false },
);
export type DeleteAccountRequest = Static<typeof DeleteAccountRequest>;

/** What a member can report. */
export const ReportSubject = Type.Union([
  Type.Literal('content'),
  Type.Literal('account'),
  Type.Literal('device'),
]);
export type ReportSubject = Static<typeof ReportSubject>;

/** POST /v1/reports. */
export const ReportRequest = Type.Object(
  {
    kind: ReportSubject,
    /** Content id, account name or id, or device id. */
    id: Type.String({ minLength: 1, maxLength: 128 }),
    reason: Reason,
  },
  { additionalProperties: false },
);
export type ReportRequest = Static<typeof ReportRequest>;

export const ReportResponse = Type.Object({
  id: Type.String(),
  at: Type.Integer({ description: 'Unix ms' }),
});
export type ReportResponse = Static<typeof ReportResponse>;

/** An account where somebody is told of it; the name is empty when it is gone. */
export const AccountRef = Type.Object({ accountId: Type.String(), name: Type.String() });
export type AccountRef = Static<typeof AccountRef>;

/** A report as operators see it. */
export const ReportView = Type.Object({
  id: Type.String({ description: 'sorts by time' }),
  at: Type.Integer({ description: 'Unix ms' }),
  by: AccountRef,
  subject: Type.Object({
    kind: ReportSubject,
    id: Type.String({
      description: 'account, device or content id; a name that nobody has, as it was typed',
    }),
    name: Type.String({ description: 'for people; may be empty' }),
    /** Whose device it is. */
    account: Type.Optional(AccountRef),
  }),
  reason: Type.String(),
  state: Type.Union([Type.Literal('open'), Type.Literal('resolved')]),
  resolution: Type.Optional(
    Type.Object({ at: Type.Integer({ description: 'Unix ms' }), by: AccountRef, words: Type.String() }),
  ),
});
export type ReportView = Static<typeof ReportView>;

export const ReportsResponse = Type.Object({
  reports: Type.Array(ReportView),
  next: Type.Optional(Type.String({ description: 'Ask on with after=next; absent on the last page' })),
});
export type ReportsResponse = Static<typeof ReportsResponse>;

/** POST /v1/operator/reports/{id}/resolve. */
export const ResolveRequest = Type.Object(
  { words: Type.String({ minLength: 1, maxLength: 500, description: 'what was done, or why nothing was' }) },
  { additionalProperties: false },
);
export type ResolveRequest = Static<typeof ResolveRequest>;

/** POST /v1/operator/accounts/{account}/reset. */
export const ResetLinkRequest = Type.Object(
  {
    reason: Reason,
    /** Default a day. */
    ttlSeconds: Type.Optional(Type.Integer({ minimum: 60, maximum: 604_800 })),
  },
  { additionalProperties: false },
);
export type ResetLinkRequest = Static<typeof ResetLinkRequest>;

/** The one time that it is shown. */
export const ResetLinkResponse = Type.Object({
  code: Type.String(),
  /** `banyan-reset:` link with the issuer's URL and key thumbprint. */
  link: Type.String(),
  expiresAt: Type.Integer({ description: 'Unix ms' }),
});
export type ResetLinkResponse = Static<typeof ResetLinkResponse>;

/** POST /v1/operator/accounts/{account}/export. */
export const ReasonRequest = Type.Object({ reason: Reason }, { additionalProperties: false });
export type ReasonRequest = Static<typeof ReasonRequest>;

/** POST /v1/operator/accounts/{account}/delete. */
export const DeleteByOperatorRequest = Type.Object(
  {
    account: Type.String({ minLength: 1, maxLength: 64, description: 'the name, typed again' }),
    reason: Reason,
  },
  { additionalProperties: false },
);
export type DeleteByOperatorRequest = Static<typeof DeleteByOperatorRequest>;

/** POST /v1/operator/devices/{deviceId}/remove. */
export const RemoveDeviceRequest = Type.Object(
  { reason: Reason, stolen: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
export type RemoveDeviceRequest = Static<typeof RemoveDeviceRequest>;

/** A ban that holds. */
export const BanView = Type.Object({
  kind: Type.Union([Type.Literal('account'), Type.Literal('device')]),
  id: Type.String(),
  until: Type.Union([Type.Integer({ description: 'Unix seconds' }), Type.Null()]),
  reason: Type.String(),
  at: Type.Integer({ description: 'Unix ms' }),
});
export type BanView = Static<typeof BanView>;

/** GET /v1/operator/accounts/{account}. */
export const AccountDetails = Type.Object({ account: AccountInfo, bans: Type.Array(BanView) });
export type AccountDetails = Static<typeof AccountDetails>;

/** Everything that auth holds of an account, but secrets: password and codes are kept as hashes that are of use to nobody. */
export const AccountExport = Type.Object({
  format: Type.Literal('banyan-account-export'),
  version: Type.Literal(1),
  issuer: Type.String(),
  exportedAt: Type.Integer({ description: 'Unix ms' }),
  account: AccountInfo,
  /** RFC 7517, by device id. */
  deviceKeys: Type.Record(Type.String(), Type.Unknown()),
  bans: Type.Array(BanView),
  /** That the account made and auth still knows. */
  invites: Type.Array(
    Type.Object({
      uses: Type.Integer(),
      used: Type.Integer(),
      expiresAt: Type.Integer({ description: 'Unix ms' }),
      grants: Type.Array(Grant),
      account: Type.Optional(Type.String({ description: 'name that it is bound to' })),
    }),
  ),
  /** Reports that the account made. Those about it stay with the operators, for the sake of who made them. */
  reports: Type.Array(
    Type.Object({
      id: Type.String(),
      at: Type.Integer({ description: 'Unix ms' }),
      kind: ReportSubject,
      subject: Type.String({ description: 'as it was given' }),
      reason: Type.String(),
      state: Type.Union([Type.Literal('open'), Type.Literal('resolved')]),
      words: Type.Optional(Type.String({ description: 'of who resolved it' })),
    }),
  ),
  /** Entries of the audit that the account made or is the subject of; nobody else is named. */
  audit: Type.Object({
    entries: Type.Array(AuditEntry),
    isComplete: Type.Boolean({ description: 'false: only the newest are here' }),
  }),
});
export type AccountExport = Static<typeof AccountExport>;
