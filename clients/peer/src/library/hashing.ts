/** Brings files of the index that wait for it to the hash pool, and their hashes back. */
import { join } from 'node:path';
import type { Clock, Log, Timer } from '@banyan/kit';
import { isBanyanError, toBanyanError, type PeerStatus } from '@banyan/proto';
import { FileReadError } from './hash-file.ts';
import type { Pace } from './hash-pace.ts';
import type { HashPool } from './hash-pool.ts';
import type { LibraryIndex } from './index-db.ts';
import { MAX_UNWRITTEN } from './limits.ts';
import type { SharedFolder } from './shared-folder.ts';

export interface HashingComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly index: LibraryIndex;
  readonly pool: HashPool;
}

export interface HashingInit {
  readonly shareOf: (no: number) => SharedFolder | undefined;
  readonly onChange: () => void;
}

interface UnderWay {
  readonly name: string;
  readonly size: number;
  readonly share: number;
  readonly abort: AbortController;
  read: number;
  /** Its hashes are on their way to the disk, with those of others: the worker goes on meanwhile. */
  writing: boolean;
}

/** Waiting files read from the index at once. */
const PAGE = 256;
/** The rate is that of about this long. */
const RATE_MS = 3_000;
/** How long a full disk is given. */
const PAUSE_MS = 60_000;

export class Hashing {
  readonly #c: HashingComponents;
  readonly #init: HashingInit;
  readonly #underWay = new Map<number, UnderWay>();
  readonly #done = new Set<Promise<void>>();
  /** The next files in the order of their ids; some may not wait any more when their turn comes. */
  #queue: number[] = [];
  #reading = 0;
  #cursor = 0;
  #stopped = false;
  /** While the index cannot be written. */
  #paused: Timer | undefined;
  #isHeld = false;
  /** Files hashed since the start; what was taken from the index is not counted. */
  hashedFiles = 0;
  #rate = 0;
  #rateAt = 0;

  constructor(components: HashingComponents, init: HashingInit) {
    this.#c = components;
    this.#init = init;
  }

  get isIdle(): boolean {
    return this.#underWay.size === 0;
  }

