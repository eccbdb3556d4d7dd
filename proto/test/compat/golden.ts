/**
 * What every released version wrote, as it was then: `test/golden/VERSION/` has its schema of frames, one frame of each kind,
 * the schemas of its REST bodies and samples of them. With BANYAN_FREEZE=1 that of this version is written anew, which is
 * allowed until it is released and never after.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { encodeEnvelope, fromHex, toHex } from '../../src/index.ts';
import { FRAMES } from '../frames.ts';
import { bodiesOf, schemasOfToday } from './bodies.ts';
import type { Schema } from './sample.ts';

const FOLDER = new URL('../golden/', import.meta.url);
const SCHEMA = new URL('../../banyan.proto', import.meta.url);

export interface Golden {
  readonly version: string;
  /** Its `banyan.proto`. */
  readonly proto: string;
  /** Name → frame. */
  readonly frames: ReadonlyMap<string, Uint8Array>;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly bodies: Readonly<Record<string, readonly unknown[]>>;
}

/** Today's `banyan.proto`. */
export function protoOfToday(): string {
  return readFileSync(SCHEMA, 'utf8');
}

/** A schema as reflection, so that an old one can be used beside today's generated code. */
export function reflect(proto: string): protobuf.Root {
  return protobuf.parse(proto, { keepCase: false }).root;
}

/** What was kept of each version, oldest first. */
export function goldenVersions(): Golden[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readGolden(name))
    .sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}

function readGolden(version: string): Golden {
  const at = (path: string): URL => new URL(`${version}/${path}`, FOLDER);
  const json = (path: string): never => JSON.parse(readFileSync(at(path), 'utf8')) as never;
  return {
    version,
    proto: readFileSync(at('banyan.proto'), 'utf8'),
    frames: new Map(
      readdirSync(at('frames/'))
        .filter((name) => name.endsWith('.hex'))
        .map((name) => [name.slice(0, -4), readFrame(at(`frames/${name}`))]),
    ),
    schemas: json('schemas.json'),
    bodies: json('bodies.json'),
  };
}

function readFrame(file: URL): Uint8Array {
  const bytes = fromHex(readFileSync(file, 'utf8').replace(/\s/g, ''));
  if (bytes === undefined) throw new Error(`${file.pathname} is no hexadecimal.`);
  return bytes;
}

/** Writes what this version is. */
export function freeze(version: string): void {
  const folder = new URL(`${version}/`, FOLDER);
  mkdirSync(new URL('frames/', folder), { recursive: true });
  const write = (path: string, text: string): void => writeFileSync(new URL(path, folder), text);
  // One line for each name: what changed is seen at once.
  const json = (named: object): string =>
    `{\n${Object.entries(named)
      .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n')}\n}\n`;
  write('banyan.proto', protoOfToday());
  for (const [name, envelope] of Object.entries(FRAMES)) {
    const frame = encodeEnvelope(envelope);
    const file = new URL(`frames/${name}.hex`, folder);
    // One that is as it was keeps its lines.
    if (existsSync(file) && toHex(readFrame(file)) === toHex(frame)) continue;
    writeFileSync(file, `${(toHex(frame).match(/.{1,96}/g) ?? []).join('\n')}\n`);
  }
  const schemas = schemasOfToday();
  write('schemas.json', json(schemas));
  write('bodies.json', json(bodiesOf(schemas)));
}
