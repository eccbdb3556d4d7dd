// npm run build: everything, right after `npm ci`; incremental afterwards.
import { main, say } from './lib/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup({ force: true });
  say('Built.');
});
