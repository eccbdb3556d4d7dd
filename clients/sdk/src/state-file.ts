/** A JSON file that keeps something over restarts, written whole or not at all. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Log } from '@banyan/kit';

export interface StateFile {
  /** What was kept; undefined when nothing was, or it cannot be read: then it is learnt again. */
  read(): Promise<unknown>;
  /** Keeps the value; a failure is logged, and what was kept before stays. */
  save(value: unknown): void;
  /** Resolves when everything saved so far is on its way to the disk. */
  flush(): Promise<void>;
}

/** @param what - for messages: "what is known of the network" */
export function createStateFile(path: string, log: Log, what: string): StateFile {
  let saving: Promise<void> = Promise.resolve();
  let waiting: { readonly value: unknown } | undefined;
  return {
    async read() {
      try {
        return JSON.parse(await readFile(path, 'utf8')) as unknown;
      } catch {
        return undefined;
      }
    },
    save(value) {
      const isQueued = waiting !== undefined;
      waiting = { value };
      // One write after the other, and only of the newest: a long list that comes in bit by bit is not written each time.
      if (isQueued) return;
      saving = saving
        .then(async () => {
          const newest = waiting?.value;
          waiting = undefined;
          const text = JSON.stringify(newest);
          await writeFile(`${path}.new`, text, { mode: 0o600 });
          await rename(`${path}.new`, path);
        })
        .catch((error: unknown) => log.warn({ err: error, file: path }, `${what} could not be kept`));
    },
    flush: () => saving,
  };
}
