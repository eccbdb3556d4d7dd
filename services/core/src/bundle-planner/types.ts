/** What one request for several small contents may ask of a source. */
export interface BundleOffer {
  readonly sourceId: string;
  readonly maxContents: number;
  /** At least one content may be asked for, however long it is. */
  readonly maxBytes: number;
}

/** Why the answer to a bundle is given up. */
export type BundleFault = 'source_stalled' | 'source_slow';

/** How a bundle ended. */
export type BundleEnd =
  /** The answer came to its end; `held` of the contents were there. */
  | { readonly outcome: 'done'; readonly held: number }
  /** It gave bytes that are not those of the content: it is asked for no bundle any more. */
  | { readonly outcome: 'lied' }
  /** It cannot now, and said when it may. */
  | { readonly outcome: 'busy'; readonly retryAfterMs: number }
  /** Anything else that is the source's affair. */
  | { readonly outcome: 'failed' }
  /** Given up for reasons of ours. */
  | { readonly outcome: 'aborted' };

/** Bounds of {@link BundlePlanner}; all have defaults. */
export interface BundleOptions {
  /** Contents of one bundle. */
  readonly maxContents: number;
  /** Bytes of one bundle: what a downloader may have to hold in memory. */
  readonly maxBytes: number;
  /** Bytes of a source's first bundle, of which nothing is known yet. */
  readonly firstBytes: number;
  /** A bundle is as large as the source gives within this time, ms. */
  readonly targetMs: number;
  /** Bundles under way from one source: the next answer is being made while one is read. */
  readonly perSource: number;
  /** Nothing came for so long, ms. */
  readonly stallMs: number;
  /** An answer must be whole by then, ms. */
  readonly maxMs: number;
  /** A source that failed is left alone for so long, doubled with each failure in a row, ms. */
  readonly asideMs: number;
  readonly maxAsideMs: number;
  /** Whoever had nothing of what is wanted for so long is asked no more until it is found again, ms. */
  readonly freshMs: number;
  /** Sources remembered. */
  readonly maxSources: number;
}

/**
 * Decides of whom small contents are asked, many in one request. It knows nothing of the contents: those that a source
 * turns out not to have, or that do not come, are fetched one by one as any other.
 *
 * Times are monotonic milliseconds, and never go back.
 */
export interface BundlePlanner {
  /** Somebody is said to have one of the contents that are wanted now. */
  found(sourceId: string, now: number): void;
  knows(sourceId: string): boolean;
  /** Sources that may be asked now or soon: found or of use lately, no liar, not left alone for a while. */
  usable(now: number): readonly string[];
  /** What may be asked now, the best first. */
  offers(now: number): readonly BundleOffer[];
  began(requestId: number, sourceId: string, now: number): void;
  progress(requestId: number, bytes: number, now: number): void;
  ended(requestId: number, end: BundleEnd, now: number): void;
  /** Requests that are to be given up now; each is told once. */
  overdue(now: number): readonly { readonly requestId: number; readonly code: BundleFault }[];
  /** When {@link overdue} is to be asked next; undefined: nothing is under way. */
  nextLookAt(): number | undefined;
}
