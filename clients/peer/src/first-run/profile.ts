/** What the owner of this peer chose once and for all: network, name, download folder. Kept over starts. */
import { isAbsolute, normalize } from 'node:path';
import { BanyanError, displayText, type Problem, type SettingsPatch, type SettingsView } from '@banyan/proto';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { prepareFolder } from '../download/part-file.ts';
import { readJsonFile, writePrivateFile } from '../private-file.ts';

const Kept = Type.Object({
  network: Type.Optional(
    Type.Object({ issuer: Type.String(), pins: Type.Optional(Type.Array(Type.String())) }),
  ),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  downloadFolder: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
});
type Kept = Static<typeof Kept>;

/** A network that this peer was told to be in. */
export interface ChosenNetwork {
  readonly issuer: string;
  /** Pins of its TLS key, from an invite. */
  readonly pins?: readonly string[];
}

export interface ProfileInit {
  readonly file: string;
  readonly name: string;
  readonly downloadFolder: string;
  /** Which of the two this start says; they win over what is kept. */
  readonly given: SettingsView['given'];
}

type Chosen = Pick<SettingsView, 'name' | 'downloadFolder'>;

export interface Profile {
  readonly name: string;
  readonly downloadFolder: string;
  /** Says whom to ask why the download folder is not shared, for the view; undefined: it is, or is not to be. */
  setFolderProblem(look: () => Problem | undefined): void;
  /** Joined on the page, at this start or an earlier one. */
  readonly network: ChosenNetwork | undefined;
  view(): SettingsView;
  /** @throws BanyanError `disk_full`, `disk_failed` */
  join(network: ChosenNetwork): Promise<void>;
  /**
   * Changes what is named, at once and for later starts.
   *
   * @throws BanyanError `invalid_request`, `folder_missing`, `folder_unreadable`, and nothing is changed; `disk_full`,
   *   `disk_failed`
   */
  change(patch: SettingsPatch): Promise<SettingsView>;
  /** Told after a change, which is answered when this resolves, with what was before. */
  onChange(listener: (before: Chosen) => Promise<void>): void;
}

export async function openProfile(init: ProfileInit): Promise<Profile> {
  const held = await readJsonFile(init.file);
  let kept: Kept = Value.Check(Kept, held) ? held : {};
  const first = <K extends 'name' | 'downloadFolder'>(key: K): string =>
    init.given.includes(key) ? init[key] : (kept[key] ?? init[key]);
  let name = first('name');
  let downloadFolder = first('downloadFolder');
  let lookAtFolder = (): Problem | undefined => undefined;
  const listeners = new Set<(before: Chosen) => Promise<void>>();

  let last: Promise<unknown> = Promise.resolve();
  /** One change after the other: each begins with what the one before it kept. */
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const mine = last.then(change);
    last = mine.catch(() => undefined);
    return mine;
  };
  const keep = async (more: Kept): Promise<void> => {
    const next = { ...kept, ...more };
    await writePrivateFile(init.file, `${JSON.stringify(next)}\n`);
    kept = next;
  };
  const view = (): SettingsView => {
    const folderProblem = lookAtFolder();
    return {
      name,
      downloadFolder,
      given: init.given,
      ...(folderProblem === undefined ? {} : { folderProblem }),
    };
  };

  return {
    get name() {
      return name;
    },
    get downloadFolder() {
      return downloadFolder;
    },
    setFolderProblem(look) {
      lookAtFolder = look;
    },
    get network() {
      const { network } = kept;
      if (network === undefined) return undefined;
      return { issuer: network.issuer, ...(network.pins === undefined ? {} : { pins: network.pins }) };
    },
    view,
    join: ({ issuer, pins = [] }) =>
      inTurn(() => keep({ network: { issuer, ...(pins.length === 0 ? {} : { pins: [...pins] }) } })),
    change: (patch) =>
      inTurn(async () => {
        const newName = patch.name === undefined ? undefined : nameOf(patch.name);
        const newFolder =
          patch.downloadFolder === undefined ? undefined : await folderOf(patch.downloadFolder);
        await keep({
          ...(newName === undefined ? {} : { name: newName }),
          ...(newFolder === undefined ? {} : { downloadFolder: newFolder }),
        });
        const before = { name, downloadFolder };
        name = newName ?? name;
        downloadFolder = newFolder ?? downloadFolder;
        for (const listener of listeners) await listener(before);
        return view();
      }),
    onChange: (listener) => void listeners.add(listener),
  };
}

function nameOf(text: string): string {
  const name = displayText(text, 64).trim();
  if (name === '') throw new BanyanError('invalid_request', 'The name of this device is empty. Type one.');
  return name;
}

/** Made if it is not there: a newcomer has no folder for downloads yet. */
async function folderOf(path: string): Promise<string> {
  if (!isAbsolute(path))
    throw new BanyanError(
      'invalid_request',
      `"${displayText(path, 200)}" is no whole path. Begin at the top: /home/you/Downloads.`,
    );
  const folder = normalize(path);
  await prepareFolder(folder, true);
  return folder;
}
