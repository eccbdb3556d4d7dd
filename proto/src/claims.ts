import { isDeviceId } from './bytes.ts';
import { BanyanError } from './errors.ts';

/** Verifier roles as token audiences; the RFC 8707 `resource` parameter carries these values. */
export const AUDIENCE = {
  auth: 'urn:banyan:auth',
  list: 'urn:banyan:list',
  supernode: 'urn:banyan:supernode',
  peer: 'urn:banyan:peer',
} as const;

/** A value of {@link AUDIENCE}. */
export type Audience = (typeof AUDIENCE)[keyof typeof AUDIENCE];

/** What an account is: `viewer` also reads the console, `operator` also acts in it. */
export const ROLES = ['member', 'viewer', 'operator'] as const;
/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** Rights beyond the role: `supernode` and `promote` on a device, `load` on an account. */
export const GRANTS = ['supernode', 'load', 'promote'] as const;
/** One of {@link GRANTS}. */
export type Grant = (typeof GRANTS)[number];

/** What one scope allows, where, and to whom it is given. */
export interface ScopeRule {
  /** What its bearer may do. */
  readonly allows: string;
  /** Audiences whose tokens may carry it. */
  readonly audiences: readonly Audience[];
  /** Roles that get it. */
  readonly roles: readonly Role[];
  /** Grant needed on top of the role; null: none. */
  readonly grant: Grant | null;
}

const EVERYONE: readonly Role[] = ROLES;

/** Scope → audiences, roles and grant. In words: spec/identity.md. */
export const SCOPES = {
  account: {
    allows: 'read and change the own account and its devices',
    audiences: [AUDIENCE.auth],
    roles: EVERYONE,
    grant: null,
  },
  'list:read': {
    allows: 'ask for supernodes and for membership changes',
    audiences: [AUDIENCE.list],
    roles: EVERYONE,
    grant: null,
  },
  'supernode:register': {
    allows: 'register as a supernode and send its beats',
    audiences: [AUDIENCE.list],
    roles: EVERYONE,
    grant: 'supernode',
  },
  session: {
    allows: 'open a leaf session: publish, search, find sources',
    audiences: [AUDIENCE.supernode],
    roles: EVERYONE,
    grant: null,
  },
  link: {
    allows: 'open a link between supernodes',
    audiences: [AUDIENCE.supernode],
    roles: EVERYONE,
    grant: 'supernode',
  },
  transfer: {
    allows: 'fetch content from peers',
    audiences: [AUDIENCE.peer],
    roles: EVERYONE,
    grant: null,
  },
  console: {
    allows: 'read what operators see',
    audiences: [AUDIENCE.auth, AUDIENCE.list],
    roles: ['viewer', 'operator'],
    grant: null,
  },
  promote: {
    allows: 'give devices the grant supernode, and take it back: what a supernode list does',
    audiences: [AUDIENCE.auth],
    roles: EVERYONE,
    grant: 'promote',
  },
  operator: {
    allows: 'administer accounts, devices, bans, enrolment and supernodes',
    audiences: [AUDIENCE.auth, AUDIENCE.list],
    roles: ['operator'],
    grant: null,
  },
} as const satisfies Record<string, ScopeRule>;

/** A scope of {@link SCOPES}. */
export type Scope = keyof typeof SCOPES;

/** `typ` of access tokens (RFC 9068). */
export const ACCESS_TOKEN_TYP = 'at+jwt';

/** The claims of an access token (RFC 9068, RFC 7800 `cnf`). */
export interface AccessTokenClaims {
  /** Issuer URL: the network. */
  readonly iss: string;
  /** Account id. */
  readonly sub: string;
  /** The one verifier role it is for. */
  readonly aud: Audience;
  /** Unix seconds. */
  readonly exp: number;
  /** Unix seconds. */
  readonly iat: number;
  readonly jti: string;
  /** Device id. */
  readonly client_id: string;
  /** Scopes, separated by blanks. */
  readonly scope: string;
  /** RFC 7638 thumbprint of the key that must be proved: the device id. */
  readonly cnf: { readonly jkt: string };
  /** Display name of the account. */
  readonly account: string;
  readonly role: Role;
  readonly grants: readonly Grant[];
}

