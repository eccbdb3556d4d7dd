/** What the library and its hash workers say to each other. */
import type { Tags } from '@banyan/proto';
import type { FileFault } from './open-safely.ts';

/** Read this file. */
export interface HashJob {
  readonly job: number;
  /** Absolute, without links. */
  readonly path: string;
  readonly size: number;
  readonly stamp: string;
  /** False: tags only, the hashes are known. */
  readonly hash: boolean;
}

export interface HashWorkerData {
  /** One number: the job to be given up, 0 for none. */
  readonly cancelled: SharedArrayBuffer;
  /** Of `hash-pace.ts`, the same for all workers. */
  readonly pace: SharedArrayBuffer;
}

/** What a file's bytes gave. */
export interface Hashes {
  readonly root: Uint8Array;
  readonly chunkHashes: Uint8Array;
}

export type HashAnswer =
  | { readonly type: 'progress'; readonly job: number; readonly bytes: number }
  /** Tags follow, or the worker's end. */
  | { readonly type: 'hashed'; readonly job: number; readonly hashes: Hashes }
  /** With the hashes, unless they came before or were not asked for. */
  | {
      readonly type: 'done';
      readonly job: number;
      readonly hashes: Hashes | undefined;
      readonly tags: Partial<Tags>;
    }
  | { readonly type: 'failed'; readonly job: number; readonly fault: FileFault; readonly message: string };
