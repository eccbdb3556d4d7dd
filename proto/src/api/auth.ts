/**
 * REST bodies of the auth service. Paths and rules in words: `proto/spec/identity.md`.
 *
 * | call | path | caller |
 * |---|---|---|
 * | metadata (RFC 8414) | GET /.well-known/oauth-authorization-server | anybody |
 * | signing keys (RFC 7517) | GET /jwks.json | anybody |
 * | enrol a device | POST /v1/devices | DPoP proof of the device key |
 * | begin a sign-in with the organisation's provider | POST /v1/sign-ins | DPoP proof of the device key |
 * | token (RFC 6749 client_credentials, RFC 7523) | POST /oauth/token (form) | client assertion |
 * | own account | GET /v1/account | token (aud auth) + DPoP |
 * | remove a device of one's own | DELETE /v1/devices/{deviceId} | token + DPoP |
 * | make an invite | POST /v1/invites | member (mode invite, open) or operator |
 * | first operator | POST /v1/operator/claim | token + DPoP, one-time code |
 * | revocation feed | GET /v1/revocations?after=SEQ&wait=SECONDS | anybody (signed, ids only) |
 * | operators' calls | /v1/operator/… | role operator |
 * | password, reset, export, deletion, reports | account.ts | |
 * | audit | audit.ts | role viewer or operator |
 */
import Type, { type Static } from 'typebox';
import { MAX_PINS } from '../limits.ts';
import { Evidence } from './evidence.ts';
import { KeyThumbprint } from './key-thumbprint.ts';

/** How devices come into the network. */
export const EnrolmentMode = Type.Union([
  Type.Literal('open'),
  Type.Literal('invite'),
  Type.Literal('closed'),
]);
export type EnrolmentMode = Static<typeof EnrolmentMode>;

/** Role of an account. */
export const Role = Type.Union([Type.Literal('member'), Type.Literal('viewer'), Type.Literal('operator')]);
export type Role = Static<typeof Role>;

/** Grant: `supernode` and `promote` on a device, `load` on an account. */
export const Grant = Type.Union([Type.Literal('supernode'), Type.Literal('load'), Type.Literal('promote')]);
export type Grant = Static<typeof Grant>;

/** RFC 7638 thumbprints of the P-256 keys that a service may prove by TLS. */
const Pins = Type.Array(KeyThumbprint, { minItems: 1, maxItems: MAX_PINS });

/** RFC 8414 metadata with Banyan's own members. */
export const IssuerMetadata = Type.Object({
  issuer: Type.String(),
  token_endpoint: Type.String(),
  jwks_uri: Type.String(),
  grant_types_supported: Type.Array(Type.String()),
  token_endpoint_auth_methods_supported: Type.Array(Type.String()),
  token_endpoint_auth_signing_alg_values_supported: Type.Array(Type.String()),
  dpop_signing_alg_values_supported: Type.Array(Type.String()),
  scopes_supported: Type.Array(Type.String()),
  /** Enrolment endpoint. */
  banyan_device_endpoint: Type.String(),
  banyan_revocations_endpoint: Type.String(),
  /** Base URLs of the supernode-list replicas. */
  banyan_list_endpoints: Type.Array(Type.String()),
  /** Pins of auth's own TLS key and its backups, as invites carry them; those who pinned it keep these from now on. */
  banyan_pins: Type.Optional(Pins),
  /** Pins of the lists' TLS keys, where no public CA certifies them. */
  banyan_list_pins: Type.Optional(Pins),
  banyan_enrolment: EnrolmentMode,
  /** Name of the network for people. */
  banyan_network_name: Type.String(),
  banyan_protocol_versions: Type.Array(Type.Integer()),
  /** Where a sign-in with the organisation's own provider begins; absent where there is none. */
  banyan_sign_in_endpoint: Type.Optional(Type.String()),
  /** What people call that provider: "Sign in with …". */
  banyan_sign_in_name: Type.Optional(Type.String({ maxLength: 64 })),
});
export type IssuerMetadata = Static<typeof IssuerMetadata>;

/** POST /v1/devices. The device's public key is the one inside the DPoP proof of the request. */
export const EnrolRequest = Type.Object(
  {
    /** Needed unless `signIn` says who it is. */
    account: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** Needed to add a device to an account that exists, and to create one in mode `open`. */
    password: Type.Optional(Type.String({ maxLength: 1024 })),
    /** The code of an invite. An account made by invite may go without password until it needs one. */
    invite: Type.Optional(Type.String({ maxLength: 256 })),
    /** Create the account; `name_taken` when it exists. Default false: the account must exist. */
    createAccount: Type.Optional(Type.Boolean()),
    /**
     * A sign-in with the organisation's provider that this very device began. It stands in place of account, password and
     * invite, which are not read beside it; the account comes from the provider.
     */
    signIn: Type.Optional(
      Type.Object(
        {
          id: Type.String({ minLength: 1, maxLength: 64 }),
          /** What the browser brought back; of a sign-in that was begun with a `redirectUri`. */
          code: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
        },
        { additionalProperties: false },
      ),
    ),
    deviceName: Type.String({ minLength: 1, maxLength: 64 }),
  },
  { additionalProperties: false },
);
export type EnrolRequest = Static<typeof EnrolRequest>;

