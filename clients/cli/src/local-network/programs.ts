/** Where the programs of the other workspaces are. */
import { fileURLToPath } from 'node:url';

/** Main module of a workspace: always the built one, also when tests run from sources. */
export function mainOf(workspace: string): string {
  return fileURLToPath(import.meta.resolve(`@banyan/${workspace}`)).replace(
    /(?:src|dist)([/\\])index\.[jt]s$/,
    'dist$1main.js',
  );
}
