/** Queries at random, of words alone and of the whole language. */
import { toHex } from '@banyan/proto';
import fc from 'fast-check';
import { contentOf } from './catalog-batches.ts';
import { accountOf, CONTENTS, WORDS, words } from './random-catalogs.ts';

export interface RandomQuery {
  readonly text: string;
  readonly partial: boolean;
  readonly viewer: string | undefined;
}

const viewer = fc.option(fc.constantFrom(accountOf('a'), accountOf('b')), { nil: undefined });

/** Words as names have them, the last one perhaps not written to its end. */
export const plainQuery: fc.Arbitrary<RandomQuery> = fc
  .record({ text: words(3), partial: fc.boolean(), viewer, cut: fc.nat(3), isLower: fc.boolean() })
  .map(({ text, cut, isLower, ...rest }) => {
    const typed = text.slice(0, text.length - cut);
    return { ...rest, text: isLower ? typed.toLowerCase() : typed };
  });

/** Words in other spellings than the names'. */
const word = fc.constantFrom(
  ...WORDS,
  'TRAIN',
  's1e2',
  's01',
  '7',
  '01',
  'camel',
  '中',
  '国人',
  'ete',
  'nobody',
  '1',
  's1e2-blue',
  'iphone4',
  '007/train',
);
const phrase = fc
  .array(fc.oneof(word, fc.constantFrom('blue Train', 'mp3')), { minLength: 1, maxLength: 3 })
  .map((parts) => `"${parts.join(' ')}"`);
const field = fc.constantFrom('name', 'folder', 'title', 'artist', 'album', 'genre', 'author', 'language');
const fielded = fc.tuple(field, fc.oneof(word, phrase)).map(([name, value]) => `${name}:${value}`);

const filter = fc.oneof(
  fc.constantFrom('type:audio', 'type:video,image', 'type:other', 'type:document', 'type:音樂'),
  fc.constantFrom(
    'ext:mp3',
    'ext:iso,7z',
    'ext:gz',
    'ext:gz,mp',
    'ext:tar.gz',
    'ext:3',
    'ext:.ISO',
    'ext:nope',
  ),
  fc.constantFrom(
    'size:<1mb',
    'size:1mb..10mb',
    'size:>1gb',
    'size:0',
    'size:5mb',
    'size:>4gb',
    'size:1048000',
  ),
  fc.constantFrom('year:1959', 'year:1950..1960', 'year:>2000', 'track:7', 'duration:>3m', 'bitrate:>=192'),
  fc.constantFrom('width:>=1920', 'height:720', 'sources:>1', 'sources:1', 'sources:>3'),
  fc.constantFrom('modified:2023', 'modified:2023-11', 'modified:<2000', 'modified:>2023-06'),
  fc
    .tuple(fc.constantFrom(...CONTENTS), fc.integer({ min: 8, max: 64 }), fc.boolean())
    .map(([content, digits, withLength]) => {
      const { root, length } = contentOf(content);
      return `hash:${toHex(root).slice(0, digits)}${withLength ? `-${length}` : ''}`;
    }),
);

const plain = fc.oneof(
  { weight: 5, arbitrary: word },
  { weight: 2, arbitrary: phrase },
  { weight: 2, arbitrary: fielded },
  { weight: 3, arbitrary: filter },
);
const part = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 2, arbitrary: plain.map((term) => `-${term}`) },
  { weight: 2, arbitrary: fc.tuple(plain, plain).map(([a, b]) => `${a} OR ${b}`) },
  { weight: 1, arbitrary: fc.tuple(plain, plain, plain).map((each) => each.join(' | ')) },
);

/** Anything the language has; often few terms, so that something is found. */
export const anyQuery: fc.Arbitrary<RandomQuery> = fc
  .record({
    parts: fc.oneof(
      { weight: 3, arbitrary: fc.array(part, { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.array(part, { minLength: 3, maxLength: 6 }) },
    ),
    partial: fc.boolean(),
    viewer,
    cut: fc.constantFrom(0, 0, 0, 1, 2),
  })
  .map(({ parts, cut, ...rest }) => {
    const text = parts.join(' ');
    // A filter is not written to its end: half of it is something else.
    if (/:\S*$/.test(text)) return { ...rest, text, partial: false };
    return { ...rest, text: /\p{L}{3}$/u.test(text) ? text.slice(0, text.length - cut) : text };
  });
