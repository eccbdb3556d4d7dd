/**
 * Who sent the wrong bytes, when only whole pieces can be checked.
 *
 * ```
 *   kept ─▶ all chunks of a piece kept ─▶ checked ─▶ holds: proved; whoever had sent other bytes lied
 *                                            │
 *                                            ├─ wrong, all from one source: it lied; fetched again
 *                                            └─ wrong, from several: a trial, all of it from one source alone
 * ```
 *
 * As libtorrent's "smart ban", which remembers hashes of what took part in a failed piece; the trial from one source
 * makes it certain even when a file is a single piece.
 */
import { CHUNK_BYTES, sameBytes } from '@banyan/proto';
import type { CourtAction, CourtEvent, PieceCourt, PieceCourtInit } from './types.ts';

/** Trials of one piece: each convicts somebody or ends it, so more would mean more liars than mirrors are named. */
const MAX_TRIALS = 16;

/** Makes a court before which nothing has come. */
export function createPieceCourt(init: PieceCourtInit): PieceCourt {
  return new Court(init);
}

interface KeptChunk {
  readonly sourceId: string | undefined;
  readonly hash: Uint8Array;
}

interface Trial {
  /** Whom the piece is fetched from; undefined: nobody could be asked when it was chosen. */
  only: string | undefined;
  count: number;
}

type Standing = 'usable' | 'gone' | 'convicted';

class Court implements PieceCourt {
  readonly #length: number;
  readonly #pieceLength: number;
  readonly #pieces: number;
  readonly #chunks: number;
  readonly #maxTrials: number;
  readonly #proved: Uint8Array;
  readonly #good: Uint8Array;
  readonly #kept = new Map<number, KeptChunk>();
  /** What had been kept of a chunk when one of its pieces failed. */
  readonly #suspects = new Map<number, KeptChunk[]>();
  readonly #standing = new Map<string, Standing>();
  readonly #checking = new Set<number>();
  readonly #trials = new Map<number, Trial>();
  /** Chunks of each piece that are neither kept nor proved, and that are not proved. */
  readonly #missing: Uint32Array;
  readonly #unproved: Uint32Array;
  #provedCount = 0;
  #actions: CourtAction[] = [];

  constructor(init: PieceCourtInit) {
    this.#length = init.length;
    this.#pieceLength = init.pieceLength;
    this.#pieces = Math.ceil(init.length / init.pieceLength);
    this.#chunks = Math.ceil(init.length / CHUNK_BYTES);
    this.#maxTrials = init.maxTrials ?? MAX_TRIALS;
    this.#proved = new Uint8Array(this.#chunks);
    this.#good = new Uint8Array(this.#pieces);
    this.#missing = new Uint32Array(this.#pieces).map((_, piece) => this.#chunksOf(piece).length);
    this.#unproved = this.#missing.slice();
  }

  get complete(): boolean {
    return this.#provedCount === this.#chunks;
  }

