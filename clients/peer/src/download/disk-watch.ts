/**
 * Notices a disk that takes nothing any more: no error comes of it, and what was asked of it does not return. A stick that
 * died, a share whose server is away, a file system that is frozen.
 */
import type { Clock, Timer } from '@banyan/kit';
import { BanyanError } from '@banyan/proto';
import { DISK_LOOK_MS, SILENT_CALL_LOOKS, SILENT_WRITE_LOOKS } from './constants.ts';

/** What waits for one disk. */
export interface DiskWatch {
  /** Something has waited for long, and nothing was done meanwhile. */
  readonly isSilent: boolean;
  /** A chunk is to be written. */
  asked(): void;
  /** One that was asked for was written, or refused. */
  answered(): void;
  /** Nothing will be heard of one that was asked for. */
  forgotten(): void;
  /** The disk did something else. */
  heard(): void;
  /** Something waits that may take longer than a chunk: a file is opened, or made safe. */
  during<T>(call: Promise<T>): Promise<T>;
  stop(): void;
}

/** Makes a watch; `onChange` is told when the disk falls silent, and when it does not any more. */
export function createDiskWatch(clock: Pick<Clock, 'setTimeout'>, onChange: () => void): DiskWatch {
  return new Watch(clock, onChange);
}

/** What is said of a silent disk. */
export function silentDisk(folder: string): BanyanError {
  return new BanyanError(
    'disk_failed',
    `The disk of ${folder} does not answer. Check the disk, its cable or its network; the download goes on by itself as soon as it answers.`,
  );
}

/**
 * What `work` comes to, as far as somebody waits for it: it goes on in any case.
 *
 * @returns whether it was over within `ms`
 * @throws what it throws meanwhile
 */
export async function isOverWithin(
  clock: Pick<Clock, 'setTimeout'>,
  ms: number,
  work: Promise<unknown>,
): Promise<boolean> {
  let timer: Timer | undefined;
  const late = new Promise<boolean>((resolve) => (timer = clock.setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer?.cancel();
  }
}

class Watch implements DiskWatch {
  readonly #clock: Pick<Clock, 'setTimeout'>;
  readonly #onChange: () => void;
  #writes = 0;
  #calls = 0;
  /** Looks since something was done: a machine that slept, or was busy, looks once and no more. */
  #looks = 0;
  #timer: Timer | undefined;
  #isStopped = false;
  isSilent = false;

  constructor(clock: Pick<Clock, 'setTimeout'>, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  asked(): void {
    this.#writes += 1;
    this.#begin();
  }

  answered(): void {
    this.#writes -= 1;
    this.heard();
  }

  forgotten(): void {
    this.#writes -= 1;
    if (this.#isIdle) this.heard();
  }

  heard(): void {
    this.#looks = 0;
    if (this.isSilent) this.#become(false);
  }

  async during<T>(call: Promise<T>): Promise<T> {
    this.#calls += 1;
    this.#begin();
    try {
      return await call;
    } finally {
      this.#calls -= 1;
      this.heard();
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  get #isIdle(): boolean {
    return this.#writes === 0 && this.#calls === 0;
  }

  #begin(): void {
    if (this.#timer !== undefined || this.#isStopped) return;
    this.#looks = 0;
    this.#lookLater();
  }

  /** Goes on by itself as long as something waits: a timer for each chunk would cost more. */
  #lookLater(): void {
    this.#timer = this.#clock.setTimeout(() => this.#look(), DISK_LOOK_MS, { keepAlive: false });
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#isIdle) return;
    this.#looks += 1;
    if (!this.isSilent && this.#looks >= (this.#writes > 0 ? SILENT_WRITE_LOOKS : SILENT_CALL_LOOKS))
      this.#become(true);
    this.#lookLater();
  }

  #become(isSilent: boolean): void {
    this.isSilent = isSilent;
    if (!this.#isStopped) this.#onChange();
  }
}
