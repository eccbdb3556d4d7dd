/**
 * A holding of a content of one chunk: it is here or it is not, so there is no journal, and the disk is touched when the
 * chunk comes. What a process that was killed left of it is thrown away, or recognised by its hash when it has its name
 * already. A folder of ten thousand small files costs a third of what it would with a journal for each.
 */
import { rm } from 'node:fs/promises';
import { CHUNK_BYTES, createChunkMap, type ChunkMap } from '@banyan/proto';
import { toDiskError } from './disk-error.ts';
import type { Holding, HoldingComponents, HoldingInit, LostChunk } from './holding-types.ts';
import { createLayerStore, type LayerStore } from './layer-store.ts';
import { findPlaced, isThere, partPath, placePart, requireFolder } from './part-file.ts';
import { requireSpace } from './space.ts';
import type { WantedContent } from './types.ts';

/** Whether a content is held as one piece. */
export function isSmall({ root, length }: WantedContent): boolean {
  return root !== undefined && length > 0 && length <= CHUNK_BYTES;
}

/**
 * Throws away what somebody before has written of it.
 *
 * @returns the path of the file, when it had got its name; undefined: it is to be fetched
 * @throws BanyanError `disk_failed` while its folder is away, `folder_unreadable`
 */
export async function clearRemains(
  { id, folder, name, mayMakeFolder }: Pick<HoldingInit, 'id' | 'folder' | 'name' | 'mayMakeFolder'>,
  content: WantedContent,
): Promise<string | undefined> {
  await requireFolder(folder, mayMakeFolder);
  const part = partPath(folder, id);
  await rm(part, { force: true }).catch((error: unknown) => {
    throw toDiskError(error, part);
  });
  return await findPlaced(folder, name, content);
}

/** Makes a holding of a content of one chunk; nothing is touched before `open`. */
export function createSmallHolding(components: HoldingComponents, init: HoldingInit): Holding {
  return new SmallHolding(components, init);
}

class SmallHolding implements Holding {
  readonly #path: string;
  readonly #c: HoldingComponents;
  readonly #init: HoldingInit;
  readonly kept: ChunkMap = createChunkMap(1);
  readonly proved: ChunkMap = createChunkMap(1);
  readonly layers: LayerStore;
  #fetchedBytes = 0;
  /** The folder was looked at for this download just now. */
  #isFresh: boolean;

  constructor(components: HoldingComponents, init: HoldingInit) {
    this.#c = components;
    this.#init = init;
    this.#path = partPath(init.folder, init.id);
    this.layers = createLayerStore(init.content);
    this.#isFresh = init.isNew;
  }

  get keptBytes(): number {
    return this.kept.count * this.#init.content.length;
  }

  get provedBytes(): number {
    return this.proved.count * this.#init.content.length;
  }

  get fetchedBytes(): number {
    return this.#fetchedBytes;
  }

  async open(): Promise<string | undefined> {
    const { id, folder, name, content, mayMakeFolder } = this.#init;
    if (!this.#isFresh) {
      const placed = await clearRemains({ id, folder, name, mayMakeFolder }, content);
      if (placed !== undefined) return placed;
    }
    this.#c.lanes.openFile(id, this.#path, true);
    return undefined;
  }

  async reopen(): Promise<readonly LostChunk[]> {
    const { id, folder, mayMakeFolder } = this.#init;
    await requireFolder(folder, mayMakeFolder);
    if (this.kept.count === 0 || (await isThere(this.#path))) return [];
    this.kept.set(0, false);
    this.proved.set(0, false);
    this.#c.lanes.openFile(id, this.#path, true);
    return [{ chunk: 0, wasProved: true }];
  }

  async requireSpace(): Promise<void> {
    // At first the write itself tells; afterwards one that failed is not tried in vain.
    if (this.#isFresh) {
      this.#isFresh = false;
      return;
    }
    const { folder } = this.#init;
    await requireSpace(this.#c.freeBytes, folder, this.#init.content.length - this.keptBytes);
  }

  keepLayer(): void {}

  countFetched(bytes: number): void {
    this.#fetchedBytes += bytes;
  }

  claim(chunk: number, onCounted: (newBytes: number) => void): void {
    const isNew = this.kept.set(chunk);
    this.proved.set(chunk);
    onCounted(isNew ? this.#init.content.length : 0);
  }

  prove(): void {}

  lose(): void {}

  readBack(): Promise<number[]> {
    return Promise.resolve([]);
  }

  countAll(): void {
    this.kept.set(0);
    this.proved.set(0);
  }

  async sync(): Promise<void> {}

  async flush(): Promise<void> {}

  async place(): Promise<string> {
    const { id, folder, name } = this.#init;
    await this.#c.lanes.closeFile(id, true);
    return await placePart(this.#path, folder, name);
  }

  serve(): undefined {
    // Whole files are the library's to serve.
    return undefined;
  }

  async close(): Promise<void> {
    await this.#c.lanes.closeFile(this.#init.id);
  }

  async stop(): Promise<void> {
    await this.close();
  }
}
