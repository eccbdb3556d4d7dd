/** `gateway.json`: the secret that signs links, and the port they name, so that links survive a restart. */
import { randomBytes } from 'node:crypto';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { readJsonFile, writePrivateFile } from '../private-file.ts';

const SECRET_BYTES = 32;

const GatewayFile = Type.Object({
  secret: Type.String({ pattern: '^[\\w-]{43}$' }),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
});
/** What is kept. Deleting the file while the peer is stopped ends every link there is. */
export type GatewayFile = Static<typeof GatewayFile>;

/** What was kept at `path`, or a new secret without a port. */
export async function readGatewayFile(path: string): Promise<GatewayFile> {
  const kept = await readJsonFile(path);
  return Value.Check(GatewayFile, kept)
    ? kept
    : { secret: randomBytes(SECRET_BYTES).toString('base64url'), port: 0 };
}

/** @throws BanyanError `disk_full`, `disk_failed` */
export async function writeGatewayFile(path: string, file: GatewayFile): Promise<void> {
  await writePrivateFile(path, `${JSON.stringify(file, null, 2)}\n`);
}
