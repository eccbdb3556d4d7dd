import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRootBuilder, type SharedFile } from '@banyan/proto';
import { openLibraryIndex } from '../../src/library/index-db.ts';
import { TAGS_VERSION } from '../../src/library/limits.ts';
import { imageSize } from '../../src/library/tags/image-size.ts';
import { pdf } from './documents.ts';
import { createWorld, until, type World } from './fixture.ts';
import { jpeg, mp3, png, wav } from './media.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

async function share(files: Record<string, Buffer | string>): Promise<Record<string, SharedFile['tags']>> {
  for (const [name, bytes] of Object.entries(files)) await world.put(name, bytes);
  await world.library.addShare({ path: world.share });
  await world.library.settled();
  return Object.fromEntries(world.library.files({ limit: 100 }).files.map(({ name, tags }) => [name, tags]));
}

describe('tags', () => {
  it('of music are read from ID3, in any script', async () => {
    const song = mp3({
      TIT2: '月亮代表我的心',
      TPE1: '鄧麗君',
      TALB: 'Ålbum',
      TYER: '1977',
      TCON: 'Pop',
      TRCK: '3/12',
      TCOM: '孫儀',
    });
    expect(await share({ 'song.mp3': song })).toEqual({
      'song.mp3': {
        title: '月亮代表我的心',
        artist: '鄧麗君',
        album: 'Ålbum',
        year: 1977,
        genre: 'Pop',
        track: 3,
        bitrateKbps: 128,
        durationMs: expect.any(Number),
        more: { codec: 'MPEG 1 Layer 3', composer: '孫儀' },
      },
    });
  });

  it('of sound are read from RIFF', async () => {
    const found = await share({ 'sound.wav': wav(2, { INAM: 'Name', IART: 'Artist' }) });
    expect(found['sound.wav']).toMatchObject({
      title: 'Name',
      artist: 'Artist',
      durationMs: 2000,
      bitrateKbps: 64,
    });
  });

  it('of pictures are their size, EXIF texts and camera, of documents their title', async () => {
    const found = await share({
      'a.png': png(640, 480),
      'b.jpg': jpeg(4000, 3000, {
        0x010e: 'A banyan tree',
        0x010f: 'Maker',
        0x0110: 'Model 1',
        0x013b: 'Somebody',
      }),
      'a book.pdf': pdf({ 1: '<<>>', 3: '<</Title(On trees)>>' }, '/Info 3 0 R'),
      'really a png.jpg': png(20, 10),
    });
    expect(found).toEqual({
      'a.png': { width: 640, height: 480 },
      'b.jpg': {
        width: 4000,
        height: 3000,
        title: 'A banyan tree',
        artist: 'Somebody',
        more: { camera: 'Maker Model 1' },
      },
      'a book.pdf': { title: 'On trees' },
      'really a png.jpg': { width: 20, height: 10 },
    });
  });

  it('that are broken, huge or absent cost nothing but themselves', async () => {
    const song = mp3({ TIT2: 'x'.repeat(5000) });
    const found = await share({
      'cut.mp3': song.subarray(0, 40),
      'long.mp3': song,
      'zeros.mp3': Buffer.alloc(10_000),
      'text.mp3': 'this is no music',
      'cut.jpg': jpeg(10, 10, { 0x010e: 'x' }).subarray(0, 25),
      'cut.png': png(1, 1).subarray(0, 18),
      'lies.wav': Buffer.concat([
        Buffer.from('RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\x7f', 'latin1'),
        Buffer.alloc(50),
      ]),
      'lies.mp4': Buffer.from('\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00\xff\xff\xff\xffmoov', 'latin1'),
      'plain.txt': 'text',
    });
    expect(Object.keys(found)).toHaveLength(9);
    expect(world.library.stats()).toMatchObject({ files: 9, errors: 0 });
    expect(found['long.mp3']?.title).toHaveLength(256);
    expect(found['plain.txt']).toEqual({});
  });

  it('come with the record after a restart', async () => {
    const found = await share({ 'sound.wav': wav(1, { INAM: 'Kept' }) });
    await world.restart();
    expect(world.library.files({ limit: 1 }).files[0]!.tags).toEqual(found['sound.wav']);
  });

  it('of files that were shared before their kind had any are read once', async () => {
    const path = join(world.dir, 'worker-of-old.mjs');
    await writeFile(
      path,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', (jobs) => jobs.forEach(({ job }) => parentPort.postMessage({
         type: 'done', job, hashes: { root: new Uint8Array(32).fill(job), chunkHashes: new Uint8Array(32) }, tags: {} })));`,
    );
    const old = { workers: 1, worker: pathToFileURL(path) };
    await world.restart({ hashing: old });
    const book = (title: string): Buffer => pdf({ 1: '<<>>', 3: `<</Title(${title})>>` }, '/Info 3 0 R');
    const names = Array.from({ length: 40 }, (_, i) => `book ${i}.pdf`);
    const before = await share(Object.fromEntries(names.map((name) => [name, book(name)])));
    expect(before['book 39.pdf']).toEqual({});
    const fingerprint = world.library.catalog.fingerprint();
    await world.library.stop();
    const index = await openLibraryIndex({
      path: join(world.dir, 'state'),
      onPublished: () => undefined,
      now: () => 0,
    });
    expect(index.tagging()).toEqual({ version: TAGS_VERSION, after: 0 });
    await index.write((tx) => tx.setTagging({ version: TAGS_VERSION - 1, after: 0 }));
    await index.close();

    await world.restart();
    const titles = (): unknown[] => world.library.files({ limit: 100 }).files.map(({ tags }) => tags.title);
    await until(world.library, () => !titles().includes(undefined));
    expect(titles().sort()).toEqual(names.sort());
    expect(world.library.stats().hashedFiles).toBe(0);
    expect(world.library.catalog.fingerprint()).not.toEqual(fingerprint);
  });

  it('are read of a finished download too', async () => {
    const { library, share: folder } = world;
    await library.addShare({ path: folder });
    await library.settled();
    const bytes = wav(1, { INAM: 'Downloaded' });
    const builder = createRootBuilder((data) => createHash('sha256').update(data).digest());
    builder.update(bytes);
    const { id: content, chunkHashes } = builder.digest();
    const path = await world.put('b.wav', bytes);
    await library.addFinished({ path, content, chunkHashes });
    await until(library, () => library.files({ limit: 1 }).files[0]?.tags.title === 'Downloaded');
    expect(library.stats().hashedFiles).toBe(0);
  });
});

describe('the size of a picture', () => {
  it.each([
    ['image/gif', Buffer.from('GIF89a\x0a\x00\x14\x00', 'latin1'), { width: 10, height: 20 }],
    [
      'image/webp',
      Buffer.concat([
        Buffer.from('RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0', 'latin1'),
        Buffer.from([9, 0, 0, 19, 0, 0]),
      ]),
      { width: 10, height: 20 },
    ],
    ['image/png', Buffer.alloc(10), undefined],
    ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0]), undefined],
    ['image/x-unknown', Buffer.alloc(100), undefined],
  ])('of %s', (mime, head, expected) => {
    expect(imageSize(head, mime)).toEqual(expected);
  });
});
