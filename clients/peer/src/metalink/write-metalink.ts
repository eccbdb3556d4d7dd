/** Writes Metalink 4 (RFC 5854) for one file. */
import { HASH_BYTES, toHex } from '@banyan/proto';

/** What a document says. */
export interface MetalinkContent {
  readonly name: string;
  readonly length: number;
  /** SHA-256 of the whole file. */
  readonly hash: Uint8Array;
  readonly pieceLength: number;
  /** SHA-256 of the pieces, concatenated. */
  readonly pieces: Uint8Array;
  /** Best first. */
  readonly mirrors: readonly string[];
  /** What made it. */
  readonly generator: string;
}

/** A document that parsers of RFC 5854 accept, aria2's among them. */
export function writeMetalink(content: MetalinkContent): string {
  const { name, length, hash, pieceLength, pieces, mirrors, generator } = content;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<metalink xmlns="urn:ietf:params:xml:ns:metalink">',
    `  <generator>${escape(generator)}</generator>`,
    `  <file name="${escape(name)}">`,
    `    <size>${length}</size>`,
    `    <hash type="sha-256">${toHex(hash)}</hash>`,
  ];
  if (pieces.length > 0) {
    lines.push(`    <pieces length="${pieceLength}" type="sha-256">`);
    for (let at = 0; at < pieces.length; at += HASH_BYTES)
      lines.push(`      <hash>${toHex(pieces.subarray(at, at + HASH_BYTES))}</hash>`);
    lines.push('    </pieces>');
  }
  mirrors.forEach((url, index) => lines.push(`    <url priority="${index + 1}">${escape(url)}</url>`));
  lines.push('  </file>', '</metalink>', '');
  return lines.join('\n');
}

/** Characters that XML 1.0 cannot hold, however they are written. */
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

function escape(text: string): string {
  return text
    .replace(NOT_XML, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