/** POST /v1/sign-ins. The device is the one whose key signed the DPoP proof of the request. */
export const SignInRequest = Type.Object(
  {
    /** Shown to the person in the browser. */
    deviceName: Type.String({ minLength: 1, maxLength: 64 }),
    /**
     * A page on the same machine as the browser, plain http on a loopback address (RFC 8252 section 7.3), to which the
     * browser is led back with `code`, `state` and `iss`. Absent: the person types a code into any browser (RFC 8628).
     */
    redirectUri: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    /** Given back with the code. */
    state: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  { additionalProperties: false },
);
export type SignInRequest = Static<typeof SignInRequest>;

export const SignInResponse = Type.Object({
  id: Type.String({ description: 'Names the sign-in when it is redeemed' }),
  /** To be opened in a browser. */
  url: Type.String(),
  /** To be typed at `url`; absent for a sign-in with a `redirectUri`. */
  userCode: Type.Optional(Type.String()),
  expiresIn: Type.Integer({ description: 'Seconds' }),
  /** Seconds to wait between two tries to redeem it. */
  interval: Type.Integer(),
});
export type SignInResponse = Static<typeof SignInResponse>;

export const DeviceInfo = Type.Object({
  deviceId: Type.String(),
  name: Type.String(),
  accountId: Type.String(),
  account: Type.String(),
  role: Role,
  grants: Type.Array(Grant),
  enrolledAt: Type.Integer({ description: 'Unix milliseconds' }),
});
export type DeviceInfo = Static<typeof DeviceInfo>;

/** POST /v1/devices/retire: a load tester puts away the devices that it made. */
export const RetireRequest = Type.Object(
  { deviceIds: Type.Array(Type.String({ minLength: 43, maxLength: 43 }), { minItems: 1, maxItems: 1024 }) },
  { additionalProperties: false },
);
export type RetireRequest = Static<typeof RetireRequest>;

/** RFC 6749 section 5.1. */
export const TokenResponse = Type.Object({
  access_token: Type.String(),
  token_type: Type.String(),
  expires_in: Type.Integer(),
  scope: Type.String(),
});
export type TokenResponse = Static<typeof TokenResponse>;

/** Errors of the token endpoint: RFC 6749 section 5.2 in its own words, with our code beside. */
export const TokenErrorResponse = Type.Object({
  error: Type.String(),
  error_description: Type.String(),
  banyan_code: Type.String({ description: 'A code of the error table' }),
});
export type TokenErrorResponse = Static<typeof TokenErrorResponse>;

export const AccountInfo = Type.Object({
  accountId: Type.String(),
  account: Type.String(),
  role: Role,
  grants: Type.Array(Grant),
  createdAt: Type.Integer(),
  /** Whether it can be signed in to by a password. */
  hasPassword: Type.Boolean(),
  devices: Type.Array(
    Type.Object({
      deviceId: Type.String(),
      name: Type.String(),
      enrolledAt: Type.Integer(),
      grants: Type.Array(Grant),
      /** When it last fetched a token, to a quarter of an hour; absent in lists of accounts, and when it is not known. */
      lastSeenAt: Type.Optional(Type.Integer({ description: 'Unix ms' })),
    }),
  ),
  /** Who the organisation's provider says this is; absent for accounts that never signed in with it. */
  identity: Type.Optional(Type.Object({ issuer: Type.String(), subject: Type.String() })),
});
export type AccountInfo = Static<typeof AccountInfo>;

export const InviteRequest = Type.Object(
  {
    /** How many devices may use it. Default 1. */
    uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    /** Seconds until it expires. Default 7 days. */
    ttlSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
    /** Grants given to the device that uses it; operators only. */
    grants: Type.Optional(Type.Array(Grant)),
    /** Bound to this account name; default: the newcomer chooses. */
    account: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** For the audit. */
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
);
export type InviteRequest = Static<typeof InviteRequest>;

export const InviteResponse = Type.Object({
  code: Type.String(),
  /** `banyan-invite:` link with the issuer's URL and the pins of its key. */
  link: Type.String(),
  expiresAt: Type.Integer({ description: 'Unix milliseconds' }),
  uses: Type.Integer(),
});
export type InviteResponse = Static<typeof InviteResponse>;

export const ClaimRequest = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 128 }) },
  { additionalProperties: false },
);
export type ClaimRequest = Static<typeof ClaimRequest>;

