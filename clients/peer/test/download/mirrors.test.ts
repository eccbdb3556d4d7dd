import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contentIdText, createChunkMap, type DownloadView } from '@banyan/proto';
import { createMirror, piecesOf, type MirrorTricks, type TestMirror } from '../mirror-server.ts';
import { createStage, createTestFile, sha256, until, type Stage, type TestFile } from '../swarm.ts';
import { systemClock } from '@banyan/kit';
import { downloadsRoom } from '../../src/downloads-room.ts';
import { createRoom, type Room } from './room.ts';

const MIB = 1024 * 1024;
let stage: Stage;
let folder: string;
let stateDir: string;
beforeEach(async () => {
  stage = createStage();
  folder = await stage.folder();
  stateDir = await stage.folder();
});
afterEach(() => stage.end());

const room = (sources: () => [] = () => []): Promise<Room> =>
  createRoom(stage, { folder, stateDir, sources });

const mirror = (file: TestFile, tricks?: MirrorTricks): Promise<TestMirror> =>
  createMirror(stage, file.bytes, tricks);

const flip = (bytes: Buffer): void => {
  for (let at = 0; at < bytes.length; at += 4096) bytes[at]! ^= 1;
};

async function expectWhole(view: DownloadView, file: TestFile): Promise<void> {
  expect(view.problem).toBeNull();
  expect(view.state).toBe('done');
  expect((await readFile(view.path)).equals(file.bytes)).toBe(true);
  expect(view.content).toBe(contentIdText(file.content));
  expect(view.unprovedBytes).toBeUndefined();
}

const sourceAt = (view: DownloadView, { url }: TestMirror) =>
  view.sources.find((one) => one.deviceId === url);

