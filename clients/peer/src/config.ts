/** Settings of a peer. */
import {
  BanyanError,
  DEFAULT_UPLOAD_SLOTS,
  isBanyanError,
  MAX_DOWNLOADS_AT_ONCE,
  parseBandwidth,
  parseHours,
  parseLimit,
  parseMemory,
  parseScheduleRule,
  type LimitsPatch,
  type VolunteerOffer,
} from '@banyan/proto';
import { METRICS_SETTINGS, TRACING_SETTINGS } from '@banyan/kit';
import Type, { type Static } from 'typebox';
import { DEFAULT_PORTS } from './own-ports.ts';
import type { VolunteerGiven } from './volunteer/index.ts';

const Port = (init: { default?: number; description: string }) =>
  Type.Integer({ minimum: 0, maximum: 65_535, ...init });

const Limit = (of: string) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      description: `Limit of ${of}, like 500KB/s, 1.5MB/s or 8Mbit/s; off: none. Kept over starts, as what page or command set is.`,
    }),
  );

export const PEER_SETTINGS = Type.Object({
  network: Type.Optional(
    Type.String({
      description:
        'URL of the network’s auth service, or an invite link. Default: the network joined on the page; with none yet, the page leads into one.',
    }),
  ),
  invite: Type.Optional(
    Type.String({ description: 'Invite link or code that enrols this device at its first start.' }),
  ),
  account: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description:
        'Account under which this device is enrolled at its first start. Without one, where the network has the sign-in of an organisation, its page offers that.',
    }),
  ),
  passwordFile: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'File whose first line is the account’s password, for the first start; or set BANYAN_PASSWORD, which no other user of the machine can see.',
    }),
  ),
  createAccount: Type.Optional(
    Type.Boolean({
      description: 'Make the account when it does not exist. Default: yes with an invite, else no.',
    }),
  ),
  name: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Name of this device for people. Default: the name of the machine.',
    }),
  ),
  host: Type.String({
    default: '127.0.0.1',
    description: 'Address to listen on for transfers (mutual TLS); 0.0.0.0 for other machines.',
  }),
  port: Type.Optional(
    Port({
      description: `Port of transfers; 0: any free one. Default: ${DEFAULT_PORTS.transfers}, or when that is taken a free one, which is kept.`,
    }),
  ),
  publicPort: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65_535,
      description:
        'Port under which others reach this peer, where a router forwards one. Default: the port that transfers listen on.',
    }),
  ),
  pagePort: Type.Optional(
    Port({
      description: `Port of page and local API, on localhost only; 0: any free one. Default: ${DEFAULT_PORTS.page}, or when that is taken a free one, which is kept.`,
    }),
  ),
  gatewayPort: Port({
    default: 0,
    description:
      'Port on 127.0.0.1 where players read files; 0: any free one at the first start, and the same from then on.',
  }),
  ...METRICS_SETTINGS,
  ...TRACING_SETTINGS,
  dataDir: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Folder for key, library index and downloads under way. Default: peer/ in the data folder of Banyan, which BANYAN_DATA_DIR sets.',
    }),
  ),
  downloadFolder: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Where finished files go. Default: Downloads/Banyan in the home folder; with a data folder of one’s own: downloads/ in it.',
    }),
  ),
  share: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Folder to share, beside those shared already. May be repeated.',
  }),
  shareDownloads: Type.Boolean({ default: true, description: 'Share what was downloaded.' }),
  uploadSlots: Type.Integer({
    default: DEFAULT_UPLOAD_SLOTS,
    minimum: 1,
    maximum: 1_000,
    description: 'Devices served at once.',
  }),
  uploadLimit: Limit('all uploads together'),
  downloadLimit: Limit('all downloads together'),
  uploadLimitEach: Limit('each upload'),
  downloadLimitEach: Limit('each download'),
  limitSchedule: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description:
        'Limits by the clock, like "mon-fri 08:00-18:00 up=1MB/s down=5MB/s"; keys up, down, up-each, down-each. May be repeated; the first that holds counts. Kept; "off" clears it.',
    }),
  ),
  maxDownloads: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_DOWNLOADS_AT_ONCE,
      description: 'Downloads that fetch at once; the others wait their turn. Kept. Default: 5.',
    }),
  ),
  volunteer: Type.Optional(
    Type.Boolean({
      description:
        'Offer this host as a supernode, which operators or the network’s policy may make it. Kept over starts, as what page or command set is, and so are the caps.',
    }),
  ),
  volunteerMaxLeaves: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Leaves that its supernode takes at most.' }),
  ),
  volunteerMemory: Type.Optional(
    Type.String({ minLength: 1, description: 'Memory that its supernode may use, like 2GB.' }),
  ),
  volunteerCpu: Type.Optional(
    Type.Number({
      minimum: 0.05,
      maximum: 1_024,
      description: 'Processors that its supernode should use, like 0.5. It runs with low priority.',
    }),
  ),
  volunteerBandwidth: Type.Optional(
    Type.String({ minLength: 1, description: 'Of the line, for its supernode, like 10MB/s.' }),
  ),
  volunteerRegion: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Region label of its supernode, for operators.',
    }),
  ),
  volunteerHours: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description:
        'When it may be a supernode, local time, like "mon-fri 08:00-20:00". May be repeated; "always" clears it.',
    }),
  ),
  supernodeProgram: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Main module of the supernode’s program; the command `banyan` fills it in.',
    }),
  ),
  supernodePort: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65_535,
      description:
        'Port of its supernode’s sessions. Default: the one after the transfer port, or any free one when that is taken.',
    }),
  ),
  supernodePublicHost: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Host under which others reach its supernode. Default: --host, or with 0.0.0.0 the address that its home saw.',
    }),
  ),
  preferSupernode: Type.Optional(
    Type.String({ description: 'Name or device id of a supernode to prefer as home.' }),
  ),
  webRoot: Type.Optional(
    Type.String({ minLength: 1, description: 'Folder of the built page. Default: that of @banyan/web.' }),
  ),
});

