/** Where a run leaves its results. */
import { access, constants, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError } from '@banyan/proto';
import { makeFolder } from '@banyan/kit';
import { intervalsCsv, reportPage, type LoadPlan, type RunResults } from '@banyan/load';
import { resolvePath, type CliContext } from '../../context.ts';

export interface RunFolder {
  readonly path: string;
  /**
   * Writes `results.json`, `intervals.csv` and `report.html`.
   *
   * @throws BanyanError `disk_failed` with the system's reason
   */
  keep(results: RunResults): Promise<void>;
  /** Takes the folder away again when it was made for this run and nothing is in it. */
  giveUp(): Promise<void>;
}

/**
 * Makes the folder. To be done before the run: hours later is too late to learn that there can be none.
 *
 * @param out - what the user wants; default: one named after scenario and time, in `load-results`
 * @throws BanyanError `invalid_request` when there can be none
 */
export async function makeRunFolder(
  ctx: CliContext,
  plan: LoadPlan,
  out: string | undefined,
): Promise<RunFolder> {
  const at = new Date(ctx.now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const path = resolvePath(
    ctx,
    out ?? join('load-results', `${plan.name.replaceAll(/[^\w.-]/g, '_')}-${at}`),
  );
  try {
    await makeFolder(path);
    await access(path, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'EEXIST' || code === 'ENOTDIR'
        ? `${path} is not a folder, or lies in what is none`
        : `${path} cannot be written to (${code ?? 'unknown reason'})`;
    throw new BanyanError(
      'invalid_request',
      `The results cannot be kept: ${why}. Choose another folder by --out.`,
      { cause },
    );
  }
  return {
    path,
    async keep(results) {
      try {
        await writeFile(join(path, 'results.json'), `${JSON.stringify(results)}\n`);
        await writeFile(join(path, 'intervals.csv'), intervalsCsv(results));
        await writeFile(join(path, 'report.html'), reportPage({ results }));
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        throw new BanyanError(
          'disk_failed',
          `The run is over, but its results could not be written to ${path} (${code ?? 'unknown reason'}).`,
          { cause },
        );
      }
    },
    async giveUp() {
      if (out === undefined) await rmdir(path).catch(() => undefined);
    },
  };
}
