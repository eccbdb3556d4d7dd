/** What this peer keeps of its network over restarts: that it is enrolled, and the supernodes it last knew. */
import { SupernodeEntry } from '@banyan/proto';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import type { Log } from '@banyan/kit';
import { readJsonFile, writePrivateFile } from '../private-file.ts';

/** Proof for later starts that this device is in the network, so that they need no auth. */
export const Enrolled = Type.Object({
  issuer: Type.String(),
  deviceId: Type.String(),
  account: Type.String(),
});
export type Enrolled = Static<typeof Enrolled>;

const Known = Type.Object({
  issuer: Type.String(),
  supernodes: Type.Array(SupernodeEntry, { maxItems: 64 }),
});

export async function readEnrolled(file: string): Promise<Enrolled | undefined> {
  const held = await readJsonFile(file);
  return Value.Check(Enrolled, held) ? held : undefined;
}

/** Supernodes of `issuer`; those of another network are passed over. */
export async function readKnown(file: string, issuer: string): Promise<readonly SupernodeEntry[]> {
  const held = await readJsonFile(file);
  return Value.Check(Known, held) && held.issuer === issuer ? held.supernodes : [];
}

/** Writes what nobody waits for. */
export interface Keeper {
  keep(file: string, value: unknown): void;
  /** Resolves when nothing is being written. */
  settled(): Promise<void>;
}

export function createKeeper(log: Log): Keeper {
  let saving: Promise<void> = Promise.resolve();
  return {
    keep(file, value) {
      saving = saving
        .then(() => writePrivateFile(file, JSON.stringify(value)))
        .catch((err: unknown) => log.warn({ err, file }, 'what is known of the network was not kept'));
    },
    settled: () => saving,
  };
}