describe('a link with mirrors', () => {
  it('is fetched from peers and mirrors at once, whose chunks the peers prove', async () => {
    const file = createTestFile(24 * MIB + 5);
    const peer = await stage.peer(file, { onRead: () => new Promise((r) => setTimeout(r, 5)) });
    const good = await mirror(file, { delayMs: 5 });
    const { downloads, done, reports } = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [peer.source],
    });
    const { id } = await downloads.add({ content: file.content, name: 'a.bin', mirrors: [good.url] });
    const view = await done(id);
    await expectWhole(view, file);
    const source = sourceAt(view, good)!;
    expect(source).toMatchObject({ kind: 'mirror', account: '127.0.0.1', badChunks: 0 });
    expect(source.chunks).toBeGreaterThan(0);
    expect(peer.reads.length).toBeGreaterThan(0);
    expect(reports).toEqual([]);
    // Nothing but the range is told to a stranger.
    expect(Object.keys(good.requests[0]!.headers).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'host', 'range', 'user-agent'].filter(
        (name) => name in good.requests[0]!.headers,
      ),
    );
    expect(JSON.stringify(good.requests)).not.toMatch(/authorization|bearer/i);
  });

  it('drops mirrors that lie, cut answers short, have no ranges or change, each with its reason, and is whole', async () => {
    const file = createTestFile(40 * MIB);
    const peer = await stage.peer(file, { onRead: () => new Promise((r) => setTimeout(r, 20)) });
    const liar = await mirror(file, { onBytes: flip });
    const cut = await mirror(file, { cutAfter: 100_000 });
    const whole = await mirror(file, { isWhole: true });
    const changing: TestMirror = await mirror(file, {
      answer: () => {
        if (changing.ranges.length === 3) changing.change(createTestFile(40 * MIB, 9).bytes, '"v2"');
        return false;
      },
    });
    const { downloads, done, reports } = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [peer.source],
    });
    const { id } = await downloads.add({
      content: file.content,
      name: 'a.bin',
      mirrors: [liar, cut, whole, changing].map(({ url }) => url),
    });
    const view = await done(id);
    await expectWhole(view, file);
    expect(sourceAt(view, liar)).toMatchObject({ state: 'dropped', problem: { code: 'bad_chunk' } });
    expect(sourceAt(view, liar)!.problem!.message).toMatch(/Wrong bytes in chunk \d+/);
    expect(sourceAt(view, cut)!.problem?.message).toMatch(/ended its answer early: after \d+ of \d+ bytes/);
    expect(sourceAt(view, changing)).toMatchObject({ problem: { code: 'file_changed' } });
    expect(sourceAt(view, changing)!.problem!.message).toMatch(/changed while it was fetched/);
    expect(sourceAt(view, whole)!.badChunks).toBe(0);
    // A mirror is no device that a supernode knows.
    expect(reports).toEqual([]);
  });

  it('without a peer that could prove is complete only when the root holds', async () => {
    const file = createTestFile(9 * MIB + 1);
    const good = await mirror(file);
    const { downloads, done, finished } = await room();
    const { id } = await downloads.add({ content: file.content, name: 'a.bin', mirrors: [good.url] });
    await expectWhole(await done(id), file);
    await until(() => finished.length > 0, 'the library is told');
    expect(finished[0]!.chunkHashes).toEqual(file.chunkHashes);
  });

  it('finds out who lied when the root does not hold', async () => {
    const file = createTestFile(12 * MIB);
    const liar = await mirror(file, {
      onBytes: (bytes, start) => {
        if (start >= 4 * MIB) flip(bytes);
      },
    });
    const good = await mirror(file, { delayMs: 10 });
    const { downloads, done, reports } = await room();
    const { id } = await downloads.add({
      content: file.content,
      name: 'a.bin',
      mirrors: [liar.url, good.url],
    });
    const view = await done(id);
    await expectWhole(view, file);
    expect(sourceAt(view, liar)).toMatchObject({ state: 'dropped', problem: { code: 'bad_chunk' } });
    expect(sourceAt(view, good)!.state).not.toBe('dropped');
    expect(reports).toEqual([]);
  });

  it('fails with a reason when every mirror has something else', async () => {
    const file = createTestFile(5 * MIB);
    const other = createTestFile(5 * MIB, 2);
    const mirrors = [await mirror(other), await mirror(other)];
    const { downloads, view } = await room();
    const { id } = await downloads.add({
      content: file.content,
      name: 'a.bin',
      mirrors: mirrors.map(({ url }) => url),
    });
    const failed = await view(id, ({ state }) => state === 'failed', 'it fails');
    expect(failed.problem!.code).toBe('bad_proof');
    expect(failed.problem!.message).toMatch(/not the file that the link names/);
  });

  it('takes what mirrors brought unproved once a peer can prove it, and refuses what is wrong', async () => {
    const file = createTestFile(30 * MIB);
    const peer = await stage.peer(file);
    const liar = await mirror(file, {
      delayMs: 5,
      onBytes: (bytes, start) => {
        if (start === 0) bytes[7]! ^= 1;
      },
    });
    let isThere = false;
    const { downloads, view, done } = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => (isThere ? [peer.source] : []),
    });
    const { id } = await downloads.add({ content: file.content, name: 'a.bin', mirrors: [liar.url] });
    await view(id, ({ bytes }) => bytes > 0, 'something is kept');
    isThere = true;
    await downloads.retry(id);
    const end = await done(id);
    await expectWhole(end, file);
    expect(sourceAt(end, liar)).toMatchObject({ state: 'dropped', problem: { code: 'bad_chunk' } });
  });
});

describe('a server that cannot send parts', () => {
  it('is read from the beginning in one go', async () => {
    const file = createTestFile(20 * MIB);
    const whole = await mirror(file, { isWhole: true });
    const { downloads, done } = await room();
    const { id } = await downloads.add({ content: file.content, name: 'a.bin', mirrors: [whole.url] });
    await expectWhole(await done(id), file);
    // The first to find out, the second for the rest.
    expect(whole.requests.length).toBeLessThanOrEqual(3);
  });
});

