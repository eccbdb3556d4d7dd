#!/usr/bin/env node
// The committed entry of `banyan`: npm links it at install, before anything is built.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(fileURLToPath(main))) {
  await import(main.href);
} else {
  process.stderr.write(
    'Banyan is not built yet. Run `npm run build` (or `npm start`, which does all set-up) in the clone.\n',
  );
  process.exitCode = 69; // EX_UNAVAILABLE of sysexits
}
