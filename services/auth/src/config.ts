import Type, { type Static } from 'typebox';
import {
  AUDIT_SETTINGS,
  METRICS_SETTINGS,
  SERVICE_TLS_SETTINGS,
  STORE_SETTINGS,
  TRACING_SETTINGS,
} from '@banyan/kit';
import { EnrolmentMode, KeyThumbprint, MAX_PINS } from '@banyan/proto';
import { KEY_LEAD_S } from './constants.ts';
import { OIDC_SETTINGS } from './oidc/settings.ts';

/** Settings of the auth service; each is a flag, an environment variable and a key of the configuration file. */
export const AuthConfig = Type.Object({
  host: Type.String({
    default: 'localhost',
    description: 'Address to listen on. localhost is 127.0.0.1 and ::1.',
  }),
  port: Type.Integer({
    default: 7700,
    minimum: 0,
    maximum: 65_535,
    description: 'Port to listen on; 0: any free one.',
  }),
  dataDir: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Folder for everything that is kept. Default: auth/ in the data folder of Banyan, which BANYAN_DATA_DIR sets.',
    }),
  ),
  store: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Where accounts are kept: a folder, or Redis for several replicas (redis://, rediss://, redis+cluster://, unix://). Default: store/ in the data folder.',
    }),
  ),
  ...STORE_SETTINGS,
  ...AUDIT_SETTINGS,
  issuer: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'The URL under which everybody reaches this service: the name of the network. Default: from the address it listens on.',
    }),
  ),
  networkName: Type.String({
    default: 'Banyan',
    minLength: 1,
    maxLength: 64,
    description: 'Name of the network for people.',
  }),
  enrolment: Type.Enum(
    EnrolmentMode.anyOf.map((option) => option.const),
    {
      default: 'invite',
      description:
        'Who may bring a device in: anybody, who was invited, or nobody. Beside whom an OpenID Connect provider signs in.',
    },
  ),
  listUrls: Type.Array(Type.String({ pattern: '^https?://' }), {
    default: [],
    description: 'Base URLs of the supernode-list replicas.',
  }),
  listPins: Type.Array(KeyThumbprint, {
    default: [],
    maxItems: MAX_PINS,
    description: "Pins of the lists' TLS keys, where no public CA vouches for them.",
  }),
  ...OIDC_SETTINGS,
  ...SERVICE_TLS_SETTINGS,
  tlsPins: Type.Array(KeyThumbprint, {
    default: [],
    maxItems: MAX_PINS - 1,
    description:
      'Pins that invites carry, the first one in use and the others as backups: of the key in --tls-key or of the proxy in front. With tls self its own comes first by itself, and these are backups. banyan operator pin shows and makes them.',
  }),
  ...METRICS_SETTINGS,
  ...TRACING_SETTINGS,
  keyRotationDays: Type.Integer({
    default: 30,
    minimum: 0,
    maximum: 3650,
    description: 'Signing keys are replaced after so many days; 0: only when an operator says so.',
  }),
  keyLeadSeconds: Type.Integer({
    default: KEY_LEAD_S,
    minimum: 0,
    maximum: 86_400,
    description: 'A new signing key is published so long before it signs.',
  }),
  enrolmentsPerHour: Type.Integer({
    default: 300,
    minimum: 1,
    description: 'New accounts and failed enrolments of one address per hour.',
  }),
});

/** Values of {@link AuthConfig}. */
export type AuthConfig = Static<typeof AuthConfig>;
