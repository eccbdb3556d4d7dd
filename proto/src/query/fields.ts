/** The operators of the query language: which words before a colon mean something, and what their values are. */
import type { MediaType } from '../media-type.ts';
import type { NumberField, TextField } from './types.ts';

/** What stands behind the colon of an operator. */
export type Operator =
  | { readonly kind: 'text'; readonly field: TextField }
  | { readonly kind: 'number'; readonly field: NumberField }
  | { readonly kind: 'type' | 'ext' | 'hash' };

/** Further tags that files are read for and that can be searched by name (`Tags.more`). */
const TAG_KEYS = [
  'author',
  'language',
  'publisher',
  'subject',
  'keywords',
  'pages',
  'composer',
  'codec',
  'camera',
  'lens',
] as const;

const text = (field: TextField): Operator => ({ kind: 'text', field });
const number = (field: NumberField): Operator => ({ kind: 'number', field });
const type: Operator = { kind: 'type' };
const ext: Operator = { kind: 'ext' };
const hash: Operator = { kind: 'hash' };

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['type', type],
  ['kind', type],
  ['ext', ext],
  ['extension', ext],
  ['filetype', ext],
  ['hash', hash],
  ['size', number('size')],
  ['sources', number('sources')],
  ['year', number('year')],
  ['track', number('track')],
  ['duration', number('duration')],
  ['length', number('duration')],
  ['bitrate', number('bitrate')],
  ['width', number('width')],
  ['height', number('height')],
  ['modified', number('modified')],
  ['date', number('modified')],
  ['name', text('name')],
  ['filename', text('name')],
  ['folder', text('folder')],
  ['in', text('folder')],
  ['path', text('folder')],
  ['title', text('title')],
  ['artist', text('artist')],
  ['by', text('artist')],
  ['album', text('album')],
  ['genre', text('genre')],
  ...TAG_KEYS.map((key): [string, Operator] => [key, text(`tag ${key}`)]),
  ['lang', text('tag language')],
]);

/** Every word that is an operator. */
export const OPERATOR_KEYS: readonly string[] = [...OPERATORS.keys()];

/** The operator of a word, in any case and width; undefined: it is an ordinary word. */
export function operatorOf(key: string): Operator | undefined {
  return OPERATORS.get(key.normalize('NFKC').toLowerCase());
}

/** Names of media types, in the words people have for them; Chinese as the page shows them in both scripts. */
const TYPE_NAMES: Readonly<Record<MediaType, string>> = {
  audio: 'audio music song songs sound 音訊 音频 音樂 音乐 歌曲 音声 音楽',
  video: 'video videos movie movies film films clip clips 影片 视频 視頻 電影 电影 動画',
  image: 'image images picture pictures pic pics photo photos img 圖片 图片 照片 相片 圖像 图像 画像 写真',
  document:
    'document documents doc docs text texts book books ebook ebooks 文件 文檔 文档 書 书 電子書 电子书',
  archive: 'archive archives zip compressed 壓縮檔 压缩包 压缩文件 書庫',
  software:
    'software app apps application applications program programs 軟體 软件 軟件 程式 程序 應用程式 应用',
  other: 'other others 其他 其它',
};

const TYPES: ReadonlyMap<string, MediaType> = new Map(
  Object.entries(TYPE_NAMES).flatMap(([type, names]) =>
    names.split(' ').map((name) => [name, type as MediaType] as const),
  ),
);

/** The media type of a name as people say it: `music`, `movie`, `圖片`. */
export function typeOf(name: string): MediaType | undefined {
  return TYPES.get(name.normalize('NFKC').toLowerCase());
}

/**
 * The operator that was probably meant: one letter away, for words of six letters or more two, and with the same
 * first letter unless the first two changed places. Short words are near to everything and have none.
 */
export function nearOperator(key: string): string | undefined {
  return nearest(key.normalize('NFKC').toLowerCase(), OPERATOR_KEYS);
}

/** The name of a media type that was probably meant. */
export function nearType(name: string): string | undefined {
  return nearest(name.normalize('NFKC').toLowerCase(), TYPES.keys());
}

const MIN_NEAR_CHARS = 3;
const MIN_FAR_CHARS = 6;
const MAX_KEY_CHARS = 16;

function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length < MIN_NEAR_CHARS || word.length > MAX_KEY_CHARS) return undefined;
  const swapped = `${word.charAt(1)}${word.charAt(0)}`;
  let best: string | undefined;
  let bestEdits = word.length >= MIN_FAR_CHARS ? 3 : 2;
  for (const candidate of known) {
    if (candidate.length < MIN_NEAR_CHARS) continue;
    if (!candidate.startsWith(word.charAt(0)) && !candidate.startsWith(swapped)) continue;
    const edits = editDistance(word, candidate);
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** Letters inserted, deleted, replaced or swapped with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + changed);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, before[j - 2]! + 1);
      }
      next.push(edits);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
