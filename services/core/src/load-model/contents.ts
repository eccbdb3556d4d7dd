/** What the leaves of a load test hold: contents with names, sizes and popularity, made from a seed alone. */
import {
  CHUNK_BYTES,
  HASH_BYTES,
  NO_TAGS,
  VISIBILITY,
  fitRecord,
  type CatalogRecord,
  type MediaType,
} from '@banyan/proto';
import { createZipf, logNormal } from './distributions.ts';
import type { SyntheticBytes } from './synthetic-bytes.ts';
import { seededRandom, type Random } from './random.ts';

/** How contents, their copies and the questions for them are spread. */
export interface ContentsInit {
  readonly seed: number;
  /** Different contents that there are. */
  readonly count: number;
  /** Zipf exponent of popularity: how copies and wishes are spread over contents. */
  readonly popularity: number;
  /** Words of the language that names are made of. */
  readonly vocabulary: number;
  /** Factor of all lengths; 1: as in the field, most of a few MiB and some of hundreds. */
  readonly sizes: number;
}

/** A content by its rank: 0 is the most popular. */
export interface SyntheticContent {
  readonly rank: number;
  readonly root: Uint8Array;
  readonly length: number;
  readonly name: string;
  readonly type: MediaType;
  /** Words of the name, the rarest first. */
  readonly words: readonly string[];
}

export interface Contents {
  readonly count: number;
  content(rank: number): SyntheticContent;
  /** A rank drawn by popularity. */
  draw(random: Random): number;
  /** A word as people type it who look around: a frequent one rather than a rare one. */
  word(random: Random): string;
}

const KINDS: readonly { readonly type: MediaType; readonly ending: string; readonly medianBytes: number }[] =
  [
    // By number of files in the field most are music; by bytes most are video.
    ...Array.from(
      { length: 7 },
      () => ({ type: 'audio', ending: 'mp3', medianBytes: 4 * CHUNK_BYTES }) as const,
    ),
    { type: 'video', ending: 'mkv', medianBytes: 300 * CHUNK_BYTES },
    { type: 'image', ending: 'jpg', medianBytes: CHUNK_BYTES / 4 },
    { type: 'document', ending: 'pdf', medianBytes: CHUNK_BYTES },
  ];
/** Sizes around their median: a deviation of e to either side is common. */
const SIZE_SIGMA = 1;
/** Room for what makes a content's bytes its own. */
const MIN_BYTES = 64;
const MIN_WORDS = 4;
const MORE_WORDS = 3;
/** Words of a language are spread by Zipf's own law. */
const WORD_EXPONENT = 1;
const ONSETS = ['b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z', 'ch', 'sh'];
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ou', 'ia'];
const SYLLABLES = ONSETS.length * VOWELS.length;
const MIN_SYLLABLES = 3;

/** A pronounceable word for each number, no two alike. */
export function syntheticWord(number: number): string {
  let [left, word] = [number, ''];
  // Steps of a prime scatter neighbours, so that frequent words do not all begin alike.
  for (let i = 0; i < MIN_SYLLABLES || left > 0; i += 1) {
    const syllable = i < MIN_SYLLABLES ? ((left % SYLLABLES) * 37 + i * 11) % SYLLABLES : left % SYLLABLES;
    word += ONSETS[syllable % ONSETS.length]! + VOWELS[Math.floor(syllable / ONSETS.length)]!;
    left = Math.floor(left / SYLLABLES);
  }
  return word;
}

/** @param bytes - what the contents are made of; absent: nobody fetches them, and their roots are luck */
export function createContents(init: ContentsInit, bytes?: Pick<SyntheticBytes, 'root'>): Contents {
  const { seed, count } = init;
  const drawRank = createZipf(count, init.popularity);
  const drawWord = createZipf(init.vocabulary, WORD_EXPONENT);

  function content(rank: number): SyntheticContent {
    const random = seededRandom(seed, 'content', rank);
    const kind = KINDS[Math.floor(random() * KINDS.length)]!;
    const numbers = new Set<number>();
    for (let n = MIN_WORDS + Math.floor(random() * MORE_WORDS); n > 0; n -= 1) numbers.add(drawWord(random));
    const luck = new Uint8Array(HASH_BYTES);
    for (let i = 0; i < luck.length; i += 1) luck[i] = Math.floor(random() * 256);
    const words = [...numbers].map(syntheticWord);
    const length = Math.max(
      MIN_BYTES,
      Math.round(init.sizes * logNormal(random, kind.medianBytes, SIZE_SIGMA)),
    );
    return {
      rank,
      root: bytes?.root({ rank, length }) ?? luck,
      length,
      name: `${words.join(' ')}.${kind.ending}`,
      type: kind.type,
      words: [...numbers].sort((a, b) => b - a).map(syntheticWord),
    };
  }

  return {
    count,
    content,
    draw: (random) => drawRank(random) - 1,
    word: (random) => syntheticWord(drawWord(random)),
  };
}

/** The record under which a leaf publishes a content. */
export function recordOf(content: SyntheticContent, id: number): CatalogRecord {
  return fitRecord({
    id,
    root: content.root,
    length: content.length,
    name: content.name,
    folder: '',
    type: content.type,
    modifiedS: 0,
    tags: NO_TAGS,
    visibility: VISIBILITY.network,
    groups: [],
  });
}
