// Makes a clone ready to run: the right Node, the dependencies of the lock file, a build of the sources.
// Does nothing, quickly, when all of that is so. `npm start`, `npm test` and the others call it themselves.
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './lib/build.mjs';
import { checkNode, ensureInstalled } from './lib/install.mjs';
import { exclusively } from './lib/lock.mjs';
import { main, ROOT, say } from './lib/run.mjs';
import { stoppable } from './lib/stoppable.mjs';

/**
 * Installs and builds what is out of date: one process at a time, and so that a signal ends all of it.
 *
 * @param {{ build?: boolean, force?: boolean }} [options]
 *   build: false to stop after the installation; force: ask the compiler even when nothing changed
 * @returns {Promise<boolean>} whether anything had to be done
 * @throws PlainError in words for a person
 */
export async function setup({ build = true, force = false } = {}) {
  checkNode();
  return stoppable(() =>
    exclusively(ROOT, async () => {
      const installed = await ensureInstalled();
      const built = build && (await ensureBuilt({ force }));
      return installed || built;
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    if (!(await setup())) say('Everything is installed and built.');
  });
}
