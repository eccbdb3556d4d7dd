/** Opening the browser, where there is a person before it. */
import type { Cli } from '../cli.ts';

/** Opens the browser when a person sits at the terminal; in scripts and CI nothing is opened. */
export async function maybeOpen(cli: Cli, url: string): Promise<void> {
  const { env, out, err } = cli.ctx;
  const inCi = (env['CI'] ?? '') !== '' && env['CI'] !== 'false';
  if (cli.json || inCi || !out.isTerminal || !err.isTerminal) return;
  // Without a display xdg-open would start a text browser in this very terminal, or nothing.
  if (process.platform === 'linux' && env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined)
    return;
  if (!(await cli.ctx.openBrowser(url)))
    cli.note('No browser could be opened: open the link above yourself.');
}
