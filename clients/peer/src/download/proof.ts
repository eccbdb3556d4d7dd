/**
 * How the chunks of one download are proved. Beside the layer store, which knows hashes that lead to a root:
 *
 * | known | a chunk counts as proved when |
 * |---|---|
 * | root, and peers that give the layer | it matches its hash (whoever sent it) |
 * | SHA-256 of pieces that chunks consist of | its pieces match, as it arrives |
 * | SHA-256 of other pieces, or of the whole | every piece that it touches is whole and matches, on the disk |
 * | root, and nobody who gives the layer | the file is whole and its root holds |
 *
 * What is not proved yet is kept, with the hash of its bytes; a court (core) says who lied when a piece does not hold.
 */
import { createPieceCourt, type CourtAction, type CourtEvent, type PieceCourt } from '@banyan/core';
import {
  BanyanError,
  CHUNK_BYTES,
  createChunkMap,
  HASH_BYTES,
  sameBytes,
  toBanyanError,
  type ChunkMap,
} from '@banyan/proto';
import type { PlannerEvent } from '@banyan/core';
import type { Holding } from './holding-types.ts';
import type { ChunkCheck } from './lane-messages.ts';
import type { Lanes } from './lanes.ts';
import type { LayerPart } from './layer-store.ts';
import type { KnownSource, SourceBook } from './source-book.ts';
import type { FlatProof, WantedContent } from './types.ts';

/** Pieces that are read back at once: enough for both lanes, and bounded memory. */
const CHECKS_AT_ONCE = 4;

/** What a proof works with. */
export interface ProofComponents {
  readonly holding: Holding;
  readonly lanes: Lanes;
  readonly book: SourceBook;
  readonly tell: (event: PlannerEvent) => void;
  /** Whether a chunk's bytes may still change on the disk. */
  readonly mayWrite: (chunk: number) => boolean;
  /** Something was proved, or lost. */
  readonly onProgress: () => void;
  readonly onTrouble: (error: unknown) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** What is to be proved. */
export interface ProofInit {
  /** Name of the part file among the lanes. */
  readonly file: string;
  readonly content: WantedContent;
}

/** The proof of one download. */
export interface Proof {
  /** Begins, with what the holding has; once. */
  open(flat: FlatProof | undefined): void;
  /** Whether everything that is here was proved. */
  readonly isComplete: boolean;
  /** How a mirror's chunks are to be checked as they arrive, by what is known now. */
  checkFor(first: number, count: number): ChunkCheck;
  /** A mirror's chunk was written; its pieces are right when `isChecked`. */
  keep(chunk: number, source: KnownSource, hash: Uint8Array, isChecked: boolean): void;
  /** A part of the layer is known: what was kept of it is proved or refused. */
  takeLayer(part: LayerPart): void;
  /** Which chunks a mirror may be asked for; undefined: all. */
  chunksFor(mirrorId: string): ChunkMap | undefined;
  mirrorAdded(mirrorId: string): void;
  mirrorDropped(mirrorId: string, lied: boolean): void;
  /** A chunk that was kept unproved is not on the disk any more. */
  lost(chunk: number): void;
  /** Something that a check waited for may have happened. */
  poke(): void;
}

/** Makes a proof that has not begun. */
export function createProof(components: ProofComponents, init: ProofInit): Proof {
  return new DownloadProof(components, init);
}

interface Check {
  readonly piece: number;
  readonly start: number;
  readonly end: number;
  isRunning: boolean;
}

class DownloadProof implements Proof {
  readonly #c: ProofComponents;
  readonly #init: ProofInit;
  #flat: FlatProof | undefined;
  #court: PieceCourt | undefined;
  readonly #mirrors = new Map<string, 'usable' | 'gone' | 'lied'>();
  /** Chunk → the only mirror that may be asked for it. */
  readonly #only = new Map<number, string>();
  /** Piece → its latest check, until that has ended. */
  readonly #checks = new Map<number, Check>();
  #running = 0;
  #isOpen = false;

  constructor(components: ProofComponents, init: ProofInit) {
    this.#c = components;
    this.#init = init;
  }

  open(flat: FlatProof | undefined): void {
    this.#flat = flat;
    this.#isOpen = true;
    const { kept, proved } = this.#c.holding;
    if (kept.count > proved.count) this.#needCourt();
  }

  get isComplete(): boolean {
    return this.#c.holding.proved.complete;
  }

