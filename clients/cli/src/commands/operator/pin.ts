/** `banyan operator pin`: the pin of a key or certificate file, and new keys for services that are known by one. */
import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { BanyanError } from '@banyan/proto';
import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { resolvePath } from '../../context.ts';
import { examples } from '../help.ts';

interface Options {
  readonly new?: boolean;
}

export function addPin(operator: Command, cli: Cli): void {
  operator
    .command('pin')
    .argument('<file>', 'key or certificate, PEM')
    .summary('show the pin of a TLS key')
    .description(
      'Shows the pin by which devices know a TLS key: what auth takes for --tls-pins and --list-pins. With --new the key is\n' +
        'made first; an existing file is never touched.',
    )
    .option('--new', 'make a key (P-256) in a new file')
    .addHelpText(
      'after',
      examples(
        ['banyan operator pin --new /safe/place/backup-key.pem', 'a backup key, before it is needed'],
        ['banyan operator pin /etc/banyan/tls.crt', 'the pin of a certificate'],
      ),
    )
    .action(async (file: string, options: Options) => {
      const path = resolvePath(cli.ctx, file);
      const pin = options.new === true ? await makeKey(path) : await pinOf(path);
      cli.result({ file: path, pin }, () => [pin]);
    });
}

async function makeKey(path: string): Promise<string> {
  if (existsSync(path))
    throw new BanyanError('invalid_request', `${path} is there already. Leave --new out to see its pin.`);
  const { loadOrCreateDeviceKey } = await import('@banyan/kit');
  return (await loadOrCreateDeviceKey(path)).deviceId;
}

async function pinOf(path: string): Promise<string> {
  const { jwkOfKey, thumbprintOfJwk } = await import('@banyan/kit');
  const pem = await readFile(path, 'utf8').catch((cause: unknown) => {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
    throw new BanyanError('not_found', `${path} cannot be read (${code}).`, { cause });
  });
  let key: KeyObject;
  try {
    key = pem.includes('-----BEGIN CERTIFICATE-----')
      ? new X509Certificate(pem).publicKey
      : createPublicKey(pem);
  } catch (cause) {
    throw new BanyanError('invalid_request', `${path} holds neither a key nor a certificate in PEM.`, {
      cause,
    });
  }
  const jwk = jwkOfKey(key);
  if (jwk === undefined)
    throw new BanyanError(
      'invalid_request',
      `The key in ${path} is not P-256, so that no pin names it. Make one with --new.`,
    );
  return thumbprintOfJwk(jwk);
}
