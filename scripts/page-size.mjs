// Builds both pages aside and fails when one loads more script than it may. A step of `npm run check`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAGES, scriptKb } from './lib/page-size.mjs';
import { main, PlainError, ROOT, runNode, say } from './lib/run.mjs';

const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');

await main(async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'banyan-page-size-'));
  let tooLarge = 0;
  try {
    for (const { what, dist, config, counts, limit } of PAGES) {
      const dir = join(scratch, dist);
      const { code, output } = await runNode(
        [VITE, 'build', ...config, '--outDir', dir, '--emptyOutDir', '--logLevel', 'warn'],
        { cwd: join(ROOT, 'clients', 'web'), output: 'collect' },
      );
      if (code !== 0) throw new PlainError(`${what} could not be built:\n\n${output.trim()}`);
      const kb = scriptKb(dir, counts);
      say(`${what} loads ${kb.toFixed(1)} kB of script (gzip); it may ${limit}.`);
      if (kb > limit) tooLarge += 1;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return tooLarge === 0 ? 0 : 1;
});