/**
 * The limits that settings name; what they do not name is left to what was kept.
 *
 * @throws BanyanError `invalid_config` with the flag whose value is not understood
 */
export function limitsOf(config: Static<typeof PEER_SETTINGS>): LimitsPatch {
  const limits: NonNullable<LimitsPatch['limits']> = {};
  for (const [name, flag, text] of [
    ['up', '--upload-limit', config.uploadLimit],
    ['down', '--download-limit', config.downloadLimit],
    ['upEach', '--upload-limit-each', config.uploadLimitEach],
    ['downEach', '--download-limit-each', config.downloadLimitEach],
  ] as const)
    if (text !== undefined) limits[name] = read(flag, () => parseLimit(text));
  const rules = config.limitSchedule?.filter((rule) => rule.trim().toLowerCase() !== 'off');
  return {
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(rules === undefined
      ? {}
      : { schedule: read('--limit-schedule', () => rules.map(parseScheduleRule)) }),
    ...(config.maxDownloads === undefined ? {} : { downloadsAtOnce: config.maxDownloads }),
  };
}

/**
 * What the settings say of the offer to be a supernode; what they do not name is left to what was kept.
 *
 * @throws BanyanError `invalid_config` with the flag whose value is not understood
 */
export function volunteerOf(config: Static<typeof PEER_SETTINGS>): VolunteerGiven {
  const { volunteer, volunteerMaxLeaves, volunteerMemory, volunteerCpu, volunteerBandwidth } = config;
  const { volunteerRegion, volunteerHours } = config;
  const caps: NonNullable<VolunteerOffer['caps']> = {
    ...(volunteerMaxLeaves === undefined ? {} : { maxLeaves: volunteerMaxLeaves }),
    ...(volunteerMemory === undefined
      ? {}
      : { memoryBytes: read('--volunteer-memory', () => parseMemory(volunteerMemory)) }),
    ...(volunteerCpu === undefined ? {} : { cpu: volunteerCpu }),
    ...(volunteerBandwidth === undefined
      ? {}
      : { bytesPerSecond: read('--volunteer-bandwidth', () => parseBandwidth(volunteerBandwidth)) }),
  };
  const hours = volunteerHours?.filter((text) => text.trim().toLowerCase() !== 'always');
  return {
    ...(volunteer === undefined ? {} : { offered: volunteer }),
    ...(Object.keys(caps).length === 0 ? {} : { caps }),
    ...(volunteerRegion === undefined ? {} : { region: volunteerRegion }),
    ...(hours === undefined ? {} : { hours: read('--volunteer-hours', () => hours.map(parseHours)) }),
  };
}

/** Reads a value of a flag; what is wrong with it is said with its name. */
function read<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!isBanyanError(error)) throw error;
    throw new BanyanError('invalid_config', `${flag}: ${error.message}`, { cause: error });
  }
}
