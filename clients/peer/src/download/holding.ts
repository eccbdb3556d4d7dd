/**
 * What is here of a content that arrives: the part file, the chunks that count, their hashes, and the journal that
 * remembers all of it.
 *
 * ```
 *   written by a lane ─▶ claimed in the journal ─▶ counts ─▶ synced: safe from a power cut as well
 * ```
 */
import {
  BanyanError,
  CHUNK_BYTES,
  chunkCount,
  chunkRange,
  createChunkMap,
  type ChunkMap,
} from '@banyan/proto';
import type { Timer } from '@banyan/kit';
import type { OpenContent } from '../content.ts';
import { SYNC_BYTES, SYNC_MS } from './constants.ts';
import { toDiskError } from './disk-error.ts';
import { openJournal, type Journal, type JournalState } from './journal.ts';
import type { Holding, HoldingComponents, HoldingInit, KeptHash, LostChunk } from './holding-types.ts';
import { createLayerStore, type LayerPart, type LayerStore } from './layer-store.ts';
import { createSmallHolding, isSmall } from './small-holding.ts';
import { requireSpace } from './space.ts';
import { openPart, partPath, placePart, requireFolder, wasPlaced, type PartFile } from './part-file.ts';

/** Makes a holding; nothing is touched before `open`. */
export function createHolding(components: HoldingComponents, init: HoldingInit): Holding {
  return isSmall(init.content) ? createSmallHolding(components, init) : new DiskHolding(components, init);
}

class DiskHolding implements Holding {
  readonly #path: string;
  readonly kept: ChunkMap;
  readonly proved: ChunkMap;
  readonly layers: LayerStore;
  readonly #c: HoldingComponents;
  readonly #init: HoldingInit;
  #keptBytes = 0;
  #provedBytes = 0;
  #fetchedBytes = 0;
  #unsyncedBytes = 0;
  #journal: Journal | undefined;
  #part: PartFile | undefined;
  #syncTimer: Timer | undefined;
  #syncing: Promise<void> | undefined;
  /** Every claim was looked at: from now on a sync vouches for all of them. */
  #isOpen = false;

