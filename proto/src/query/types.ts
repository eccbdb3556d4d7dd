/**
 * The query language, as a tree. What it means in words: docs/search-language.md.
 *
 * A query is a conjunction: every clause must hold, and nothing excluded may. `OR` binds tighter than the
 * blank, as people know it from Google: `blue moon OR sun` is blue and (moon or sun).
 */
import type { MediaType } from '../media-type.ts';

/**
 * Where something stands in the query as typed: UTF-16 units, `end` exclusive. A term's place has its minus, operator
 * and quotes; that of a plain word is the word.
 */
export interface QuerySpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Texts of a record that words can be confined to. `tag` with a key is a further tag (`Tags.more`), such as
 * `author:` or `language:`.
 */
export type TextField = 'name' | 'folder' | 'title' | 'artist' | 'album' | 'genre' | `tag ${string}`;

/** Numbers of a content or record. Sizes in bytes, durations in milliseconds, bitrates in kbit/s, dates in Unix seconds. */
export type NumberField =
  'size' | 'sources' | 'year' | 'track' | 'duration' | 'bitrate' | 'width' | 'height' | 'modified';

export type QueryTerm = QuerySpan &
  (
    | {
        /**
         * One chunk of letters and signs without a blank (`AC/DC`), or what stands between quotes. It stands so
         * between `start` and `end`, and has at least one letter, digit or mark.
         */
        readonly kind: 'text';
        readonly text: string;
        /** Quoted: its words must stand together and in this order. */
        readonly phrase: boolean;
        /** Only there; absent: anywhere. */
        readonly field?: TextField;
        /** Ends where the query ends, so that it may still be being typed. */
        readonly open: boolean;
      }
    | { readonly kind: 'type'; readonly type: MediaType }
    | {
        readonly kind: 'ext';
        /** Lower case, without a dot. */
        readonly ext: string;
      }
    | {
        readonly kind: 'number';
        readonly field: NumberField;
        /** Both inclusive; `max` may be Infinity. */
        readonly min: number;
        readonly max: number;
      }
    | {
        readonly kind: 'hash';
        /** The beginning of a root: 8 to 64 lower-case hex digits. */
        readonly root: string;
        readonly length?: number;
      }
  );

/** One requirement: any of these. */
export interface QueryClause {
  readonly anyOf: readonly QueryTerm[];
}

/** Something in the query that does not do what it seems to; for a person, with its place. */
export interface QueryNote extends QuerySpan {
  /** What is wrong and what was done instead, as a whole sentence. */
  readonly message: string;
}

export interface ParsedQuery {
  readonly clauses: readonly QueryClause[];
  /** None of these may hold. */
  readonly excluded: readonly QueryTerm[];
  readonly notes: readonly QueryNote[];
}