  checkFor(first: number, count: number): ChunkCheck {
    const flat = this.#flat;
    const { layers } = this.#c.holding;
    if (flat?.kind === 'pieces' && CHUNK_BYTES % flat.pieceLength === 0) {
      const perChunk = (CHUNK_BYTES / flat.pieceLength) * HASH_BYTES;
      const hashes = flat.hashes.slice(first * perChunk, (first + count) * perChunk);
      return { kind: 'pieces', pieceLength: flat.pieceLength, hashes };
    }
    if (this.#init.content.root === undefined || layers.gap(first, count) !== undefined)
      return { kind: 'later' };
    return { kind: 'layer', hashes: layers.hashes(first, count) };
  }

  keep(chunk: number, source: KnownSource, hash: Uint8Array, isChecked: boolean): void {
    const { holding, tell, onProgress } = this.#c;
    const sourceId = source.id;
    if (holding.kept.has(chunk)) {
      if (!isChecked && !holding.proved.has(chunk)) this.#judge({ type: 'kept', chunk, sourceId, hash });
      return;
    }
    const known = holding.layers.knows(chunk) ? holding.layers.hashes(chunk, 1) : undefined;
    if (known !== undefined && !sameBytes(known, hash)) {
      tell({ type: 'chunk-refused', chunk, sourceId, reason: 'bad_chunk' });
      return;
    }
    const isProved = isChecked || known !== undefined;
    const onCounted = (newBytes: number): void => {
      source.bytes += newBytes;
      tell({ type: 'chunk-proved', chunk, sourceId });
      if (!isProved) {
        this.#judge({ type: 'kept', chunk, sourceId, hash });
        // The layer may have come meanwhile.
        this.#compare(chunk, 1);
      }
      onProgress();
    };
    holding.claim(chunk, onCounted, { hash, isProved });
  }

  takeLayer({ first, count }: LayerPart): void {
    this.#compare(first, count);
  }

  /** Proves, or refuses, what was kept of chunks whose hashes are known by now. */
  #compare(first: number, count: number): void {
    const { holding, onProgress } = this.#c;
    const right: number[] = [];
    for (let chunk = first; chunk < first + count; chunk++) {
      if (!holding.kept.has(chunk) || holding.proved.has(chunk) || !holding.layers.knows(chunk)) continue;
      const kept = holding.layers.kept(chunk);
      if (kept !== undefined && sameBytes(kept, holding.layers.hashes(chunk, 1))) right.push(chunk);
      else this.#judge({ type: 'disproved', chunk });
    }
    holding.prove(right);
    for (const chunk of right) this.#judge({ type: 'proved', chunk });
    if (right.length > 0) onProgress();
  }

