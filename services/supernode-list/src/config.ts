import { KeyThumbprint, MAX_PINS } from '@banyan/proto';
import {
  AUDIT_SETTINGS,
  METRICS_SETTINGS,
  SERVICE_TLS_SETTINGS,
  STORE_SETTINGS,
  TRACING_SETTINGS,
} from '@banyan/kit';
import Type, { type Static } from 'typebox';

/** Settings of the list service; each is a flag, an environment variable and a key of the configuration file. */
export const ListConfig = Type.Object({
  network: Type.String({
    pattern: '^(https?://|banyan-invite:)',
    description: 'URL of the network’s auth service, or an invite link.',
  }),
  networkPins: Type.Array(KeyThumbprint, {
    default: [],
    maxItems: MAX_PINS,
    description:
      'Pins of the auth service’s TLS key, where no public CA vouches for it and no invite link says them. What was pinned once is kept.',
  }),
  host: Type.String({
    default: 'localhost',
    description: 'Address to listen on. localhost is 127.0.0.1 and ::1.',
  }),
  port: Type.Integer({
    default: 7701,
    minimum: 0,
    maximum: 65_535,
    description: 'Port to listen on; 0: any free one.',
  }),
  publicUrl: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description:
        'The URL under which everybody reaches this service. Default: from the address it listens on.',
    }),
  ),
  dataDir: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Folder for everything that is kept. Default: list/ in the data folder of Banyan, which BANYAN_DATA_DIR sets.',
    }),
  ),
  store: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Where members are kept: a folder, or Redis for several replicas (redis://, rediss://, redis+cluster://, unix://). Default: store/ in the data folder.',
    }),
  ),
  ...STORE_SETTINGS,
  ...AUDIT_SETTINGS,
  invite: Type.Optional(
    Type.String({
      description:
        'Invite link or code with the grant promote, which enrols this list at its first start: without it, it promotes nobody.',
    }),
  ),
  account: Type.String({ default: 'lists', description: 'Account under which this list is enrolled.' }),
  ...SERVICE_TLS_SETTINGS,
  ...METRICS_SETTINGS,
  ...TRACING_SETTINGS,
});
export type ListConfig = Static<typeof ListConfig>;
