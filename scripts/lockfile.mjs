// Looks after package-lock.json: `npm run check` runs it; with --fix it repairs what it finds.
//
// A registry mirror that does not carry other systems' binaries makes npm leave those optional packages out of the
// lock file, and `npm ci` then refuses that very file. So every optional dependency of a locked package is locked
// too, with the version that its parent names. Addresses of registries do not belong into the file either: whoever
// installs has their own.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingOptionals, registryAddresses, withOptionals } from './lib/lockfile.mjs';
import { main, ROOT, say } from './lib/run.mjs';

await main(() => {
  const path = join(ROOT, 'package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const missing = missingOptionals(lock);
  const addresses = registryAddresses(lock);
  if (missing.length === 0 && addresses.length === 0) return 0;
  if (process.argv.includes('--fix')) {
    for (const key of addresses) delete lock.packages[key].resolved;
    writeFileSync(path, `${JSON.stringify(withOptionals(lock, missing), null, 2)}\n`);
    say(
      `package-lock.json: ${missing.length} optional packages added, ${addresses.length} addresses removed.`,
    );
    return 0;
  }
  for (const { name, parent } of missing)
    say(`package-lock.json lacks ${name}, an optional part of ${parent}.`);
  for (const key of addresses) say(`package-lock.json names a registry for ${key}.`);
  say('Run `node scripts/lockfile.mjs --fix` and commit the result.');
  return 1;
});
