/**
 * First run and settings, in the local API of a peer. Until it is in a network a peer has only these, the folders to choose
 * from, and the session; everything else answers `not_joined`.
 *
 * | call | path |
 * |---|---|
 * | how far it is, and what it proposes | GET /setup?wait= → SetupView (`wait`: seconds, while it is joining, for that to end) |
 * | look at a network before joining it | POST /setup/network ← NetworkQuestion → NetworkPreview |
 * | join: enrols this device, then starts everything | POST /setup ← JoinRequest → SetupView |
 * | name and download folder | GET /settings; PATCH /settings ← SettingsPatch → SettingsView |
 * | folders of this machine, to choose one | POST /folders ← FolderQuestion → FolderListing |
 */
import Type, { type Static } from 'typebox';
import { EnrolmentMode } from './auth.ts';
import { Problem } from './local.ts';
import { oneOf } from './one-of.ts';

/** An invite link or a URL, as somebody pasted it. */
const NetworkText = Type.String({
  minLength: 1,
  maxLength: 4096,
  description: 'invite link, or URL of auth',
});
const DeviceName = Type.String({ minLength: 1, maxLength: 64 });
const FolderPath = Type.String({ minLength: 1, maxLength: 4096, description: 'absolute' });

export const SetupView = Type.Object({
  state: Type.Union([
    Type.Literal('needed'),
    Type.Literal('joining'), // until all that a peer does has started
    Type.Literal('joined'),
    Type.Literal('failed'), // the device is in the network, and this process could not start the rest: the next start may
  ]),
  /** Why it `failed`. */
  problem: Type.Optional(Problem),
  /** Name of this device as it is, or as it is proposed. */
  name: Type.String(),
  downloadFolder: Type.String(),
  /** Folders of this user that people often share, as far as they are there. */
  folders: Type.Array(Type.String()),
});
export type SetupView = Static<typeof SetupView>;

export const NetworkQuestion = Type.Object({ network: NetworkText }, { additionalProperties: false });
export type NetworkQuestion = Static<typeof NetworkQuestion>;

export const NetworkPreview = Type.Object({
  issuer: Type.String(),
  name: Type.String(),
  enrolment: EnrolmentMode,
  /** The link carries the code of an invite. */
  invited: Type.Boolean(),
  /** What people call the provider with which they may sign in instead of with a name and a password of this network; null: none. */
  signIn: Type.Union([Type.String(), Type.Null()]),
  /** How we know that it is this network: by the key in the link, by a public certificate, or not at all (this machine only). */
  trust: Type.Union([Type.Literal('pinned'), Type.Literal('certificate'), Type.Literal('loopback')]),
});
export type NetworkPreview = Static<typeof NetworkPreview>;

export const JoinRequest = Type.Object(
  {
    network: NetworkText,
    /** Absent: the network's sign-in follows, as `sign-in` in local.ts has it. */
    account: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    /** As in enrolment; default: with an invite whatever fits, else false. */
    createAccount: Type.Optional(Type.Boolean()),
    /** Of this device, for people; default: the one proposed, as of the folder. */
    name: Type.Optional(DeviceName),
    downloadFolder: Type.Optional(FolderPath),
  },
  { additionalProperties: false },
);
export type JoinRequest = Static<typeof JoinRequest>;

export const SettingsView = Type.Object({
  name: Type.String(),
  downloadFolder: Type.String(),
  /** Set by whoever starts this peer: a change holds until the next start. */
  given: Type.Array(Type.Union([Type.Literal('name'), Type.Literal('downloadFolder')])),
  /** Why the download folder, which was to be shared, is not. */
  folderProblem: Type.Optional(Problem),
});
export type SettingsView = Static<typeof SettingsView>;

export const SettingsPatch = Type.Object(
  { name: Type.Optional(DeviceName), downloadFolder: Type.Optional(FolderPath) },
  { additionalProperties: false, minProperties: 1 },
);
export type SettingsPatch = Static<typeof SettingsPatch>;

/** `POST`, though nothing changes: looking at a path may reach out to other machines, which no page of elsewhere may bring about. */
export const FolderQuestion = Type.Object(
  { path: Type.Optional(FolderPath) },
  { additionalProperties: false },
);
export type FolderQuestion = Static<typeof FolderQuestion>;

/** Where one begins to look. */
export const FolderPlace = Type.Object({
  kind: oneOf(['home', 'root', 'disk']),
  name: Type.String(),
  path: Type.String(),
});
export type FolderPlace = Static<typeof FolderPlace>;

/** The folders in a folder, without hidden ones, by name. */
export const FolderListing = Type.Object({
  /** Of one that is not there: the nearest above it that is. Not asked for: the home folder. */
  path: Type.String(),
  /** Null: there is nothing above. */
  parent: Type.Union([Type.String(), Type.Null()]),
  places: Type.Array(FolderPlace),
  folders: Type.Array(Type.Object({ name: Type.String(), path: Type.String() })),
  /** There are more than are told. */
  isCut: Type.Boolean(),
  /** Why nothing can be told of it. */
  problem: Type.Optional(Problem),
});
export type FolderListing = Static<typeof FolderListing>;