  constructor(components: HoldingComponents, init: HoldingInit) {
    this.#c = components;
    this.#init = init;
    this.#path = partPath(init.folder, init.id);
    this.layers = createLayerStore(init.content);
    this.kept = createChunkMap(chunkCount(init.content.length));
    this.proved = createChunkMap(chunkCount(init.content.length));
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  get provedBytes(): number {
    return this.#provedBytes;
  }

  get fetchedBytes(): number {
    return this.#fetchedBytes;
  }

  // ---- opening ----

  async open(signal: AbortSignal): Promise<string | undefined> {
    const { content, folder, id, placing, logPath, mayMakeFolder } = this.#init;
    if (this.#journal !== undefined) return undefined;
    const { journal, state } = await openJournal(logPath, this.#c.onTrouble).catch((error: unknown) => {
      throw toDiskError(error, logPath);
    });
    this.#journal = journal;
    for (const part of state.layers) this.layers.add(part);
    for (const [chunk, hash] of state.hashes) if (chunk < this.kept.size) this.layers.keep(chunk, hash);
    this.#fetchedBytes = state.fetchedBytes;
    const hasClaims = state.synced.length + state.unsynced.length > 0;
    if (placing !== undefined && (await wasPlaced(this.#path, placing, content.length))) return placing;
    try {
      // Where something had arrived, a folder that is away is not made anew: what is proved is on its disk.
      await requireFolder(folder, mayMakeFolder && !hasClaims);
      this.#part = await openPart(this.#path, content.length);
      this.#c.lanes.openFile(id, this.#path);
      await this.#takeClaims(this.#part, state, signal);
    } catch (error) {
      // The next attempt begins with the journal again.
      await this.close();
      throw error;
    }
    this.#isOpen = true;
    return undefined;
  }

  /** Counts what the journal claims, after reading back what a power cut may have taken. */
  async #takeClaims(
    part: PartFile,
    { synced, unsynced, unproved }: JournalState,
    signal: AbortSignal,
  ): Promise<void> {
    const isUsable = (chunk: number): boolean =>
      chunk < this.kept.size && (this.layers.knows(chunk) || this.layers.kept(chunk) !== undefined);
    const count = (chunk: number): void => this.#count(chunk, !unproved.has(chunk));
    const trusted = part.found === 'kept' ? synced.filter(isUsable) : [];
    trusted.forEach(count);
    const doubtful = (
      part.found === 'resized' ? [...synced, ...unsynced] : part.found === 'kept' ? [...unsynced] : []
    )
      .filter(isUsable)
      .sort((a, b) => a - b);
    if (doubtful.length > 0) (await this.readBack(doubtful, signal)).forEach(count);
    const lost = [...synced, ...unsynced].filter((chunk) => !this.kept.has(chunk));
    if (lost.length === 0) return;
    this.#journal?.lost(lost);
    for (const chunk of lost) if (chunk < this.kept.size) this.layers.forget(chunk);
    this.#c.log.warn(
      { download: this.#init.id, chunks: lost.length },
      'chunks that were claimed are not on the disk',
    );
  }

  async readBack(chunks: readonly number[], signal: AbortSignal): Promise<number[]> {
    const { id, content } = this.#init;
    const good: number[] = [];
    let fault: BanyanError | undefined;
    await new Promise<void>((resolve) => {
      const request = this.#c.lanes.request(
        { type: 'check', file: id, length: content.length, chunks, hashes: this.layers.expected(chunks) },
        (event) => {
          this.#c.disk.heard();
          if (event.type === 'proved') good.push(event.chunk);
          else if (event.type === 'ended' && event.outcome !== 'done')
            fault =
              event.outcome === 'failed' && event.code === 'aborted'
                ? new BanyanError('disk_failed', 'Reading what is there was interrupted. It is tried again.')
                : new BanyanError(event.code ?? 'aborted', event.message);
          else if (event.type === 'settled') resolve();
        },
      );
      signal.addEventListener('abort', () => this.#c.lanes.abort(request), { once: true });
    });
    // What could not be looked at is neither here nor lost.
    if (fault !== undefined) throw fault;
    return good;
  }

  async reopen(signal: AbortSignal): Promise<readonly LostChunk[]> {
    const { id, folder, content, mayMakeFolder } = this.#init;
    const part = this.#part;
    if (part === undefined) {
      await requireFolder(folder, mayMakeFolder && this.#keptBytes === 0);
      return [];
    }
    if (!(await part.renew(content.length))) return [];
    await this.#c.lanes.closeFile(id);
    this.#c.lanes.openFile(id, this.#path);
    const held = [...this.kept.runs()].flatMap(({ start, end }) =>
      Array.from({ length: end - start }, (_, i) => start + i),
    );
    const there = new Set(await this.readBack(held, signal));
    const lost = held
      .filter((chunk) => !there.has(chunk))
      .map((chunk) => ({ chunk, wasProved: this.proved.has(chunk) }));
    this.#drop(lost.map(({ chunk }) => chunk));
    return lost;
  }

  async requireSpace(): Promise<void> {
    const { folder, content } = this.#init;
    await requireSpace(this.#c.freeBytes, folder, content.length - this.#keptBytes);
  }

  // ---- what comes in ----

  keepLayer(part: LayerPart): void {
    this.#journal?.layer(part);
  }

  countFetched(bytes: number): void {
    this.#fetchedBytes += bytes;
  }

  claim(chunk: number, onCounted: (newBytes: number) => void, kept?: KeptHash): void {
    const onWritten = (): void => {
      const before = this.#keptBytes;
      if (kept !== undefined) this.layers.keep(chunk, kept.hash);
      this.#count(chunk, kept?.isProved !== false);
      const newBytes = this.#keptBytes - before;
      if (newBytes > 0) this.#syncSoon(newBytes);
      onCounted(newBytes);
    };
    if (kept === undefined) this.#journal?.claim([chunk], this.#fetchedBytes, onWritten);
    else this.#journal?.keep(chunk, kept.hash, kept.isProved, this.#fetchedBytes, onWritten);
  }

  prove(chunks: readonly number[]): void {
    const news = chunks.filter((chunk) => this.kept.has(chunk) && !this.proved.has(chunk));
    for (const chunk of news) this.#count(chunk, true);
    if (news.length > 0) this.#journal?.claim(news, this.#fetchedBytes);
  }

  lose(chunks: readonly number[]): void {
    this.#drop(chunks.filter((chunk) => this.kept.has(chunk) && !this.proved.has(chunk)));
  }

  #drop(lost: readonly number[]): void {
    for (const chunk of lost) {
      this.kept.set(chunk, false);
      this.layers.forget(chunk);
      this.#keptBytes -= this.#sizeOf(chunk);
      if (this.proved.set(chunk, false)) this.#provedBytes -= this.#sizeOf(chunk);
    }
    if (lost.length > 0) this.#journal?.lost(lost);
  }

  countAll(): void {
    for (let chunk = 0; chunk < this.kept.size; chunk++) this.#count(chunk, true);
  }

  #count(chunk: number, isProved: boolean): void {
    const size = this.#sizeOf(chunk);
    if (this.kept.set(chunk)) this.#keptBytes += size;
    if (isProved && this.proved.set(chunk)) this.#provedBytes += size;
  }

  #sizeOf(chunk: number): number {
    const { start, end } = chunkRange(this.#init.content.length, chunk);
    return end - start;
  }

  // ---- safe from a power cut ----

  #syncSoon(newBytes: number): void {
    this.#unsyncedBytes += newBytes;
    if (!this.#isOpen) return;
    if (this.#unsyncedBytes >= SYNC_BYTES) void this.sync();
    else this.#syncTimer ??= this.#c.clock.setTimeout(() => void this.sync(), SYNC_MS, { keepAlive: false });
  }

  /** One at a time. */
  async sync(): Promise<void> {
    this.#syncTimer?.cancel();
    this.#syncTimer = undefined;
    const part = this.#part;
    const journal = this.#journal;
    if (part === undefined || journal === undefined || !this.#isOpen) return;
    if (this.#syncing !== undefined) {
      await this.#syncing;
      return;
    }
    this.#unsyncedBytes = 0;
    this.#syncing = journal
      .barrier(() => part.sync(), this.#fetchedBytes)
      // A file whose folder is moved away, or whose disk was detached, still takes bytes: nobody would see them.
      .then(() => part.requireInPlace(this.#init.content.length))
      .catch((error: unknown) => this.#c.onTrouble(toDiskError(error, this.#init.folder)))
      .finally(() => (this.#syncing = undefined));
    await this.#syncing;
  }

  async flush(): Promise<void> {
    await this.#journal?.flush();
  }

  // ---- the end ----

  async place(onTry: (path: string) => Promise<void>): Promise<string> {
    const { content, folder, name, id } = this.#init;
    if (content.length > 0 && !this.layers.leadsToRoot()) throw new BanyanError('bad_proof');
    // A sync that is due only now would look for a part file that has another name already.
    this.#isOpen = false;
    try {
      await this.#syncing;
      const part = this.#part!;
      await this.#c.lanes.closeFile(id);
      await this.#journal!.barrier(() => part.sync(), this.#fetchedBytes);
      await part.requireInPlace(content.length);
      return await placePart(this.#path, folder, name, onTry);
    } catch (error) {
      this.#isOpen = true;
      throw toDiskError(error, folder);
    }
  }

  serve(): OpenContent | undefined {
    const part = this.#part;
    const { name } = this.#init;
    const { root, length } = this.#init.content;
    // Nobody can ask for a file that has no name yet.
    if (part === undefined || this.proved.count === 0 || root === undefined) return undefined;
    part.retain();
    let isClosed = false;
    return {
      content: { root, length },
      name,
      chunks: this.proved,
      read: async (buffer, start) => {
        const first = chunkAt(start);
        const end = chunkAt(start + buffer.length - 1) + 1;
        if (!this.proved.hasAll(first, end)) throw new BanyanError('chunk_missing');
        await part.read(buffer, start).catch((error: unknown) => {
          throw toDiskError(error, part.path);
        });
      },
      layer: async (first, count) => this.layers.proof(first, count),
      close: async () => {
        if (isClosed) return;
        isClosed = true;
        await part.release();
      },
    };
  }

  async stop(): Promise<void> {
    await this.#c.lanes.closeFile(this.#init.id);
    await this.sync();
    await this.close();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#syncTimer?.cancel();
    this.#syncTimer = undefined;
    await this.#c.lanes.closeFile(this.#init.id);
    const journal = this.#journal;
    const part = this.#part;
    this.#journal = undefined;
    this.#part = undefined;
    await journal
      ?.close()
      .catch((error: unknown) => this.#c.log.warn({ err: error }, 'a journal did not close'));
    await part?.release();
  }
}

function chunkAt(position: number): number {
  return Math.floor(position / CHUNK_BYTES);
}
