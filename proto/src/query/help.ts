/** The query language in a few rows, for people who look it up while they type. */

export interface QueryHelpRow {
  /** Stable: translations of `meaning` are found by it. */
  readonly key: string;
  /** A query that does what `meaning` says. */
  readonly example: string;
  readonly meaning: string;
}

/** What `banyan search --help` and the page's help show; the table of docs/search-language.md has the same rows. */
export const QUERY_HELP: readonly QueryHelpRow[] = [
  { key: 'words', example: 'blue moon', meaning: 'both words, in any order and place' },
  { key: 'phrase', example: '"blue moon"', meaning: 'these words together, in this order' },
  { key: 'not', example: 'moon -blue', meaning: 'without this word; works before phrases and operators too' },
  {
    key: 'or',
    example: 'blue OR red moon',
    meaning: 'one of the two beside OR, and moon; OR is in capitals',
  },
  {
    key: 'type',
    example: 'type:audio,video',
    meaning: 'of one of these types: audio, video, image, document, archive, software, other',
  },
  { key: 'ext', example: 'ext:iso', meaning: 'names that end in .iso' },
  {
    key: 'size',
    example: 'size:>100mb',
    meaning: 'from this size on; also <1gb, 10mb..100mb, and 5mb for about 5 MB',
  },
  { key: 'artist', example: 'artist:"miles davis"', meaning: 'the artist has these words together' },
  {
    key: 'fields',
    example: 'title:blue album:kind',
    meaning:
      'words of one field only: name, folder, title, artist, album, genre, author, language, publisher, subject, keywords, composer, codec, camera, lens',
  },
  {
    key: 'year',
    example: 'year:1990..1999',
    meaning: 'of these years; also track:7, width:>=1920, height:1080',
  },
  { key: 'duration', example: 'duration:>3m', meaning: 'longer than this; also 2m30s, 1:30, 1h..2h' },
  { key: 'bitrate', example: 'bitrate:>=192', meaning: 'at least so many kbit/s' },
  {
    key: 'modified',
    example: 'modified:2024-05',
    meaning: 'changed in this month; also a year, a day, >2024-01-01',
  },
  { key: 'sources', example: 'sources:>3', meaning: 'held by more than three people' },
  {
    key: 'hash',
    example: 'hash:5252abae92836caa',
    meaning: 'whose hash begins so; a banyan: link works too',
  },
];