describe('a server that cannot send parts, beside others', () => {
  it('is passed over while they have everything, and gives the rest when they do not', async () => {
    const file = createTestFile(20 * MIB);
    const chunks = createChunkMap(20);
    chunks.setRun(0, 12);
    const peer = await stage.peer(file, { chunks });
    const whole = await mirror(file, { isWhole: true, delayMs: 50 });
    const { downloads, done } = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [{ ...peer.source, partial: true }],
    });
    const { id } = await downloads.add({ content: file.content, name: 'a.bin', mirrors: [whole.url] });
    const view = await done(id);
    await expectWhole(view, file);
    expect(sourceAt(view, whole)!.chunks).toBeGreaterThanOrEqual(8);
  });

  it('fills all gaps that they left in one go, and none of what is here', async () => {
    const file = createTestFile(20 * MIB - 5);
    const chunks = createChunkMap(20);
    for (const chunk of [0, 3, 4, 7, 11, 12, 18]) chunks.set(chunk);
    const peer = await stage.peer(file, { chunks });
    const whole = await mirror(file, { isWhole: true });
    const { downloads, view, done } = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [{ ...peer.source, partial: true }],
    });
    const wanted = { content: file.content, name: 'a.bin' };
    const { id } = await downloads.add(wanted);
    await view(id, ({ bytes }) => bytes >= 7 * MIB, 'what the peer has is here');
    await downloads.add({ ...wanted, mirrors: [whole.url] });
    const end = await done(id);
    await expectWhole(end, file);
    // The first finds out, the second brings everything.
    expect(whole.requests.length).toBeLessThanOrEqual(2);
    expect(sourceAt(end, whole)).toMatchObject({ chunks: 13, badChunks: 0, problem: null });
    expect(end.sources.reduce((sum, source) => sum + source.chunks, 0)).toBe(20);
  });
});

describe('piece hashes', () => {
  it.each([
    ['smaller than a chunk', 256 * 1024],
    ['of a chunk', MIB],
    ['larger than a chunk', 4 * MIB],
    ['that fit nothing', 1_000_003],
    ['larger than the file', 64 * MIB],
  ])('%s prove what mirrors send, and the content id is known in the end', async (_, pieceLength) => {
    const file = createTestFile(10 * MIB + 77);
    const mirrors = [await mirror(file), await mirror(file)];
    const { downloads, done, finished } = await room();
    const { id } = await downloads.add({
      content: { length: file.bytes.length, root: undefined },
      name: 'a.bin',
      mirrors: mirrors.map(({ url }) => url),
      proof: piecesOf(file, pieceLength),
    });
    await expectWhole(await done(id), file);
    await until(() => finished.length > 0, 'the library is told');
    expect(finished[0]).toMatchObject({ content: file.content, chunkHashes: file.chunkHashes });
    expect(downloads.isDownloading(file.content)).toBe(false);
  });

  it.each([256 * 1024, 3 * MIB, 1_000_003])('of %d bytes find who lies', async (pieceLength) => {
    const file = createTestFile(24 * MIB);
    const liar = await mirror(file, {
      // One byte in every second chunk, whatever request it comes with.
      onBytes: (bytes, start) => {
        for (let at = Math.ceil(start / (2 * MIB)) * 2 * MIB; at < start + bytes.length; at += 2 * MIB)
          bytes[at - start]! ^= 1;
      },
    });
    const mirrors = [liar, await mirror(file, { delayMs: 5 }), await mirror(file, { delayMs: 5 })];
    const { downloads, done } = await room();
    const { id } = await downloads.add({
      content: { length: file.bytes.length, root: undefined },
      name: 'a.bin',
      mirrors: mirrors.map(({ url }) => url),
      proof: piecesOf(file, pieceLength),
    });
    const view = await done(id);
    await expectWhole(view, file);
    for (const good of mirrors.slice(1)) expect(sourceAt(view, good)!.problem?.code).not.toBe('bad_chunk');
    expect(sourceAt(view, liar)).toMatchObject({ state: 'dropped', problem: { code: 'bad_chunk' } });
  });

  it('of a file that no mirror has right end in a failure that says so', async () => {
    const file = createTestFile(5 * MIB);
    const { downloads, view } = await room();
    const { id } = await downloads.add({
      content: { length: file.bytes.length, root: undefined },
      name: 'a.bin',
      mirrors: [(await mirror(createTestFile(5 * MIB, 3))).url],
      proof: piecesOf(file, 2 * MIB),
    });
    const failed = await view(id, ({ state }) => state === 'failed', 'it fails');
    expect(failed.problem!.message).toMatch(/Piece \d+ does not match its SHA-256/);
  });
});

