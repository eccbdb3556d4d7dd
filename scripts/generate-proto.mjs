// Generates the protobuf code of proto/gen/ from proto/banyan.proto. With --check it writes nothing and
// exits with 1 when the committed code differs from what the schema gives.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, copyFileSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const out = mkdtempSync(join(tmpdir(), 'banyan-proto-'));
try {
  const pbjs = join(root, 'node_modules', 'protobufjs-cli', 'bin', 'pbjs');
  // --force-number: lengths are below 2^53 by our own limit, so that no Long object is ever needed.
  execFileSync(
    process.execPath,
    [
      pbjs,
      '-t',
      'static-module',
      '-w',
      'esm',
      '--force-number',
      '--no-service',
      '--no-delimited',
      '--no-convert',
      '--no-typeurl',
      '--dependency',
      'protobufjs/minimal.js',
      '--dts',
      '-o',
      join(out, 'wire.js'),
      join(root, 'proto', 'banyan.proto'),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  mkdirSync(join(root, 'proto', 'gen'), { recursive: true });
  let stale = false;
  for (const name of ['wire.js', 'wire.d.ts']) {
    const committed = join(root, 'proto', 'gen', name);
    if (check) {
      if (readFileSync(join(out, name), 'utf8') !== readFileSync(committed, 'utf8')) {
        console.error(
          `proto/gen/${name} is not what proto/banyan.proto gives. Run \`npm run proto\` and commit the result.`,
        );
        stale = true;
      }
    } else copyFileSync(join(out, name), committed);
  }
  if (stale) process.exitCode = 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
