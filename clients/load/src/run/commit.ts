/** The commit of the sources that run here. */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** With `-dirty` when the tree differs from it; `unknown` outside of git, as in an image. */
export function sourceCommit(): Promise<string> {
  const cwd = dirname(fileURLToPath(import.meta.url));
  return new Promise((resolve) => {
    execFile(
      'git',
      ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'],
      { cwd },
      (error, stdout) => resolve(error === null ? stdout.trim() : 'unknown'),
    );
  });
}