  /** What is going on, for people; null: nothing. */
  progress(shares: Iterable<number>): PeerStatus['library']['hashing'] {
    let filesLeft = 0;
    let bytesLeft = 0;
    for (const no of shares) {
      const totals = this.#c.index.totals(no);
      filesLeft += totals.pending;
      bytesLeft += totals.pendingBytes;
    }
    if (filesLeft === 0) return null;
    let largest: UnderWay | undefined;
    for (const file of this.#underWay.values()) {
      bytesLeft -= file.read;
      if (largest === undefined || file.size > largest.size) largest = file;
    }
    const idleMs = this.#c.clock.monotonic() - this.#rateAt;
    return {
      file: largest?.name ?? '',
      filesLeft,
      bytesLeft: Math.max(0, bytesLeft),
      bytesPerSecond: Math.round(this.#rate * Math.exp(-idleMs / RATE_MS)),
    };
  }

  /** Pauses, slows or lets go on, in the midst of files too. */
  setPace(pace: Pace): void {
    this.#isHeld = pace.paused;
    this.#c.pool.setPace(pace);
    this.kick();
  }

  /** Starts as much as the pool takes. */
  kick(): void {
    const { pool } = this.#c;
    for (;;) {
      const room = Math.min(pool.width - this.#reading, pool.width + MAX_UNWRITTEN - this.#underWay.size);
      if (this.#stopped || this.#isHeld || this.#paused !== undefined || room <= 0) return;
      const id = this.#next();
      if (id === undefined) return;
      const work = this.#hash(id).finally(() => this.#done.delete(work));
      this.#done.add(work);
    }
  }

  /** A file that waits and is not under way. */
  #next(): number | undefined {
    const { index } = this.#c;
    // Once on from where it was, once around from the start.
    for (let rounds = 0; rounds < 2;) {
      for (let id = this.#queue.shift(); id !== undefined; id = this.#queue.shift())
        if (!this.#underWay.has(id) && index.isPending(id)) return id;
      this.#queue = index.pendingIds(this.#cursor, PAGE);
      if (this.#queue.length === 0) rounds += 1;
      this.#cursor = this.#queue.at(-1) ?? 0;
    }
    return undefined;
  }

  /** Gives up what is being read of a share. */
  abortShare(no: number): void {
    for (const file of this.#underWay.values()) if (file.share === no) file.abort.abort();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#paused?.cancel();
    for (const file of this.#underWay.values()) file.abort.abort();
    await Promise.all(this.#done);
  }

  async #hash(id: number): Promise<void> {
    const { index, pool, log } = this.#c;
    const row = index.file(id);
    const folder = row === undefined ? undefined : index.folder(row.folder);
    const share = folder === undefined ? undefined : this.#init.shareOf(folder.share);
    const file: UnderWay = {
      name: row?.name ?? '',
      size: row?.size ?? 0,
      share: folder?.share ?? 0,
      abort: new AbortController(),
      read: 0,
      writing: false,
    };
    this.#underWay.set(id, file);
    this.#reading += 1;
    if (row === undefined || folder === undefined || share === undefined) {
      // Its share was removed meanwhile.
      await this.#forgetPending(id);
      this.#end(id, file);
      return;
    }
    const path = join(share.row.path, ...folder.path.split('/'), row.name);
    try {
      const result = await pool.run(
        { path, size: row.size, stamp: row.stamp, hash: true },
        { signal: file.abort.signal, onProgress: (bytes) => this.#onRead(file, bytes) },
      );
      const { content, chunkHashes, tags } = result;
      if (content === undefined || chunkHashes === undefined) throw new Error('a worker gave no hashes');
      this.hashedFiles += 1;
      file.writing = true;
      this.#reading -= 1;
      this.kick();
      const taken = await index.write((tx) =>
        tx.setHashed(id, { content, chunkHashes, tags, stamp: row.stamp }),
      );
      if (!taken) share.lookAt(folder.path, row.name);
    } catch (error) {
      if (this.#stopped || (isBanyanError(error) && error.code === 'aborted')) return;
      const fault = error instanceof FileReadError ? error.fault : undefined;
      if (fault === 'changed') share.waitFor(folder.path, row.name);
      else if (fault === 'gone') share.lookAt(folder.path, row.name);
      else {
        const e = toBanyanError(error);
        const message =
          fault === 'unreadable'
            ? `The file cannot be read (${e.cause instanceof Error ? e.cause.message : e.message}). Check its permissions and the disk.`
            : e.message;
        share.setError(path, { code: fault === 'unreadable' ? 'disk_failed' : e.code, message });
        log.debug({ path, err: e }, 'a file could not be hashed');
      }
      await this.#forgetPending(id);
    } finally {
      this.#end(id, file);
    }
  }

  #end(id: number, file: UnderWay): void {
    this.#underWay.delete(id);
    if (!file.writing) this.#reading -= 1;
    this.#init.onChange();
    this.kick();
  }

  /** It is looked at again with the next scan. */
  async #forgetPending(id: number): Promise<void> {
    try {
      await this.#c.index.write((tx) => tx.setWaiting(id));
    } catch (error) {
      // Nothing is started for a while: the same file would come round for ever.
      this.#pause(error);
    }
  }

  #pause(error: unknown): void {
    if (this.#paused !== undefined || this.#stopped) return;
    this.#c.log.error({ err: error }, 'the library index cannot be written; hashing goes on in a minute');
    this.#paused = this.#c.clock.setTimeout(
      () => {
        this.#paused = undefined;
        this.kick();
      },
      PAUSE_MS,
      { keepAlive: false },
    );
  }

  #onRead(file: UnderWay, bytes: number): void {
    file.read += bytes;
    const now = this.#c.clock.monotonic();
    const decay = Math.exp(-(now - this.#rateAt) / RATE_MS);
    this.#rate = this.#rate * decay + (bytes * 1000) / RATE_MS;
    this.#rateAt = now;
    this.#init.onChange();
  }
}
