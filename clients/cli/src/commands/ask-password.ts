/** Passwords: from a file for programs, else asked for on the terminal. */
import { readFile } from 'node:fs/promises';
import { BanyanError, displayText } from '@banyan/proto';
import { UsageError, type Cli } from '../cli.ts';
import { resolvePath } from '../context.ts';

/** The first line of a file. */
async function firstLine(cli: Cli, file: string): Promise<string> {
  const text = await readFile(resolvePath(cli.ctx, file), 'utf8').catch((cause: unknown) => {
    throw new BanyanError('invalid_request', `The password file ${displayText(file, 200)} cannot be read.`, {
      cause,
    });
  });
  return text.split(/\r?\n/, 1)[0] ?? '';
}

/**
 * The password of an account.
 *
 * @param file - what `--password-file` gave
 * @throws UsageError when there is neither a file nor a terminal
 */
export async function passwordOf(cli: Cli, account: string, file: string | undefined): Promise<string> {
  const given =
    file === undefined
      ? await cli.ctx.ask(`Password of ${displayText(account, 64)}: `, { secret: true })
      : await firstLine(cli, file);
  if (given === undefined || given === '')
    throw new UsageError('the password is needed: give it on the terminal, or by --password-file FILE');
  return given;
}

/** A new password, typed twice. @returns undefined without a terminal */
export async function askNewPassword(cli: Cli): Promise<string | undefined> {
  const first = await cli.ctx.ask('New password (at least ten characters): ', { secret: true });
  if (first === undefined) return undefined;
  const second = await cli.ctx.ask('Again: ', { secret: true });
  if (first === second) return first;
  throw new BanyanError('invalid_request', 'The two passwords differ. Start again.');
}

/** As {@link askNewPassword}, or from `--new-password-file`. */
export async function newPasswordOf(cli: Cli, file: string | undefined): Promise<string> {
  const given = file === undefined ? await askNewPassword(cli) : await firstLine(cli, file);
  if (given === undefined || given === '')
    throw new UsageError('a new password is needed: give it on the terminal, or by --new-password-file FILE');
  return given;
}
