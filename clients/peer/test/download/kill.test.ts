import { readFileSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contentIdText, type DownloadView } from '@banyan/proto';
import { openJournal } from '../../src/download/journal.ts';
import type { FlatProof } from '../../src/download/types.ts';
import { createMirror, piecesOf } from '../mirror-server.ts';
import { createStage, createTestFile, sha256, until, type Stage } from '../swarm.ts';
import { copyHeader, createRoom, journalsIn } from './room.ts';

const MIB = 1024 * 1024;
const MIRRORED = createTestFile(24 * MIB + 12_345, 4);
let stage: Stage;
let folder: string;
let stateDir: string;
beforeEach(async () => {
  stage = createStage();
  folder = await stage.folder();
  stateDir = await stage.folder();
});
afterEach(() => stage.end());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function provedIn(view: DownloadView): number[] {
  const chunks: number[] = [];
  let at = 0;
  for (const [state, count] of view.chunks) {
    if (state === 2) for (let i = 0; i < count; i++) chunks.push(at + i);
    at += count;
  }
  return chunks;
}

describe('a process that is killed', () => {
  it('has written down whatever a view ever showed as proved and counted', async () => {
    const file = createTestFile(32 * MIB);
    const peers = await Promise.all([1, 2].map(() => stage.peer(file)));
    const room = await createRoom(stage, {
      folder,
      stateDir,
      threads: true,
      sources: () => peers.map((peer) => peer.source),
    });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const log = join(stateDir, `${id}.log`);
    // What SIGKILL leaves is what the system holds of the file at that instant: it is read without a turn between.
    const instants: { view: DownloadView; left: Buffer }[] = [];
    for (;;) {
      const view = room.downloads.get(id)!;
      if (view.state === 'finishing' || view.state === 'done') break;
      expect(view.problem).toBeNull();
      if (view.bytes > (instants.at(-1)?.view.bytes ?? 0)) instants.push({ view, left: readFileSync(log) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await room.done(id);
    expect(instants.length).toBeGreaterThan(3);
    const copy = join(await stage.folder(), 'copy.log');
    for (const { view, left } of instants) {
      await writeFile(copy, left);
      const { journal, state } = await openJournal(copy, (error) => expect(error).toBeUndefined());
      await journal.close();
      const claimed = new Set([...state.synced, ...state.unsynced]);
      expect(provedIn(view).filter((chunk) => !claimed.has(chunk))).toEqual([]);
      expect(view.bytes).toBeLessThanOrEqual(claimed.size * MIB);
      expect(state.fetchedBytes).toBeGreaterThanOrEqual(view.bytes);
    }
  });

  it('fetches no chunk again that it showed as proved', async () => {
    const file = createTestFile(24 * MIB);
    const peer = await stage.peer(file, { onRead: () => pause(3) });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [peer.source] });
    const { id } = await room.downloads.add({ content: file.content, name: 'a.bin' });
    const before = await room.view(id, (view) => view.bytes >= 8 * MIB, 'a third is there');
    // The journal first: what is claimed in it is in the part file already.
    const left = readFileSync(join(stateDir, `${id}.log`));
    const [folder2, stateDir2] = [await stage.folder(), await stage.folder()];
    await writeFile(join(stateDir2, `${id}.log`), left);
    await cp(join(folder, `.banyan-${id}.part`), join(folder2, `.banyan-${id}.part`));
    await copyHeader(stateDir, id, stateDir2, folder2);
    await room.downloads.cancel(id);
    peer.reads.length = 0;
    const again = await createRoom(stage, {
      folder: folder2,
      stateDir: stateDir2,
      identity: room.identity,
      sources: () => [peer.source],
    });
    // Claims that were not on the disk for certain are read again one by one.
    const start = await again.view(id, (view) => view.bytes >= before.bytes, 'the claims are taken');
    expect(start.fetchedBytes).toBeGreaterThanOrEqual(before.bytes);
    const view = await again.done(id);
    expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
    const fetched = new Set(peer.reads.map((at) => Math.floor(at / MIB)));
    expect(provedIn(before).filter((chunk) => fetched.has(chunk))).toEqual([]);
  });

  it.each<[string, FlatProof | undefined]>([
    ['pieces that chunks consist of', piecesOf(MIRRORED, 256 * 1024)],
    ['pieces of another length', piecesOf(MIRRORED, 3_000_001)],
    ['a hash of the whole', { kind: 'whole', hash: sha256(MIRRORED.bytes) }],
    ['a root that nobody can prove yet', undefined],
  ])('fetches nothing again from mirrors that it kept by %s', async (_, proof) => {
    const { bytes, content } = MIRRORED;
    const mirror = await createMirror(stage, bytes, { delayMs: 20 });
    const room = await createRoom(stage, { folder, stateDir, sources: () => [] });
    const { id } = await room.downloads.add({
      content: proof === undefined ? content : { length: content.length, root: undefined },
      name: 'a.bin',
      mirrors: [mirror.url],
      ...(proof === undefined ? {} : { proof }),
    });
    const before = await room.view(id, (view) => view.bytes >= 8 * MIB, 'a third is there');
    expect(before.state).toBe('downloading');
    const left = readFileSync(join(stateDir, `${id}.log`));
    const [folder2, stateDir2] = [await stage.folder(), await stage.folder()];
    await writeFile(join(stateDir2, `${id}.log`), left);
    await cp(join(folder, `.banyan-${id}.part`), join(folder2, `.banyan-${id}.part`));
    if (proof?.kind === 'pieces') await cp(join(stateDir, `${id}.pieces`), join(stateDir2, `${id}.pieces`));
    await copyHeader(stateDir, id, stateDir2, folder2);
    await room.downloads.cancel(id);
    mirror.ranges.length = 0;
    const again = await createRoom(stage, { folder: folder2, stateDir: stateDir2, sources: () => [] });
    const view = await again.done(id);
    expect(view.problem).toBeNull();
    expect((await readFile(view.path)).equals(bytes)).toBe(true);
    expect(view.content).toBe(contentIdText(content));
    const fetched = new Set(
      mirror.ranges.flatMap((range) => {
        const [start, end] = range.slice('bytes='.length).split('-').map(Number);
        return Array.from({ length: Math.ceil((end! - start!) / MIB) }, (__, i) => start! / MIB + i);
      }),
    );
    expect(provedIn(before).filter((chunk) => fetched.has(chunk))).toEqual([]);
    // Nothing is left of the proof once it has served; the library is told after that.
    await until(() => again.finished.length > 0, 'the library is told');
    expect(await journalsIn(stateDir2)).toEqual([]);
  });
});
