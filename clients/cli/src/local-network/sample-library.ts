/**
 * The small library that a local network shares on its first start: texts in English and Chinese, pictures, music with
 * tags, one large file that all three peers have, and one that the first lacks, so that its download comes from several
 * at once. Everything is generated from fixed seeds: the same files on every machine.
 */
import { createCipheriv } from 'node:crypto';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@banyan/kit/make-folder';
import { drawPicture, type Palette } from './sample-picture.ts';
import { composeTune, type Tune } from './sample-tune.ts';

/** Peers of the local network, the first is "you". */
export const SAMPLE_PEERS = ['alice', 'bob', 'carol'] as const;
export type SamplePeer = (typeof SAMPLE_PEERS)[number];

/** Long enough to watch a download from several sources. */
const LARGE_FILES: readonly LargeSample[] = [
  {
    name: 'Banyan Field Recordings 2024 (large sample).bin',
    peers: SAMPLE_PEERS,
    bytes: 96 * 1024 * 1024,
    key: 'banyan',
  },
  // For the first peer to download from the two others.
  {
    name: 'Banyan Night Sounds 夜聲 (large sample).bin',
    peers: ['bob', 'carol'],
    bytes: 80 * 1024 * 1024,
    key: 'night',
  },
];
const WRITE_BYTES = 4 * 1024 * 1024;

interface LargeSample {
  readonly name: string;
  readonly peers: readonly SamplePeer[];
  readonly bytes: number;
  readonly key: string;
}

interface Sample {
  readonly path: string;
  readonly peers: readonly SamplePeer[];
  readonly make: () => Uint8Array | string;
}

const ALL = SAMPLE_PEERS;

const text = (path: string, peers: readonly SamplePeer[], ...lines: string[]): Sample => ({
  path,
  peers,
  make: () => `${lines.join('\n')}\n`,
});
const picture = (path: string, peers: readonly SamplePeer[], palette: Palette, seed: number): Sample => ({
  path,
  peers,
  make: () => drawPicture(960, 600, palette, seed),
});
const tune = (path: string, peers: readonly SamplePeer[], t: Tune): Sample => ({
  path,
  peers,
  make: () => composeTune(t),
});

const SAMPLES: readonly Sample[] = [
  text(
    'Read me first.txt',
    ALL,
    'This folder was made by Banyan so that there is something to search for.',
    'Put files of your own here, or share another folder: banyan share FOLDER.',
  ),
  text(
    'Stories/The Banyan Tree.txt',
    ['alice', 'bob'],
    'A banyan begins as a seed in the crown of another tree.',
    'Its branches let down roots; where a root reaches the ground it becomes a trunk,',
    'and a branch that has a trunk of its own can bear more branches.',
    'The Great Banyan near Kolkata has several thousand trunks and no middle:',
    'the first one was taken away in 1925, and the tree did not notice.',
  ),
  text(
    'Stories/How a search travels.txt',
    ['bob'],
    'You type two words. Your supernode looks in its own index and asks the others.',
    'Each answers with what its leaves share; the answers are merged by content,',
    'and the file comes in pieces from everybody who has it.',
  ),
  text(
    '故事/榕樹的故事.txt',
    ['bob', 'carol'],
    '榕樹從別的樹梢上的一粒種子開始。',
    '枝條垂下氣根,氣根著地,便成樹幹;',
    '有了樹幹的枝條,又能長出新的枝條。',
    '獨木成林,就是這個道理。',
  ),
  text(
    '故事/檔案分享指南.txt',
    ['carol'],
    '把資料夾分享出去,別人就能搜尋到裡面的檔案。',
    '下載時,每一塊都會驗證;來源離線了,會自動換另一個。',
  ),
  text(
    'Recipes/Banana bread.md',
    ['alice', 'carol'],
    '# Banana bread',
    '',
    '3 ripe bananas, 250 g flour, 100 g butter, 2 eggs, 120 g sugar.',
    'Mash, mix, bake 55 minutes at 175 °C.',
  ),
  text(
    'Recipes/紅豆湯.md',
    ['alice'],
    '# 紅豆湯',
    '',
    '紅豆 300 克,冰糖 80 克,陳皮一片。',
    '浸泡一夜,煮一小時。',
  ),
  text(
    'Projects/supernode-sizing.csv',
    ['carol'],
    'machine,leaves,records',
    'laptop,500,100000',
    'server,5000,2000000',
  ),
  picture('Pictures/Banyan at dawn.png', ['alice', 'carol'], 'dawn', 7),
  picture('Pictures/Banyan at noon.png', ['bob'], 'noon', 11),
  picture('Pictures/榕樹下的夜晚.png', ['carol'], 'night', 23),
  tune('Music/Aerial Roots.wav', ['alice', 'bob'], {
    title: 'Aerial Roots',
    artist: 'The Leaves',
    album: 'Many Trunks',
    year: 2024,
    track: 1,
    seed: 3,
    seconds: 12,
  }),
  tune('Music/Under the Canopy.wav', ['bob', 'carol'], {
    title: 'Under the Canopy',
    artist: 'The Leaves',
    album: 'Many Trunks',
    year: 2024,
    track: 2,
    seed: 5,
    seconds: 14,
  }),
  tune('Music/榕樹下.wav', ['carol'], {
    title: '榕樹下',
    artist: '葉子樂團',
    album: '獨木成林',
    year: 2023,
    track: 1,
    seed: 8,
    seconds: 10,
  }),
];

/**
 * Makes what is missing of the sample library.
 *
 * @param folderOf - the shared folder of each peer
 * @returns whether anything was made
 */
export async function makeSampleLibrary(folderOf: (peer: SamplePeer) => string): Promise<boolean> {
  let made = false;
  for (const sample of SAMPLES) {
    let bytes: Uint8Array | string | undefined;
    for (const peer of sample.peers) {
      const path = join(folderOf(peer), sample.path);
      if (await exists(path)) continue;
      bytes ??= sample.make();
      await writeWhole(path, bytes);
      made = true;
    }
  }
  for (const large of LARGE_FILES) {
    for (const peer of large.peers) {
      const path = join(folderOf(peer), large.name);
      if (await exists(path)) continue;
      await writeLarge(path, large);
      made = true;
    }
  }
  return made;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Written under another name first: a start that was broken off leaves no half file to be shared. */
async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await makeFolder(dirname(path));
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
}

/** A key stream: as incompressible as a film, and quick to make. */
async function writeLarge(path: string, { bytes, key }: LargeSample): Promise<void> {
  await makeFolder(dirname(path));
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, key), Buffer.alloc(16));
  const zeros = Buffer.alloc(WRITE_BYTES);
  const part = `${path}.part`;
  const file = await open(part, 'w');
  try {
    for (let at = 0; at < bytes; at += WRITE_BYTES) await file.write(stream.update(zeros));
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
  await file.close();
  await rename(part, path);
}
