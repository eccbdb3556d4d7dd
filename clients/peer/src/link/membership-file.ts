/** What this peer keeps of its network over restarts: that it is enrolled, and the supernodes it last knew. */
import { SupernodeEntry } from '@banyan/proto';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { readJsonFile } from '../private-file.ts';

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
