/** The account's password for the first start: from a file or the environment, never from the command line. */
import { readFile } from 'node:fs/promises';
import { BanyanError } from '@banyan/proto';

/**
 * @returns undefined when neither is given
 * @throws BanyanError `invalid_config` for a file that cannot be read or is empty
 */
export async function readPassword(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (file === undefined) return env['BANYAN_PASSWORD'] || undefined;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new BanyanError(
      'invalid_config',
      `The password file ${file} (--password-file) cannot be read (${String((cause as NodeJS.ErrnoException).code)}). Check the path and its permissions.`,
      { cause },
    );
  }
  const password = text.split(/\r?\n/, 1)[0] ?? '';
  if (password === '')
    throw new BanyanError(
      'invalid_config',
      `The first line of the password file ${file} (--password-file) is empty. Write the password there.`,
    );
  return password;
}