/** PUT /v1/operator/devices/{deviceId}/grants and PUT /v1/operator/accounts/{account}/grants. */
export const GrantsRequest = Type.Object(
  { grants: Type.Array(Grant), reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
);
export type GrantsRequest = Static<typeof GrantsRequest>;

/** PUT /v1/promotions/{deviceId}: gives a device the grant `supernode`, or takes it back. */
export const PromotionRequest = Type.Object({ supernode: Type.Boolean() }, { additionalProperties: false });
export type PromotionRequest = Static<typeof PromotionRequest>;

/** PUT /v1/operator/accounts/{account}/role. */
export const RoleRequest = Type.Object(
  { role: Role, reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
);
export type RoleRequest = Static<typeof RoleRequest>;

/** POST /v1/operator/revocations. */
export const RevokeRequest = Type.Object(
  {
    kind: Type.Union([Type.Literal('account'), Type.Literal('device'), Type.Literal('content')]),
    /** Account name or id, device id, or content id text. */
    id: Type.String({ minLength: 1, maxLength: 128 }),
    /** Seconds, at most a hundred years; absent: until lifted. 0 lifts a ban. */
    seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_155_760_000 })),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    evidence: Type.Optional(Evidence),
  },
  { additionalProperties: false },
);
export type RevokeRequest = Static<typeof RevokeRequest>;

/** Answer of POST /v1/operator/revocations. */
export const RevokeResponse = Type.Object({
  seq: Type.Integer({ description: 'Sequence of the delta that says it' }),
});
export type RevokeResponse = Static<typeof RevokeResponse>;

/** GET /v1/operator/accounts?after=ID&limit=N. */
export const AccountsResponse = Type.Object({
  accounts: Type.Array(AccountInfo),
  next: Type.Optional(Type.String({ description: 'Ask on with after=next; absent on the last page' })),
});
export type AccountsResponse = Static<typeof AccountsResponse>;

/** GET /v1/revocations. */
export const RevocationsResponse = Type.Object({
  /** Compact JWS, typ `banyan-revocation+jwt`, in order of sequence. */
  signed: Type.Array(Type.String()),
  /** Highest sequence there is. */
  seq: Type.Integer(),
  /** Auth was restored from a backup: whoever knows more gives back what follows on `seq`. */
  wanted: Type.Optional(Type.Boolean()),
});
export type RevocationsResponse = Static<typeof RevocationsResponse>;

/** Deltas in one call that gives revocations back; whoever has more calls again. */
export const MAX_RETURNED_REVOCATIONS = 256;

/**
 * POST /v1/revocations: to an auth that has fewer deltas than the caller, since it was restored from an older backup, those
 * that follow on what it has. The answer is as that of GET, without deltas.
 */
export const RevocationsReturn = Type.Object({
  signed: Type.Array(Type.String(), { minItems: 1, maxItems: MAX_RETURNED_REVOCATIONS }),
});
export type RevocationsReturn = Static<typeof RevocationsReturn>;

/** A signing key as operators see it. */
export const SigningKeyView = Type.Object({
  kid: Type.String(),
  /** next: published and not signing yet; current: signs; retired: signs no more, and what it signed still holds. */
  state: Type.Union([Type.Literal('next'), Type.Literal('current'), Type.Literal('retired')]),
  activeAt: Type.Integer({ description: 'Unix ms since when it signs, or from when on' }),
  until: Type.Optional(Type.Integer({ description: 'Unix ms at which a retired one leaves' })),
});
export type SigningKeyView = Static<typeof SigningKeyView>;

/** GET /v1/operator/keys. */
export const SigningKeysResponse = Type.Object({
  keys: Type.Array(SigningKeyView),
  /** Days after which a key is replaced by itself; 0: never. */
  rotationDays: Type.Integer(),
});
export type SigningKeysResponse = Static<typeof SigningKeysResponse>;

/** POST /v1/operator/keys/withdraw: a key that others may have; what it signed holds no more. */
export const WithdrawKeyRequest = Type.Object(
  {
    kid: Type.String({ minLength: 1, maxLength: 64 }),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
);
export type WithdrawKeyRequest = Static<typeof WithdrawKeyRequest>;

/** POST /v1/operator/keys/rotate; the body may be left out. */
export const RotateRequest = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
);
export type RotateRequest = Static<typeof RotateRequest>;

/** Answer of POST /v1/operator/keys/rotate, and of withdraw. */
export const RotateResponse = Type.Object({
  current: Type.String({ description: 'kid that signs now or soon' }),
  activeAt: Type.Integer(),
  published: Type.Array(Type.String()),
});
export type RotateResponse = Static<typeof RotateResponse>;
