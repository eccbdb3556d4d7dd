/** `local-api.json`: how programs of the same user find and may use a running peer. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalApiFile } from '@banyan/proto';
import Value from 'typebox/value';
import { readJsonFile, writePrivateFile } from '../private-file.ts';

/** Its name in a peer's data folder. */
const LOCAL_API_FILE = 'local-api.json';

/** Writes the file for the peer that runs now; mode 0600. */
export async function writeApiFile(dataDir: string, file: LocalApiFile): Promise<void> {
  await writePrivateFile(join(dataDir, LOCAL_API_FILE), `${JSON.stringify(file, null, 2)}\n`);
}

/** Removes the file, unless another process has written its own meanwhile. */
export async function removeApiFile(dataDir: string, token: string): Promise<void> {
  const path = join(dataDir, LOCAL_API_FILE);
  const held = await readJsonFile(path);
  if (Value.Check(LocalApiFile, held) && held.token === token) await rm(path, { force: true });
}
