// npm run build: everything, right after `npm ci`; incremental afterwards.
import { ensureBuilt } from './lib/build.mjs';
import { main, say } from './lib/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup({ build: false });
  await ensureBuilt({ force: true });
  say('Built.');
});
