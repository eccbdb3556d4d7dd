/** Programs that speak one version of the protocol more than they do: see `next-version-preload.ts`. */
import type { Program } from './program.ts';

/** For Node: runs a program as one of the next version. */
export const AS_NEXT_VERSION: readonly string[] = [
  '--import',
  new URL('../dist/next-version-preload.js', import.meta.url).href,
];

/** What a program of the next version says of a session. */
export interface NextSession {
  /** The version that both sides agreed on. */
  readonly next: 1 | 2;
  /** Messages of the new kind that came over it so far. */
  readonly news: number;
}

/** The sessions that a program of the next version had, by its log. */
export async function sessionsOfNext(program: Program): Promise<NextSession[]> {
  return (await program.log())
    .split('\n')
    .filter((line) => line.startsWith('{"next":'))
    .map((line) => JSON.parse(line) as NextSession);
}
