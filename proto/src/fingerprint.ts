/**
 * The fingerprint of a catalog: 32 bytes that tell whether two sides hold the same records, in whatever
 * order they came. Spec: proto/spec/session.md.
 */

import { utf8 } from './bytes.ts';
import type { CatalogRecord } from './catalog.ts';
import { HASH_BYTES } from './limits.ts';
import { mediaTypeToWire } from './media-type.ts';
import type { Sha256 } from './merkle.ts';

/** Bytes of the fields of fixed size: id, root, length, type, modified, visibility, six numbers of tags. */
const FIXED_BYTES = 4 + HASH_BYTES + 8 + 1 + 8 + 4 + 6 * 4;

/**
 * The canonical bytes of a record: numbers little-endian; id u32, root, length u64, type u8, modified u64,
 * visibility u32; year, track, duration, bitrate, width, height u32; then each text as u32 byte length and
 * UTF-8: name, folder, groups (sorted, joined by commas), title, artist, album, genre, and of further tags
 * key and value, in the order of their keys' UTF-16 units. Lengths go first, so no two records have the same bytes.
 */
export function canonicalRecord(record: CatalogRecord): Uint8Array {
  const { tags } = record;
  const texts = [
    record.name,
    record.folder,
    [...record.groups].sort().join(','),
    tags.title,
    tags.artist,
    tags.album,
    tags.genre,
  ];
  for (const key of Object.keys(tags.more).sort()) texts.push(key, tags.more[key] ?? '');
  const encoded = texts.map(utf8);
  const bytes = new Uint8Array(encoded.reduce((sum, text) => sum + 4 + text.length, FIXED_BYTES));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const u32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const u64 = (value: number): void => {
    u32(value % 2 ** 32);
    u32(Math.floor(value / 2 ** 32));
  };
  u32(record.id);
  bytes.set(record.root.subarray(0, HASH_BYTES), at);
  at += HASH_BYTES;
  u64(record.length);
  view.setUint8(at++, mediaTypeToWire(record.type));
  u64(record.modifiedS);
  u32(record.visibility);
  for (const value of [tags.year, tags.track, tags.durationMs, tags.bitrateKbps, tags.width, tags.height])
    u32(value);
  for (const text of encoded) {
    u32(text.length);
    bytes.set(text, at);
    at += text.length;
  }
  return bytes;
}

/** The running fingerprint of a catalog that changes. */
export interface CatalogFingerprint {
  add(record: CatalogRecord): void;
  /** Takes away a record that was added; it must be the same in every field. */
  remove(record: CatalogRecord): void;
  /** 32 bytes; zeros for the empty catalog. */
  value(): Uint8Array;
}

/**
 * Makes a fingerprint: the sum, modulo 2^256, of the SHA-256 of each record's canonical bytes. A sum, unlike
 * XOR, does not lose a record that is there twice.
 *
 * @param start - the value to go on from; default the empty catalog
 */
export function createFingerprint(sha256: Sha256, start?: Uint8Array): CatalogFingerprint {
  // Sixteen limbs of 16 bits: sums stay small integers.
  const limbs = new Uint16Array(HASH_BYTES / 2);
  start?.forEach((byte, i) => {
    limbs[i >> 1] = limbs[i >> 1]! | (byte << (8 * (i & 1)));
  });
  const change = (record: CatalogRecord, sign: 1 | -1): void => {
    const hash = sha256(canonicalRecord(record));
    let carry = 0;
    for (let i = 0; i < limbs.length; i++) {
      const sum = limbs[i]! + sign * (hash[2 * i]! | (hash[2 * i + 1]! << 8)) + carry;
      limbs[i] = sum & 0xffff;
      carry = sum >> 16;
    }
  };
  return {
    add: (record) => change(record, 1),
    remove: (record) => change(record, -1),
    value() {
      const bytes = new Uint8Array(HASH_BYTES);
      limbs.forEach((limb, i) => {
        bytes[2 * i] = limb & 255;
        bytes[2 * i + 1] = limb >> 8;
      });
      return bytes;
    },
  };
}
