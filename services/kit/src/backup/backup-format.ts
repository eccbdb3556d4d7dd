/**
 * A backup is one file: gzip over lines of JSON, so that `zcat FILE | head -1` shows what it is.
 *
 * ```
 * {"banyanBackup":1,"service":"auth","software":"0.1.0","at":1764211800000,"instant":true}
 * {"file":"tls-key.pem","data":"…base64…"}                              files of the data folder, if there are any
 * {"key":"account/…","value":{…},"expiresAt":1764215400000}             entries of the store, in its order
 * {"entries":1,"files":1,"counts":{"account":1},"sha256":"…"}           of all bytes before this line
 * ```
 */
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { BanyanError } from '@banyan/proto';
import { MAX_STORE_KEY_BYTES, MAX_STORE_VALUE_BYTES } from '../stores/store.ts';

/** The format that this release writes; it reads this one and all before. */
export const BACKUP_FORMAT = 1;

/** A key file has some hundred bytes; nothing of the folder that is larger belongs into a backup. */
export const MAX_BACKUP_FILE_BYTES = 256 * 1024;

/** JSON writes a control character of a key in six; base64 makes a file a third longer. */
export const MAX_BACKUP_LINE_BYTES = MAX_STORE_VALUE_BYTES + 6 * MAX_STORE_KEY_BYTES + MAX_BACKUP_FILE_BYTES;

/** The first line. */
export const BackupHead = Type.Object({
  banyanBackup: Type.Integer({ minimum: 1, description: 'format' }),
  service: Type.String({ minLength: 1, maxLength: 32 }),
  software: Type.String({ maxLength: 64 }),
  /** All entries are of one moment; without it, each is of the moment in which it was read. */
  instant: Type.Boolean(),
  at: Type.Integer({ minimum: 0, description: 'Unix ms' }),
});
export type BackupHead = Static<typeof BackupHead>;

/** A file that lay in the data folder; its name has no folders. */
export const BackupFileLine = Type.Object({
  file: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,63}$' }),
  data: Type.String({ description: 'base64' }),
});
export type BackupFileLine = Static<typeof BackupFileLine>;

/** An entry of the store. */
export const BackupEntryLine = Type.Object({
  key: Type.String({ minLength: 1 }),
  value: Type.Unknown(),
  expiresAt: Type.Optional(Type.Number({ description: 'Unix ms' })),
});
export type BackupEntryLine = Static<typeof BackupEntryLine>;

/** The last line. */
export const BackupTail = Type.Object({
  entries: Type.Integer({ minimum: 0 }),
  files: Type.Integer({ minimum: 0 }),
  /** Entries by the first part of their keys. */
  counts: Type.Record(Type.String(), Type.Integer()),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type BackupTail = Static<typeof BackupTail>;

/** What a backup says of itself. */
export interface BackupManifest {
  readonly format: number;
  /** `auth` or `list`. */
  readonly service: string;
  /** Version of the program that wrote it. */
  readonly software: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** Whether all entries are of one moment. */
  readonly instant: boolean;
  readonly entries: number;
  readonly files: number;
  /** Entries by the first part of their keys. */
  readonly counts: Readonly<Record<string, number>>;
  /** SHA-256 of what is in it, lower-case hexadecimal. */
  readonly sha256: string;
}

/** Makes the manifest of first and last line. */
export function manifestOf(head: BackupHead, tail: BackupTail): BackupManifest {
  const { banyanBackup: format, service, software, at, instant } = head;
  return { format, service, software, at, instant, ...tail };
}

/** What counts an entry: `account` for `account/4711`. */
export function kindOfKey(key: string): string {
  return key.split('/', 1)[0] ?? key;
}

/** One line of a kind; anything else is no backup of ours, or is damaged. @throws BanyanError `backup_invalid` */
export function readLine<T extends typeof BackupHead | typeof BackupTail>(kind: T, line: string): Static<T> {
  const value = parsed(line);
  if (!Value.Check(kind, value)) throw new BanyanError('backup_invalid');
  return value;
}

/** A line between the first and the last. @throws BanyanError `backup_invalid` */
export function readRow(line: string): BackupEntryLine | BackupFileLine {
  const value = parsed(line);
  if (Value.Check(BackupEntryLine, value) || Value.Check(BackupFileLine, value)) return value;
  throw new BanyanError('backup_invalid');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new BanyanError('backup_invalid', undefined, { cause });
  }
}
