/** Settings of a supernode. */
import { KeyThumbprint, MAX_LEAF_RECORDS, MAX_PINS } from '@banyan/proto';
import { METRICS_SETTINGS, TRACING_SETTINGS } from '@banyan/kit';
import Type from 'typebox';

export const SUPERNODE_SETTINGS = Type.Object({
  network: Type.String({ description: 'URL of the network’s auth service, or an invite link.' }),
  invite: Type.Optional(
    Type.String({ description: 'Invite link or code that enrols this supernode at its first start.' }),
  ),
  networkPins: Type.Array(KeyThumbprint, {
    default: [],
    maxItems: MAX_PINS,
    description:
      'Pins of the auth service’s TLS key, where no public CA vouches for it and no invite link says them. What was pinned once is kept.',
  }),
  account: Type.String({ default: 'supernodes', description: 'Account under which it is enrolled.' }),
  name: Type.String({ default: 'supernode', minLength: 1, maxLength: 64, description: 'Name for people.' }),
  host: Type.String({ default: '127.0.0.1', description: 'Address to listen on for sessions (TLS).' }),
  port: Type.Integer({
    default: 7710,
    minimum: 0,
    maximum: 65535,
    description: 'Port of the sessions; 0: any free one.',
  }),
  publicHost: Type.Optional(
    Type.String({ description: 'Host under which leaves reach it. Default: the host it listens on.' }),
  ),
  publicPort: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65535,
      description: 'Port under which leaves reach it. Default: the bound port.',
    }),
  ),
  adminPort: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 65535,
    description: 'Port on loopback for health and metrics; 0: any free one.',
  }),
  dataDir: Type.Optional(
    Type.String({
      description:
        'Folder for its key and what it knows of the network. Default: supernode/ in the data folder of Banyan, which BANYAN_DATA_DIR sets.',
    }),
  ),
  deviceKey: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'File of the key of a device that is enrolled already, whose supernode this is; what a promoted peer gives. Default: a key of its own in the data folder, enrolled at the first start.',
    }),
  ),
  capacity: Type.Integer({
    default: 5_000,
    minimum: 1,
    maximum: 100_000,
    description: 'Leaves it takes, second homes included.',
  }),
  cpuLimit: Type.Optional(
    Type.Number({
      minimum: 0.05,
      maximum: 1024,
      description: 'Processors it may use, as 0.5; beyond, it rests. Default: no limit.',
    }),
  ),
  bandwidthLimit: Type.Optional(
    Type.Integer({
      minimum: 10_000,
      maximum: 1e12,
      description:
        'Bytes per second of its sessions, both directions together; beyond, it rests. Default: no limit.',
    }),
  ),
  maxLeafRecords: Type.Integer({
    default: MAX_LEAF_RECORDS,
    minimum: 1,
    maximum: MAX_LEAF_RECORDS,
    description: 'Records of one leaf.',
  }),
  indexMemory: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1024 * 1024,
      description:
        'Memory of the search index in MiB; beyond it records are refused. Default: a quarter of the machine’s.',
    }),
  ),
  drainSeconds: Type.Number({
    default: 5,
    minimum: 0,
    maximum: 3600,
    description: 'How long leaves may take to move when it stops.',
  }),
  ...METRICS_SETTINGS,
  ...TRACING_SETTINGS,
  region: Type.Optional(Type.String({ maxLength: 64, description: 'Region label, for operators.' })),
});
