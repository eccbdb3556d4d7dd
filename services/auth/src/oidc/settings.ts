/** Settings of the sign-in with the organisation's own OpenID Connect provider. */
import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { BanyanError, displayText } from '@banyan/proto';
import { isLoopback } from '@banyan/kit';

const Groups = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { description }));

const Claim = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 128, description }));

const DEFAULT_SCOPES = ['openid', 'profile'];
const DEFAULT_NAME_CLAIM = 'preferred_username';
const DEFAULT_GROUPS_CLAIM = 'groups';

export const OIDC_SETTINGS = {
  oidcIssuer: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'Issuer URL of an OpenID Connect provider with which people may sign in, in every enrolment mode. Default: none.',
    }),
  ),
  oidcClientId: Type.Optional(
    Type.String({ minLength: 1, description: 'Under which id the provider knows this network.' }),
  ),
  oidcClientSecretFile: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'File whose first line is the client secret. Default: none, a public client with PKCE.',
    }),
  ),
  oidcName: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'What people call the provider: "Sign in with …". Default: its host.',
    }),
  ),
  oidcScopes: Type.Optional(
    Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$' }), {
      description: `Scopes to ask for; openid is always among them. Some providers want "groups" here too. Default: ${DEFAULT_SCOPES.join(' and ')}.`,
    }),
  ),
  oidcNameClaim: Claim(
    `Claim from which a new account is named; of a mail address, the part before the @. Default: ${DEFAULT_NAME_CLAIM}.`,
  ),
  oidcGroupsClaim: Claim(`Claim that lists the groups of a person. Default: ${DEFAULT_GROUPS_CLAIM}.`),
  oidcOperatorGroups: Groups('Groups whose members are operators. May be repeated.'),
  oidcViewerGroups: Groups('Groups whose members may look at what operators see. May be repeated.'),
  oidcMemberGroups: Groups(
    'Groups whose members are admitted, beside those above. Default: everybody whom the provider signs in.',
  ),
};

type Settings = Static<Type.TObject<typeof OIDC_SETTINGS>>;

/** What is known of the provider before it was asked. */
export interface OidcConfig {
  /** As it is written in the provider's metadata. */
  readonly issuer: URL;
  readonly clientId: string;
  /** Absent: a public client. */
  readonly clientSecret?: string;
  /** For people. */
  readonly name: string;
  readonly scope: string;
  readonly nameClaim: string;
  readonly groupsClaim: string;
  readonly operatorGroups: ReadonlySet<string>;
  readonly viewerGroups: ReadonlySet<string>;
  /** Empty: everybody. */
  readonly memberGroups: ReadonlySet<string>;
}

/**
 * Reads the settings; nothing is asked of the provider.
 *
 * @returns undefined when no provider is configured
 * @throws BanyanError `invalid_config` when they contradict each other or the secret cannot be read
 */
export async function readOidcConfig(settings: Settings): Promise<OidcConfig | undefined> {
  if (settings.oidcIssuer === undefined) {
    if (settings.oidcClientId !== undefined)
      throw new BanyanError('invalid_config', 'With --oidc-client-id, give --oidc-issuer too.');
    return undefined;
  }
  if (settings.oidcClientId === undefined)
    throw new BanyanError(
      'invalid_config',
      'With --oidc-issuer, give --oidc-client-id too: register this network at the provider first.',
    );
  const issuer = URL.canParse(settings.oidcIssuer) ? new URL(settings.oidcIssuer) : undefined;
  if (issuer?.search !== '' || issuer.hash !== '' || issuer.username !== '')
    throw new BanyanError(
      'invalid_config',
      `--oidc-issuer ${settings.oidcIssuer} is no issuer URL. It looks like https://login.example.org/realm, without query.`,
    );
  if (issuer.protocol !== 'https:' && !isLoopback(issuer.hostname))
    throw new BanyanError(
      'invalid_config',
      `--oidc-issuer ${settings.oidcIssuer} must be https: who signs in must not be said in the clear.`,
    );
  return {
    issuer,
    clientId: settings.oidcClientId,
    ...(settings.oidcClientSecretFile === undefined
      ? {}
      : { clientSecret: await readSecret(settings.oidcClientSecretFile) }),
    name: displayText(settings.oidcName ?? issuer.host, 64),
    scope: [...new Set(['openid', ...(settings.oidcScopes ?? DEFAULT_SCOPES)])].join(' '),
    nameClaim: settings.oidcNameClaim ?? DEFAULT_NAME_CLAIM,
    groupsClaim: settings.oidcGroupsClaim ?? DEFAULT_GROUPS_CLAIM,
    operatorGroups: new Set(settings.oidcOperatorGroups),
    viewerGroups: new Set(settings.oidcViewerGroups),
    memberGroups: new Set(settings.oidcMemberGroups),
  };
}

async function readSecret(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new BanyanError(
      'invalid_config',
      `The client secret ${file} (--oidc-client-secret-file) cannot be read (${String((cause as NodeJS.ErrnoException).code)}). Check the path and its permissions.`,
      { cause },
    );
  }
  const secret = (text.split(/\r?\n/, 1)[0] ?? '').trim();
  if (secret === '')
    throw new BanyanError(
      'invalid_config',
      `The first line of ${file} (--oidc-client-secret-file) is empty. Write the client secret there.`,
    );
  return secret;
}
