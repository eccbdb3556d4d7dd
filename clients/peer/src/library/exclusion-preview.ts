/** How many files of a folder patterns leave out, before they do. */
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExclusionPreview } from '@banyan/proto';
import { compileExclusions } from './exclusions.ts';
import { leftOutByName } from './left-out.ts';
import { MAX_PREVIEW_FILES, PREVIEW_EXAMPLES, SCAN_BATCH } from './limits.ts';

/**
 * Counts what lies in a folder now and is not left out anyway.
 *
 * @param exclude - tidy patterns
 * @returns `complete` false: there is more than was looked at
 */
export async function previewExclusions(
  root: string,
  exclude: readonly string[],
  signal: AbortSignal,
): Promise<ExclusionPreview> {
  const leavesOut = compileExclusions(exclude);
  const sums = { files: 0, bytes: 0, leftOut: { files: 0, bytes: 0 } };
  const examples: string[] = [];
  let complete = true;
  const stack = [''];

  const count = async (paths: readonly string[]): Promise<void> => {
    const sizes = await Promise.all(
      paths.map((path) =>
        lstat(join(root, path)).then(
          (info) => (info.isFile() ? info.size : undefined),
          () => undefined,
        ),
      ),
    );
    sizes.forEach((size, i) => {
      if (size === undefined) return;
      sums.files += 1;
      sums.bytes += size;
      const path = paths[i] as string;
      if (!leavesOut(path)) return;
      sums.leftOut.files += 1;
      sums.leftOut.bytes += size;
      if (examples.length < PREVIEW_EXAMPLES) examples.push(path);
    });
  };

  for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
    const dir = await opendir(join(root, folder)).catch(() => undefined);
    if (dir === undefined) continue;
    let batch: string[] = [];
    for await (const entry of dir) {
      if (leftOutByName(entry.name) !== undefined) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) stack.push(path);
      else if (entry.isFile()) batch.push(path);
      if (batch.length < SCAN_BATCH) continue;
      await count(batch);
      batch = [];
      if (signal.aborted || sums.files >= MAX_PREVIEW_FILES) break;
    }
    await count(batch);
    if (signal.aborted || sums.files >= MAX_PREVIEW_FILES) {
      complete = stack.length === 0 && !signal.aborted && sums.files < MAX_PREVIEW_FILES;
      break;
    }
  }
  return { ...sums, examples, complete };
}
