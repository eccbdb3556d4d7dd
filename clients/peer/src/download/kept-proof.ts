/** Proofs without a root on the disk: small ones in the header, the hashes of pieces in a file beside it. */
import { readFile, writeFile } from 'node:fs/promises';
import { BanyanError, fromHex, toHex } from '@banyan/proto';
import type { KeptProof } from './header.ts';
import { sha256 } from '../sha256.ts';
import type { FlatProof, WantedContent } from './types.ts';

/** What a header keeps of a proof. */
export function keptProof(proof: FlatProof): KeptProof {
  switch (proof.kind) {
    case 'pieces':
      return { kind: 'pieces', pieceLength: proof.pieceLength, digest: toHex(sha256(proof.hashes)) };
    case 'whole':
      return { kind: 'whole', hash: toHex(proof.hash) };
    case 'size':
      return { kind: 'size' };
  }
}

/** Writes what does not go into the header; before the header, so that no header is without. */
export async function savePieces(path: string, proof: FlatProof): Promise<void> {
  if (proof.kind === 'pieces') await writeFile(path, proof.hashes, { mode: 0o600, flush: true });
}

/**
 * Reads a proof back.
 *
 * @throws BanyanError `internal` when the file of the hashes is gone or damaged
 */
export async function loadProof(path: string, kept: KeptProof): Promise<FlatProof> {
  if (kept.kind === 'size') return kept;
  if (kept.kind === 'whole') return { kind: 'whole', hash: fromHex(kept.hash) ?? new Uint8Array(0) };
  const hashes = await readFile(path).catch(() => undefined);
  if (hashes === undefined || toHex(sha256(hashes)) !== kept.digest)
    throw new BanyanError(
      'internal',
      'The piece hashes of this download are gone or damaged. Remove it, and get the Metalink again.',
    );
  return { kind: 'pieces', pieceLength: kept.pieceLength, hashes };
}

/** A key for what is wanted, the same for the same file: so that two clicks make one download. */
export function keyOfUnnamed(
  { length }: WantedContent,
  proof: KeptProof | undefined,
  mirrors: readonly string[],
): string {
  const by = proof?.kind === 'size' ? mirrors[0] : proof;
  return `${length} ${JSON.stringify(by)}`;
}
