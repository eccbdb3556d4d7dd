/**
 * REST bodies of the auth service. Paths and rules in words: `proto/spec/identity.md`.
 *
 * | call | path | caller |
 * |---|---|---|
 * | metadata (RFC 8414) | GET /.well-known/oauth-authorization-server | anybody |
 * | signing keys (RFC 7517) | GET /jwks.json | anybody |
 * | enrol a device | POST /v1/devices | DPoP proof of the device key |
 * | token (RFC 6749 client_credentials, RFC 7523) | POST /oauth/token (form) | client assertion |
 * | own account | GET /v1/account | token (aud auth) + DPoP |
 * | remove a device of one's own | DELETE /v1/devices/{deviceId} | token + DPoP |
 * | make an invite | POST /v1/invites | member (mode invite, open) or operator |
 * | first operator | POST /v1/operator/claim | token + DPoP, one-time code |
 * | revocation feed | GET /v1/revocations?after=SEQ&wait=SECONDS | anybody (signed, ids only) |
 * | operators' calls | /v1/operator/… | role operator |
 */
import Type, { type Static } from 'typebox';

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
  /** Thumbprint of the list's TLS key, where it is not certified by a public CA. */
  banyan_list_pin: Type.Optional(Type.String()),
  banyan_enrolment: EnrolmentMode,
  /** Name of the network for people. */
  banyan_network_name: Type.String(),
  banyan_protocol_versions: Type.Array(Type.Integer()),
});
export type IssuerMetadata = Static<typeof IssuerMetadata>;

/** POST /v1/devices. The device's public key is the one inside the DPoP proof of the request. */
export const EnrolRequest = Type.Object(
  {
    account: Type.String({ minLength: 1, maxLength: 64 }),
    /** Needed to add a device to an account that exists, and to create one in mode `open`. */
    password: Type.Optional(Type.String({ maxLength: 1024 })),
    /** The code of an invite. An account made by invite may go without password until it needs one. */
    invite: Type.Optional(Type.String({ maxLength: 256 })),
    /** Create the account; `name_taken` when it exists. Default false: the account must exist. */
    createAccount: Type.Optional(Type.Boolean()),
    deviceName: Type.String({ minLength: 1, maxLength: 64 }),
  },
  { additionalProperties: false },
);
export type EnrolRequest = Static<typeof EnrolRequest>;

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
  devices: Type.Array(
    Type.Object({
      deviceId: Type.String(),
      name: Type.String(),
      enrolledAt: Type.Integer(),
      grants: Type.Array(Grant),
    }),
  ),
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
  },
  { additionalProperties: false },
);
export type InviteRequest = Static<typeof InviteRequest>;

export const InviteResponse = Type.Object({
  code: Type.String(),
  /** `banyan-invite:` link with the issuer's URL and key thumbprint. */
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
export const GrantsRequest = Type.Object({ grants: Type.Array(Grant) }, { additionalProperties: false });
export type GrantsRequest = Static<typeof GrantsRequest>;

/** PUT /v1/promotions/{deviceId}: gives a device the grant `supernode`, or takes it back. */
export const PromotionRequest = Type.Object({ supernode: Type.Boolean() }, { additionalProperties: false });
export type PromotionRequest = Static<typeof PromotionRequest>;

/** PUT /v1/operator/accounts/{account}/role. */
export const RoleRequest = Type.Object({ role: Role }, { additionalProperties: false });
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
});
export type RevocationsResponse = Static<typeof RevocationsResponse>;

/** POST /v1/operator/keys/rotate. */
export const RotateResponse = Type.Object({
  current: Type.String({ description: 'kid that signs now or soon' }),
  activeAt: Type.Integer(),
  published: Type.Array(Type.String()),
});
export type RotateResponse = Static<typeof RotateResponse>;
