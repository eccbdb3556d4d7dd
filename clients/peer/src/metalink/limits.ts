/** Bounds of Metalink documents, each with its reason; see also `@banyan/proto`. */

/** Bytes of one piece: below, hashes weigh more than they help; above, a wrong byte costs too much. aria2 writes 1 MiB. */
export const MIN_PIECE_BYTES = 16 * 1024;
export const MAX_PIECE_BYTES = 1024 * 1024 * 1024;
/** Pieces of one file: what fits into a document of the largest size. */
export const MAX_PIECES = 250_000;
/** Elements within elements: the format has five. */
export const MAX_DEPTH = 16;
/** Text of one element: a URL is the longest that is read. */
export const MAX_TEXT_CHARS = 8 * 1024;
/** `<url>` elements looked at; mirror lists of distributions have some hundred. */
export const MAX_URLS = 1000;
/** Priority of a `<url>` that has none: the lowest (RFC 5854, section 4.2.16.2). */
export const LOWEST_PRIORITY = 999_999;
/** Pieces of a Metalink that we write: a document of 9 MB, which ours and other readers take. */
export const MAX_WRITTEN_PIECES = 100_000;
/** Mirrors that are asked how long a file is, and how long one may take: somebody waits. */
export const MAX_PROBED_MIRRORS = 3;
export const PROBE_MS = 5_000;