/** Whether `value` is a known audience. */
export function isAudience(value: unknown): value is Audience {
  return Object.values(AUDIENCE).includes(value as Audience);
}

/** All scopes that a holder of `role` and `grants` gets in a token for `audience`, in the table's order. */
export function scopesFor(audience: Audience, role: Role, grants: readonly Grant[]): Scope[] {
  return (Object.keys(SCOPES) as Scope[]).filter((scope) => {
    const rule: ScopeRule = SCOPES[scope];
    return (
      rule.audiences.includes(audience) &&
      rule.roles.includes(role) &&
      (rule.grant === null || grants.includes(rule.grant))
    );
  });
}

/** Whether the token carries `scope`. */
export function hasScope(claims: Pick<AccessTokenClaims, 'scope'>, scope: Scope): boolean {
  return claims.scope.split(' ').includes(scope);
}

/**
 * Checks the shape of an access token's payload and that it contradicts nothing of {@link SCOPES}: a
 * scope outside its audience, role or grant is refused. Signature, issuer, audience and times are the
 * verifier's, which has the key and the clock. Roles and grants that a newer auth invented are left out.
 *
 * @throws BanyanError `token_invalid`, naming the claim
 */
export function validateClaims(payload: unknown): AccessTokenClaims {
  if (typeof payload !== 'object' || payload === null) throw invalid('the payload is no object');
  const p = payload as Record<string, unknown>;
  const text = (name: string, max = 512): string => {
    const value = p[name];
    if (typeof value !== 'string' || value === '' || value.length > max)
      throw invalid(`${name} is missing or no text`);
    return value;
  };
  const seconds = (name: string): number => {
    const value = p[name];
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      throw invalid(`${name} is missing or no time`);
    return value;
  };
  const aud = p['aud'];
  if (!isAudience(aud)) throw invalid('aud is not exactly one verifier role');
  const client_id = text('client_id');
  if (!isDeviceId(client_id)) throw invalid('client_id is no device id');
  const jkt = (p['cnf'] as { jkt?: unknown } | null | undefined)?.jkt;
  // One key, one name: a token whose key is not the device's would let one device speak as another.
  if (jkt !== client_id) throw invalid('cnf.jkt is not the device id');
  const role = p['role'];
  if (!(ROLES as readonly unknown[]).includes(role)) throw invalid('role is unknown');
  const rawGrants = p['grants'] ?? [];
  if (!Array.isArray(rawGrants) || rawGrants.length > 16) throw invalid('grants is no short list');
  const grants = GRANTS.filter((grant) => rawGrants.includes(grant));
  const scope = typeof p['scope'] === 'string' && p['scope'].length <= 512 ? p['scope'] : undefined;
  if (scope === undefined) throw invalid('scope is missing or no text');
  const allowed = scopesFor(aud, role as Role, grants);
  for (const one of scope.split(' ')) {
    if (Object.hasOwn(SCOPES, one) && !allowed.includes(one as Scope)) {
      throw invalid(`scope ${one} does not go with this audience, role and grants`);
    }
  }
  return {
    iss: text('iss', 2048),
    sub: text('sub'),
    aud,
    exp: seconds('exp'),
    iat: seconds('iat'),
    jti: text('jti'),
    client_id,
    scope,
    cnf: { jkt: client_id },
    account: text('account'),
    role: role as Role,
    grants,
  };
}

function invalid(what: string): BanyanError {
  return new BanyanError(
    'token_invalid',
    `The token is not valid here: ${what}. Enrol this device again if it goes on.`,
  );
}
