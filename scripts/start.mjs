// npm start [-- options]: sets up what is missing, then runs `banyan up` with these options.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, ROOT } from './lib/run.mjs';
import { onceEach } from './lib/signals.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup();
  // `banyan up` runs in this very process: standard input, signals and the exit code are then its own, and
  // nothing has to be passed on. Only npm's duplicates must go.
  onceEach(process, ['SIGINT', 'SIGTERM']);
  const entry = join(ROOT, 'clients', 'cli', 'bin', 'banyan.js');
  process.argv.splice(1, 1, entry, 'up');
  await import(pathToFileURL(entry).href);
});
