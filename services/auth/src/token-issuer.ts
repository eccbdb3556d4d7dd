import { randomUUID } from 'node:crypto';
import {
  ACCESS_TOKEN_TYP,
  BanyanError,
  displayText,
  isAudience,
  scopesFor,
  TOKEN_TTL_S,
  type AccessTokenClaims,
  type Scope,
  type TokenResponse,
} from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { grantsOf, type EnrolledDevice } from './accounts.ts';
import type { Bans } from './bans.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Error codes of RFC 6749 section 5.2 and RFC 8707 section 2. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unauthorized_client'
  | 'unsupported_grant_type';

/** A refusal in OAuth's words; `banyan` has ours. */
export class OAuthError extends Error {
  readonly oauth: OAuthErrorCode;
  readonly banyan: BanyanError;

  constructor(oauth: OAuthErrorCode, banyan: BanyanError) {
    super(banyan.message, { cause: banyan });
    this.oauth = oauth;
    this.banyan = banyan;
  }
}

/** Gives out access tokens (RFC 9068). */
export interface TokenIssuer {
  /**
   * A token for one verifier role, bound to the device's key by `cnf.jkt`, for one hour.
   *
   * @param resource - one of AUDIENCE (RFC 8707)
   * @param scope - scopes wanted, separated by blanks; undefined: all that are allowed
   * @throws OAuthError `invalid_target`, `invalid_scope`, `unauthorized_client` (banned)
   */
  issue(
    device: EnrolledDevice,
    resource: string | undefined,
    scope: string | undefined,
  ): Promise<TokenResponse>;
}

/** What {@link createTokenIssuer} needs. */
export interface TokenIssuerComponents {
  readonly keys: Pick<SigningKeys, 'sign'>;
  readonly bans: Pick<Bans, 'refuseBanned'>;
  readonly clock: Clock;
  readonly issuer: () => string;
}

/** Makes the issuer of tokens. */
export function createTokenIssuer(components: TokenIssuerComponents): TokenIssuer {
  const { keys, bans, clock, issuer } = components;

  function scopesWanted(wanted: string | undefined, allowed: readonly Scope[]): readonly string[] {
    if (wanted === undefined || wanted.trim() === '') return allowed;
    const asked = [...new Set(wanted.split(' ').filter((one) => one !== ''))];
    const refused = asked.find((one) => !allowed.some((scope) => scope === one));
    if (refused === undefined) return asked;
    throw new OAuthError(
      'invalid_scope',
      new BanyanError(
        'forbidden',
        `The scope ${displayText(refused, 64)} is not allowed for this account, device and resource. Ask an operator for the right.`,
      ),
    );
  }

  return {
    async issue(enrolled, resource, scope) {
      if (!isAudience(resource)) {
        throw new OAuthError(
          'invalid_target',
          new BanyanError(
            'invalid_request',
            'The resource must name one verifier role, such as urn:banyan:supernode.',
          ),
        );
      }
      const { account, device, deviceId } = enrolled;
      try {
        await bans.refuseBanned(account.accountId, deviceId);
      } catch (error) {
        if (error instanceof BanyanError && error.code === 'token_revoked')
          throw new OAuthError('unauthorized_client', error);
        throw error;
      }
      const grants = grantsOf(account, device);
      const scopes = scopesWanted(scope, scopesFor(resource, account.role, grants)).join(' ');
      const iat = Math.floor(clock.now() / 1000);
      const claims: AccessTokenClaims = {
        iss: issuer(),
        sub: account.accountId,
        aud: resource,
        exp: iat + TOKEN_TTL_S,
        iat,
        jti: randomUUID(),
        client_id: deviceId,
        scope: scopes,
        cnf: { jkt: deviceId },
        account: account.name,
        role: account.role,
        grants,
      };
      return {
        access_token: await keys.sign({ ...claims }, ACCESS_TOKEN_TYP),
        token_type: 'DPoP',
        expires_in: TOKEN_TTL_S,
        scope: scopes,
      };
    },
  };
}