  handle(event: CourtEvent): readonly CourtAction[] {
    switch (event.type) {
      case 'source-added':
        if (this.#standing.get(event.sourceId) !== 'convicted') this.#standing.set(event.sourceId, 'usable');
        this.#resumeTrials();
        break;
      case 'source-gone':
        this.#sourceGone(event.sourceId, event.lied);
        break;
      case 'kept':
        this.#keep(event.chunk, { sourceId: event.sourceId, hash: event.hash });
        break;
      case 'proved':
        this.#proveByOthers(event.chunk);
        break;
      case 'disproved': {
        const kept = this.#kept.get(event.chunk);
        if (kept?.sourceId !== undefined) this.#convict(kept.sourceId, event.chunk);
        if (kept !== undefined) this.#lose([event.chunk]);
        break;
      }
      case 'lost':
        this.#lose([event.chunk]);
        break;
      case 'checked':
        this.#checked(event.piece, event.holds);
    }
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  // ---- chunks ----

  #keep(chunk: number, kept: KeptChunk): void {
    if (!(chunk >= 0 && chunk < this.#chunks) || this.#proved[chunk] === 1) return;
    const before = this.#kept.get(chunk);
    if (before !== undefined && !sameBytes(before.hash, kept.hash)) {
      // Two raced and sent different bytes; which of them are on the disk nobody knows.
      this.#suspect(chunk, before);
      this.#suspect(chunk, kept);
      this.#lose([chunk]);
      return;
    }
    const only = this.#onlyFor([chunk]);
    if (only !== undefined && kept.sourceId !== only) {
      // It was on its way when the trial began.
      this.#lose([chunk]);
      return;
    }
    this.#kept.set(chunk, kept);
    for (const piece of this.#piecesOf(chunk)) {
      if (before === undefined) this.#missing[piece]! -= 1;
      this.#checkWhenWhole(piece);
    }
  }

  #proveByOthers(chunk: number): void {
    if (!(chunk >= 0 && chunk < this.#chunks) || this.#proved[chunk] === 1) return;
    this.#prove(chunk);
    for (const piece of this.#piecesOf(chunk)) {
      if (this.#unproved[piece] === 0) this.#settle(piece);
      else this.#checkWhenWhole(piece);
    }
  }

  #checkWhenWhole(piece: number): void {
    if (this.#good[piece] === 1 || this.#missing[piece] !== 0 || this.#checking.has(piece)) return;
    this.#checking.add(piece);
    const start = piece * this.#pieceLength;
    const end = Math.min(start + this.#pieceLength, this.#length);
    this.#actions.push({ type: 'check', piece, start, end });
  }

  #lose(chunks: readonly number[]): void {
    const lost = chunks.filter((chunk) => this.#proved[chunk] !== 1);
    for (const chunk of lost) {
      const wasKept = this.#kept.delete(chunk);
      for (const piece of this.#piecesOf(chunk)) {
        if (wasKept) this.#missing[piece]! += 1;
        // A check that is under way looked at bytes that will be others.
        this.#checking.delete(piece);
      }
    }
    if (lost.length > 0) this.#actions.push({ type: 'lose', chunks: lost });
  }

  #prove(chunk: number): void {
    const right = this.#kept.get(chunk);
    this.#proved[chunk] = 1;
    this.#provedCount += 1;
    const wasKept = this.#kept.delete(chunk);
    for (const piece of this.#piecesOf(chunk)) {
      if (!wasKept) this.#missing[piece]! -= 1;
      this.#unproved[piece]! -= 1;
    }
    for (const { sourceId, hash } of this.#suspects.get(chunk) ?? [])
      if (right !== undefined && sourceId !== undefined && !sameBytes(hash, right.hash))
        this.#convict(sourceId, chunk);
    this.#suspects.delete(chunk);
  }

  #suspect(chunk: number, kept: KeptChunk): void {
    if (kept.sourceId === undefined) return;
    const list = this.#suspects.get(chunk) ?? [];
    if (list.some(({ sourceId, hash }) => sourceId === kept.sourceId && sameBytes(hash, kept.hash))) return;
    this.#suspects.set(chunk, [...list, kept]);
  }

  // ---- verdicts ----

  #checked(piece: number, holds: boolean): void {
    if (!this.#checking.delete(piece)) return;
    const chunks = this.#chunksOf(piece);
    if (holds) {
      this.#settle(piece);
      const proved = chunks.filter(
        (chunk) => this.#proved[chunk] !== 1 && this.#piecesOf(chunk).every((one) => this.#good[one] === 1),
      );
      for (const chunk of proved) this.#prove(chunk);
      if (proved.length > 0) this.#actions.push({ type: 'prove', chunks: proved });
      return;
    }
    const open = chunks.filter((chunk) => this.#proved[chunk] !== 1);
    const senders = new Set(open.map((chunk) => this.#kept.get(chunk)?.sourceId));
    const [sender] = senders;
    if (senders.size > 1 || sender === undefined) {
      for (const chunk of open) this.#suspect(chunk, this.#kept.get(chunk)!);
      this.#tryNext(piece, senders);
      return;
    }
    const onTrial = this.#trials.has(piece);
    // The first of a piece of many chunks: which of them are wrong nobody can tell.
    this.#convict(sender, open[0]!);
    if (onTrial) return;
    // Without a trial the others may share the piece again.
    this.#lose(open);
    if (!this.#hasHope()) this.#actions.push({ type: 'give-up', piece });
  }

  /** The piece is known to be right: nobody is on trial for it any more. */
  #settle(piece: number): void {
    this.#good[piece] = 1;
    this.#checking.delete(piece);
    const trial = this.#trials.get(piece);
    if (trial === undefined) return;
    this.#trials.delete(piece);
    if (trial.only === undefined) return;
    const chunks = this.#chunksOf(piece).filter((chunk) => this.#onlyFor([chunk]) === undefined);
    if (chunks.length > 0) this.#actions.push({ type: 'restrict', chunks, only: undefined });
  }

  /** Whom alone one of these chunks may come from, by a trial. */
  #onlyFor(chunks: readonly number[]): string | undefined {
    if (this.#trials.size === 0) return undefined;
    for (const chunk of chunks)
      for (const piece of this.#piecesOf(chunk)) {
        const only = this.#trials.get(piece)?.only;
        if (only !== undefined && this.#standing.get(only) === 'usable') return only;
      }
    return undefined;
  }

  /** Has the piece fetched from one source alone: rather from one who had no part in it. */
  #tryNext(piece: number, senders: ReadonlySet<string | undefined>): void {
    const trial = this.#trials.get(piece) ?? { only: undefined, count: 0 };
    this.#trials.set(piece, trial);
    const chunks = this.#chunksOf(piece);
    const usable = [...this.#standing].filter(([, standing]) => standing === 'usable').map(([id]) => id);
    trial.only = undefined;
    // Pieces that share a chunk must wait for the same source.
    const next = this.#onlyFor(chunks) ?? usable.find((id) => !senders.has(id)) ?? usable[0];
    trial.only = next;
    trial.count += 1;
    if (!this.#hasHope() || trial.count > this.#maxTrials) {
      this.#actions.push({ type: 'give-up', piece });
      return;
    }
    this.#actions.push({ type: 'restrict', chunks, only: next });
    this.#lose(chunks.filter((chunk) => next === undefined || this.#kept.get(chunk)?.sourceId !== next));
    // Late news can have left it whole.
    this.#checkWhenWhole(piece);
  }

  #convict(sourceId: string, chunk: number): void {
    if (this.#standing.get(sourceId) === 'convicted') return;
    this.#standing.set(sourceId, 'convicted');
    this.#actions.push({ type: 'convict', sourceId, chunk });
    this.#moveTrials(sourceId);
  }

  #sourceGone(sourceId: string, lied: boolean): void {
    if (this.#standing.get(sourceId) === 'convicted') return;
    this.#standing.set(sourceId, lied ? 'convicted' : 'gone');
    this.#moveTrials(sourceId);
  }

  /** Trials that waited for somebody to ask. */
  #resumeTrials(): void {
    for (const [piece, trial] of this.#trials) if (trial.only === undefined) this.#tryNext(piece, new Set());
  }

  /** Trials that were to be decided by a source that is out of use go to the next. */
  #moveTrials(sourceId: string): void {
    for (const [piece, trial] of this.#trials)
      if (trial.only === sourceId && this.#good[piece] !== 1) this.#tryNext(piece, new Set([sourceId]));
  }

  /** Whether anybody is left who was not convicted. */
  #hasHope(): boolean {
    for (const standing of this.#standing.values()) if (standing !== 'convicted') return true;
    return false;
  }

  // ---- arithmetic ----

  #piecesOf(chunk: number): number[] {
    const first = Math.floor((chunk * CHUNK_BYTES) / this.#pieceLength);
    const last = Math.floor((Math.min((chunk + 1) * CHUNK_BYTES, this.#length) - 1) / this.#pieceLength);
    return range(first, last + 1);
  }

  #chunksOf(piece: number): number[] {
    const start = piece * this.#pieceLength;
    const end = Math.min(start + this.#pieceLength, this.#length);
    return range(Math.floor(start / CHUNK_BYTES), Math.ceil(end / CHUNK_BYTES));
  }
}

function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i);
}
