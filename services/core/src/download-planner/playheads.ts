import type { Run } from './run-set.ts';

/** Chunks right after the leading playhead that come before anything else, and are worth a second source at any time. */
export const URGENT_CHUNKS = 4;
/**
 * End of the content that is fetched along with the front: players look there for an index (MP4, Matroska, AVI, ZIP).
 * Two chunks, as the last one may be a few bytes short of nothing.
 */
const TAIL_CHUNKS = 2;
/** The first windows are the leader's: what is urgent, the tail, and all that follows it closely. */
const LEADER_WINDOWS = 3;

/**
 * Where people read, and in what order that is to be fetched.
 *
 * The reader that came or jumped last leads: a player that seeks opens a new connection before it closes the old one.
 * A reader that only goes on from where it was keeps its rank.
 */
export class Playheads {
  readonly #chunkCount: number;
  readonly #windowChunks: number;
  /** Reader → its chunk; the leader comes last. */
  readonly #heads = new Map<number, number>();
  #windows: readonly Run[] = [];

  /** @param windowChunks - chunks after each playhead that are fetched strictly in order */
  constructor(chunkCount: number, windowChunks: number) {
    this.#chunkCount = chunkCount;
    this.#windowChunks = windowChunks;
  }

  /** The leading playhead; `undefined`: nobody reads. */
  get leader(): number | undefined {
    return [...this.#heads.values()].at(-1);
  }

  /** Runs to be fetched before everything else, the most urgent first; they may overlap. Empty: nobody reads. */
  get windows(): readonly Readonly<Run>[] {
    return this.#windows;
  }

  /** Whether a chunk, or the one after it, is among those that are fetched for the leader. */
  isForLeader(chunk: number): boolean {
    return this.#windows.slice(0, LEADER_WINDOWS).some(({ start, end }) => chunk >= start - 1 && chunk < end);
  }

  /**
   * Moves a reader's playhead, or takes it away.
   *
   * @returns whether it came or jumped: it leads now
   */
  set(reader: number, chunk: number | undefined): boolean {
    const before = this.#heads.get(reader);
    const isJump =
      chunk !== undefined && (before === undefined || chunk < before || chunk > before + this.#windowChunks);
    if (chunk === undefined || isJump) this.#heads.delete(reader);
    if (chunk !== undefined) this.#heads.set(reader, chunk);
    this.#windows = this.#layOut();
    return isJump;
  }

  #layOut(): Run[] {
    const [leader, ...others] = [...this.#heads.values()].reverse();
    if (leader === undefined) return [];
    const window = (start: number, chunks: number): Run => ({
      start,
      end: Math.min(this.#chunkCount, start + chunks),
    });
    return [
      window(leader, URGENT_CHUNKS),
      window(Math.max(0, this.#chunkCount - TAIL_CHUNKS), TAIL_CHUNKS),
      ...[leader, ...others].map((head) => window(head, this.#windowChunks)),
    ];
  }
}
