/**
 * Who reads a download on this machine while it arrives: they get what is proved, wait for the rest, and their places
 * lead the planner.
 */
import { BanyanError, errorFromBody, type ContentId, type Problem } from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import type { OpenContent, ReadableContent } from '../content.ts';
import { PLAYHEAD_LINGER_MS } from './constants.ts';
import { isOfDisk } from './disk-error.ts';
import type { Engine } from './engine-types.ts';
import { openFinished } from './finished-file.ts';
import type { DownloadHeader } from './header.ts';

/** What readers know of their download. */
export interface ReadersComponents {
  /** Live, as what follows. */
  readonly header: Pick<DownloadHeader, 'name' | 'state' | 'path' | 'finishedAt' | 'problem'>;
  readonly engine: () => Engine | undefined;
  /** It was cancelled, or taken off the list. */
  readonly isRemoved: () => boolean;
  readonly clock: Pick<Clock, 'setTimeout'>;
  /** Somebody waits: the download should have its turn. */
  readonly onWanted: () => void;
}

/** The readers of one download. */
export interface Readers {
  /** Whether somebody reads, or has just done so. */
  readonly isRead: boolean;
  /** @throws BanyanError `file_changed`, `disk_failed` for a finished one */
  open(content: ContentId): Promise<ReadableContent>;
  /** Something about the download changed: who waits looks again. Cheap to call often. */
  wake(): void;
}

/** Makes an empty set of readers. */
export function createReaders(components: ReadersComponents): Readers {
  return new DownloadReaders(components);
}

type Held = Pick<OpenContent, 'chunks' | 'read' | 'close'>;

class DownloadReaders implements Readers {
  readonly #c: ReadersComponents;
  /** Reader → the chunk it is at. */
  readonly #places = new Map<number, number>();
  /** Each says whether its wait is over. */
  readonly #waits = new Set<() => boolean>();
  /** The one that was told of the places: a retry makes another. */
  #engine: Engine | undefined;
  #nextReader = 1;

  constructor(components: ReadersComponents) {
    this.#c = components;
  }

  get isRead(): boolean {
    return this.#places.size > 0;
  }

  wake(): void {
    if (this.#places.size === 0) return;
    this.#tellEngine();
    for (const look of this.#waits) look();
    if (this.#waits.size > 0) this.#c.onWanted();
  }

  async open(content: ContentId): Promise<ReadableContent> {
    const { header, clock } = this.#c;
    const reader = this.#nextReader++;
    let held = await this.#openFinished(content);
    let isClosed = false;
    const hold = (): Held | undefined => (held ??= this.#c.engine()?.open());
    const isHere = (chunk: number): boolean => {
      const now = hold();
      return now !== undefined && (now.chunks === undefined || now.chunks.has(chunk));
    };
    return {
      content,
      name: header.name,
      hindrance: () =>
        this.#ending() ?? (header.state === 'paused' ? paused() : ofDisk(this.#c.engine()?.problem)),
      isHere,
      arrival: async (chunk, signal) => {
        this.#place(reader, chunk);
        for (;;) {
          if (isClosed || signal.aborted) throw new BanyanError('aborted');
          const end = this.#ending();
          // What is here of a failed one is as good as ever; one that was cancelled is gone.
          if (end?.code === 'aborted') throw end;
          if (isHere(chunk)) return;
          if (end !== undefined) throw end;
          // It may have been finished before this reader ever held the part file.
          held ??= await this.#openFinished(content);
          if (isHere(chunk)) return;
          this.#c.onWanted();
          await this.#change(signal, () => isHere(chunk));
        }
      },
      read: async (buffer, start) => {
        const now = hold();
        if (now === undefined || isClosed) throw new BanyanError('chunk_missing');
        await now.read(buffer, start);
      },
      close: async () => {
        if (isClosed) return;
        isClosed = true;
        // A player that seeks closes one connection and opens the next.
        clock.setTimeout(() => this.#place(reader, undefined), PLAYHEAD_LINGER_MS, { keepAlive: false });
        await held?.close();
      },
    };
  }

  /** Why nothing more will come; undefined: it may. */
  #ending(): BanyanError | undefined {
    const { state, problem } = this.#c.header;
    if (state === 'failed') return errorFromBody({ error: problem });
    return this.#c.isRemoved() && state !== 'done'
      ? new BanyanError('aborted', 'The download was cancelled; what had arrived was removed.')
      : undefined;
  }

  async #openFinished(content: ContentId): Promise<Held | undefined> {
    const { header } = this.#c;
    return header.state === 'done' && header.path !== undefined
      ? openFinished(header.path, content, header.finishedAt ?? 0)
      : undefined;
  }

  #place(reader: number, chunk: number | undefined): void {
    if (this.#places.get(reader) === chunk) return;
    if (chunk === undefined) this.#places.delete(reader);
    else this.#places.set(reader, chunk);
    if (!this.#tellEngine()) this.#engine?.setPlayhead(reader, chunk);
  }

  /** Tells a new engine of all places; says whether it was new. */
  #tellEngine(): boolean {
    const engine = this.#c.engine();
    if (engine === this.#engine) return false;
    this.#engine = engine;
    for (const [reader, chunk] of this.#places) engine?.setPlayhead(reader, chunk);
    return true;
  }

  /** Resolves when `isOver`, when the download came to an end of some kind, or with the signal. */
  #change(signal: AbortSignal, isOver: () => boolean): Promise<void> {
    const { header } = this.#c;
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#waits.delete(look);
        signal.removeEventListener('abort', settle);
        resolve();
      };
      const look = (): boolean => {
        const over = isOver() || this.#ending() !== undefined || header.state === 'done';
        if (over) settle();
        return over;
      };
      this.#waits.add(look);
      signal.addEventListener('abort', settle, { once: true });
    });
  }
}

/** Nothing comes while the disk is full or away; for sources a reader may wait. */
function ofDisk(problem: Problem | null | undefined): BanyanError | undefined {
  return isOfDisk(problem?.code) ? errorFromBody({ error: problem }) : undefined;
}

function paused(): BanyanError {
  return new BanyanError('unavailable', 'The download is paused. Resume it, then open the link again.');
}
