/** Files for tests: repeatable bytes that nothing can compress, and what they are known by. */
import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createRootBuilder, type ContentId } from '@banyan/proto';

const WRITE_BYTES = 4 * 1024 * 1024;

export const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

/** `length` bytes of a key stream; the same seed gives the same. */
export function seededBytes(seed: string, length: number): Buffer {
  return keyStream(seed)(length);
}

function keyStream(seed: string): (length: number) => Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  return (length) => cipher.update(Buffer.alloc(length));
}

/** Writes `length` seeded bytes, folders included. */
export async function writeSeeded(path: string, seed: string, length: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const next = keyStream(seed);
  const file = await open(path, 'w');
  try {
    for (let at = 0; at < length; at += WRITE_BYTES)
      await file.write(next(Math.min(WRITE_BYTES, length - at)));
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file, hex: not how Banyan names it, so a mistake there cannot hide here. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path, { highWaterMark: WRITE_BYTES }))
    hash.update(part as Buffer);
  return hash.digest('hex');
}

/** The content id of bytes in memory, with its chunk layer. */
export function contentOf(bytes: Uint8Array): {
  readonly content: ContentId;
  readonly chunkHashes: Uint8Array;
} {
  const builder = createRootBuilder(sha256);
  builder.update(bytes);
  const { id, chunkHashes } = builder.digest();
  return { content: id, chunkHashes };
}