describe('a hash of the whole file, or its length alone', () => {
  it('is what a mirror is believed by', async () => {
    const file = createTestFile(6 * MIB + 3);
    const good = await mirror(file);
    const { downloads, done } = await room();
    const content = { length: file.bytes.length, root: undefined };
    const whole = await downloads.add({
      content,
      name: 'a.bin',
      mirrors: [good.url],
      proof: { kind: 'whole', hash: sha256(file.bytes) },
    });
    await expectWhole(await done(whole.id), file);
    const again = await downloads.add({
      content,
      name: 'b.bin',
      mirrors: [good.url],
      proof: { kind: 'size' },
    });
    await expectWhole(await done(again.id), file);
  });

  it('finds the one mirror of three that has the right file', async () => {
    const file = createTestFile(6 * MIB);
    const other = createTestFile(6 * MIB, 5);
    const mirrors = [await mirror(other), await mirror(other), await mirror(file, { delayMs: 5 })];
    const { downloads, done } = await room();
    const { id } = await downloads.add({
      content: { length: file.bytes.length, root: undefined },
      name: 'a.bin',
      mirrors: mirrors.map(({ url }) => url),
      proof: { kind: 'whole', hash: sha256(file.bytes) },
    });
    const view = await done(id);
    await expectWhole(view, file);
    expect(sourceAt(view, mirrors[2]!)!.problem).toBeNull();
  });
});

describe('a file that the network blocks', () => {
  it('is not given its name, though its content id is known only when it is whole', async () => {
    const file = createTestFile(2 * MIB);
    const good = await mirror(file);
    const { downloads, view } = await createRoom(stage, {
      folder,
      stateDir,
      sources: () => [],
      isBlocked: () => true,
    });
    const { id } = await downloads.add({
      content: { length: file.content.length, root: undefined },
      name: 'a.bin',
      mirrors: [good.url],
      proof: piecesOf(file, MIB),
    });
    const end = await view(id, ({ state }) => state === 'failed', 'it is refused');
    expect(end.problem?.code).toBe('blocked_content');
    await downloads.cancel(id);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a Metalink that leaves the size out', () => {
  const documentOf = (file: TestFile, urls: readonly string[]): string =>
    `<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="a.bin">` +
    `<hash type="sha-256">${Buffer.from(sha256(file.bytes)).toString('hex')}</hash>` +
    `${urls.map((url) => `<url>${url}</url>`).join('')}</file></metalink>`;

  it.each<[string, MirrorTricks]>([
    ['with ranges', {}],
    ['without ranges', { isWhole: true }],
  ])('asks a mirror %s, after one that is gone', async (_, tricks) => {
    const file = createTestFile(3 * MIB + 1);
    const good = await mirror(file, tricks);
    const gone = await mirror(file, {
      answer: (_request, response) => (response.writeHead(404).end(), true),
    });
    const { downloads, done } = await room();
    const document = documentOf(file, [gone.url, good.url]);
    const [view] = await downloadsRoom(downloads, systemClock).addMetalink({ document, priority: 'high' });
    expect(view).toMatchObject({ name: 'a.bin', size: file.content.length, priority: 'high' });
    await expectWhole(await done(view!.id), file);
  });

  it('says so when no mirror knows', async () => {
    const file = createTestFile(1);
    const gone = await mirror(file, {
      answer: (_request, response) => (response.writeHead(404).end(), true),
    });
    const { downloads } = await room();
    const added = downloadsRoom(downloads, systemClock).addMetalink({
      document: documentOf(file, [gone.url]),
    });
    await expect(added).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/how long “a.bin” is.*answered 404/s),
    });
    expect(downloads.list()).toEqual([]);
  });
});
