/**
 * Files of the library whose names have what a filter wants.
 *
 * The index lies on the disk and has no way in by a part of a name. So all of its names are looked at, in slices with the
 * event loop's other work between them: 100,000 take about a quarter of a second, and hold up nothing. What is kept are the ids.
 */
import type { Clock, Timer } from '@banyan/kit';
import type { IndexReader } from './index-reader.ts';

/** Names looked at in one turn of the event loop: 2 to 4 ms. */
const SLICE_FILES = 2_000;
/** A library that goes on changing is looked through again no sooner than so long after the last time … */
const MIN_AGE_MS = 1_000;
/** … and than so many times what that took. */
const MIN_AGE_LOOKS = 5;

export interface NameScan {
  /** How many there are, and the ids by place, in order; undefined while the first look is not done. */
  window(
    first: number,
    count: number,
  ): { readonly total: number; readonly ids: readonly number[] } | undefined;
  /** Ends looking. */
  close(): void;
}

export interface NameScanComponents {
  readonly clock: Pick<Clock, 'monotonic' | 'setTimeout'>;
  readonly index: Pick<IndexReader, 'namesAfter' | 'isPublished'>;
  /** Changes with the published files. */
  readonly version: () => number;
}

export interface NameScanInit {
  readonly isWanted: (name: string) => boolean;
  /** A look is done, or due: ask for the window. */
  readonly onChange: () => void;
  /** The index closes. */
  readonly signal: AbortSignal;
}

/** Looks when it is asked for a window, and again when files have changed since. */
export function createNameScan(components: NameScanComponents, init: NameScanInit): NameScan {
  return new SlicedScan(components, init);
}

class SlicedScan implements NameScan {
  readonly #c: NameScanComponents;
  readonly #init: NameScanInit;
  #ids: readonly number[] | undefined;
  /** Of the library, when the last look began. */
  #version: number | undefined;
  #isLooking = false;
  #dueAt = -Infinity;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(components: NameScanComponents, init: NameScanInit) {
    this.#c = components;
    this.#init = init;
  }

  window(first: number, count: number): ReturnType<NameScan['window']> {
    this.#lookIfDue();
    const ids = this.#ids;
    return ids === undefined ? undefined : { total: ids.length, ids: ids.slice(first, first + count) };
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #lookIfDue(): void {
    const { clock, version } = this.#c;
    if (this.#isLooking || this.#timer !== undefined || version() === this.#version) return;
    const now = clock.monotonic();
    if (now < this.#dueAt) {
      this.#after(this.#dueAt - now, this.#init.onChange);
      return;
    }
    this.#isLooking = true;
    this.#version = version();
    this.#look(undefined, [], now);
  }

  #look(after: Buffer | undefined, found: number[], since: number): void {
    const { clock, index } = this.#c;
    const { files, last } = index.namesAfter(after, SLICE_FILES);
    for (const { id, name } of files) if (this.#init.isWanted(name) && index.isPublished(id)) found.push(id);
    if (files.length === SLICE_FILES) {
      this.#after(0, () => this.#look(last, found, since));
      return;
    }
    // As the whole list is.
    this.#ids = found.sort((a, b) => a - b);
    this.#isLooking = false;
    const now = clock.monotonic();
    this.#dueAt = now + Math.max(MIN_AGE_MS, MIN_AGE_LOOKS * (now - since));
    if (after !== undefined) this.#init.onChange();
  }

  #after(ms: number, work: () => void): void {
    this.#timer = this.#c.clock.setTimeout(
      () => {
        this.#timer = undefined;
        if (!this.#isClosed && !this.#init.signal.aborted) work();
      },
      ms,
      { keepAlive: false },
    );
  }
}