  chunksFor(mirrorId: string): ChunkMap | undefined {
    if (this.#only.size === 0) return undefined;
    const chunks = createChunkMap(this.#c.holding.kept.size);
    chunks.setRun(0, chunks.size);
    for (const [chunk, only] of this.#only) if (only !== mirrorId) chunks.set(chunk, false);
    return chunks;
  }

  mirrorAdded(mirrorId: string): void {
    if (this.#mirrors.get(mirrorId) === 'lied') return;
    this.#mirrors.set(mirrorId, 'usable');
    if (this.#court !== undefined) this.#judge({ type: 'source-added', sourceId: mirrorId });
  }

  mirrorDropped(mirrorId: string, lied: boolean): void {
    this.#mirrors.set(mirrorId, lied ? 'lied' : 'gone');
    if (this.#court !== undefined) this.#judge({ type: 'source-gone', sourceId: mirrorId, lied });
  }

  poke(): void {
    if (this.#c.signal.aborted) return;
    for (const check of this.#checks.values()) {
      if (this.#running >= CHECKS_AT_ONCE) return;
      if (check.isRunning || this.#isBeingWritten(check)) continue;
      check.isRunning = true;
      this.#running += 1;
      void this.#run(check);
    }
  }

  // ---- the court ----

  #needCourt(): PieceCourt {
    if (this.#court !== undefined) return this.#court;
    const { holding } = this.#c;
    const { length } = this.#init.content;
    const pieceLength = this.#flat?.kind === 'pieces' ? this.#flat.pieceLength : length;
    const court = createPieceCourt({ length, pieceLength });
    this.#court = court;
    // Those that were not asked yet count as hope.
    for (const { id: sourceId, mirror } of this.#c.book.all()) {
      if (mirror === undefined) continue;
      const standing = this.#mirrors.get(sourceId) ?? 'gone';
      if (standing === 'usable') this.#judge({ type: 'source-added', sourceId });
      else this.#judge({ type: 'source-gone', sourceId, lied: standing === 'lied' });
    }
    for (const { start, end } of holding.kept.runs())
      for (let chunk = start; chunk < end; chunk++) {
        const hash = holding.layers.kept(chunk);
        if (holding.proved.has(chunk)) this.#judge({ type: 'proved', chunk });
        else if (hash !== undefined) this.#judge({ type: 'kept', chunk, sourceId: undefined, hash });
      }
    return court;
  }

  lost(chunk: number): void {
    this.#judge({ type: 'lost', chunk });
  }

  #judge(event: CourtEvent): void {
    if (!this.#isOpen) return;
    const court = this.#needCourt();
    for (const action of court.handle(event)) this.#perform(action);
    this.poke();
  }

  #perform(action: CourtAction): void {
    const { holding, tell, onProgress } = this.#c;
    switch (action.type) {
      case 'check': {
        const { piece, start, end } = action;
        this.#checks.set(piece, { piece, start, end, isRunning: false });
        return;
      }
      case 'prove':
        holding.prove(action.chunks);
        onProgress();
        return;
      case 'convict': {
        const { chunk, sourceId } = action;
        this.#mirrors.set(sourceId, 'lied');
        tell({ type: 'chunk-refused', chunk, sourceId, reason: 'bad_chunk' });
        return;
      }
      case 'lose':
        holding.lose(action.chunks);
        for (const chunk of action.chunks) tell({ type: 'chunk-lost', chunk });
        onProgress();
        return;
      case 'restrict':
        for (const chunk of action.chunks)
          if (action.only === undefined) this.#only.delete(chunk);
          else this.#only.set(chunk, action.only);
        for (const [sourceId, standing] of this.#mirrors)
          if (standing === 'usable')
            tell({ type: 'source-updated', sourceId, chunks: this.chunksFor(sourceId) ?? ALL_CHUNKS });
        return;
      case 'give-up':
        this.#giveUp(action.piece);
    }
  }

  /** Every mirror lied; with the root known, peers may still have the content. */
  #giveUp(piece: number): void {
    const { content } = this.#init;
    const hasPeers = [...this.#c.book.all()].some(
      ({ mirror, drop }) => mirror === undefined && drop === undefined,
    );
    if (content.root !== undefined && hasPeers) return;
    this.#c.onTrouble(
      new BanyanError(this.#flat?.kind === 'pieces' ? 'bad_chunk' : 'bad_proof', this.#verdict(piece)),
    );
  }

  #verdict(piece: number): string {
    const isPieces = this.#flat?.kind === 'pieces';
    const what = isPieces
      ? `Piece ${piece} does not match its SHA-256 in the Metalink, whichever mirror it comes from`
      : this.#flat?.kind === 'whole'
        ? 'The file does not match the SHA-256 in the Metalink, whichever mirror it comes from'
        : 'What the mirrors have is not the file that the link names: its root is another';
    return `${what}. Look for a newer ${this.#flat === undefined ? 'link' : 'Metalink'}, or retry when the mirrors are mended.`;
  }

  // ---- checks ----

  #isBeingWritten({ start, end }: Check): boolean {
    for (let chunk = Math.floor(start / CHUNK_BYTES); chunk * CHUNK_BYTES < end; chunk++)
      if (!this.#c.holding.proved.has(chunk) && this.#c.mayWrite(chunk)) return true;
    return false;
  }

  async #run(check: Check): Promise<void> {
    let holds: boolean | undefined;
    try {
      holds = await this.#holds(check);
    } catch (error) {
      const fault = toBanyanError(error, 'disk_failed');
      if (fault.code !== 'aborted') this.#c.onTrouble(fault);
    }
    this.#running -= 1;
    check.isRunning = false;
    // A later check of the same piece looks at other bytes.
    if (holds !== undefined && this.#checks.get(check.piece) === check && !this.#c.signal.aborted) {
      this.#checks.delete(check.piece);
      this.#judge({ type: 'checked', piece: check.piece, holds });
    } else if (holds !== undefined) this.poke();
  }

  /** Whether the bytes on the disk are what was promised; undefined: some are gone, and are fetched again. */
  async #holds({ piece, start, end }: Check): Promise<boolean | undefined> {
    const flat = this.#flat;
    switch (flat?.kind) {
      case 'size':
        return true;
      case 'whole':
        return sameBytes(await this.#digest(start, end), flat.hash);
      case 'pieces': {
        const expected = flat.hashes.subarray(piece * HASH_BYTES, (piece + 1) * HASH_BYTES);
        return sameBytes(await this.#digest(start, end), expected);
      }
      case undefined:
        return await this.#leadsToRoot();
    }
  }

  async #leadsToRoot(): Promise<boolean | undefined> {
    const { holding, signal } = this.#c;
    const chunks = Array.from({ length: holding.kept.size }, (_, chunk) => chunk).filter(
      (chunk) => holding.kept.has(chunk) && !holding.proved.has(chunk),
    );
    // What the disk has, not what once arrived: two answers may have raced for a chunk.
    const there = new Set(await holding.readBack(chunks, signal));
    const gone = chunks.filter((chunk) => !there.has(chunk));
    for (const chunk of gone) this.#judge({ type: 'lost', chunk });
    if (gone.length > 0) return undefined;
    const { root } = this.#init.content;
    const found = holding.layers.rootToBe();
    return found !== undefined && root !== undefined && sameBytes(found, root);
  }

  async #digest(start: number, end: number): Promise<Uint8Array> {
    const { lanes, signal } = this.#c;
    return await new Promise((resolve, reject) => {
      let hash: Uint8Array | undefined;
      let fault: BanyanError | undefined;
      const request = lanes.request({ type: 'digest', file: this.#init.file, start, end }, (event) => {
        if (event.type === 'digest') hash = event.hash;
        else if (event.type === 'ended' && event.outcome !== 'done')
          fault = new BanyanError(event.code ?? 'aborted', event.message);
        else if (event.type === 'settled') {
          signal.removeEventListener('abort', abort);
          if (hash === undefined) reject(fault ?? new BanyanError('aborted'));
          else resolve(hash);
        }
      });
      const abort = (): void => lanes.abort(request);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

const ALL_CHUNKS = { has: () => true };
