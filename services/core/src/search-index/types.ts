/**
 * The door of the search index. What is inside may change; these shapes stay.
 *
 * The shapes are those of the wire (`Publish`, `Hit`, `FacetCount`, `TermWeight` of `proto/banyan.proto`),
 * so that a supernode hands decoded messages in and answers out without copying them into other forms.
 */
import type { ContentId, ErrorCode, FacetCount, Hit, TermWeight, UploadOffer } from '@banyan/proto';

/** The tags of a record, as on the wire; what a file does not say is absent, empty or 0. */
export interface RecordTags {
  readonly title?: string | null | undefined;
  readonly artist?: string | null | undefined;
  readonly album?: string | null | undefined;
  readonly year?: number | null | undefined;
  readonly genre?: string | null | undefined;
  readonly track?: number | null | undefined;
  readonly durationMs?: number | null | undefined;
  readonly bitrateKbps?: number | null | undefined;
  readonly width?: number | null | undefined;
  readonly height?: number | null | undefined;
  readonly more?: Readonly<Record<string, string>> | null | undefined;
}

/**
 * One columnar change of a leaf's catalog; a decoded `Publish` message fits.
 *
 * Removals come first, then additions. An id that is held already is replaced. Columns have the length of
 * `ids`; an absent or empty one has its default in every row.
 */
export interface CatalogBatch {
  /** Forget the whole catalog of this leaf first. */
  readonly reset?: boolean | null | undefined;
  readonly removedIds?: ArrayLike<number> | null | undefined;
  /** Record ids chosen by the leaf (unsigned 32 bits), stable while the record lives. */
  readonly ids: ArrayLike<number>;
  /** 32 bytes for each row. */
  readonly roots: Uint8Array;
  readonly lengths: ArrayLike<number>;
  /** File names without folders. */
  readonly names: readonly string[];
  /** Paths inside the share, `/` between the parts. */
  readonly folders?: readonly string[] | null | undefined;
  /** `MediaType` numbers of the wire. */
  readonly types?: ArrayLike<number> | null | undefined;
  /** Unix seconds. */
  readonly modifiedS?: ArrayLike<number> | null | undefined;
  readonly tags?: readonly RecordTags[] | null | undefined;
  /** Numbers of `VISIBILITY`; any other hides the record from everybody. */
  readonly visibility?: ArrayLike<number> | null | undefined;
}

/** Why one record of a batch was not taken; the rest of the batch was. */
export interface RecordRefusal {
  readonly id: number;
  readonly code: ErrorCode;
  /** For a person: what is wrong with this record and what to do. */
  readonly message: string;
}

export interface PublishResult {
  /** Records taken of this batch. */
  readonly accepted: number;
  readonly refused: readonly RecordRefusal[];
  /** Records held of this leaf now. */
  readonly records: number;
}

/** A leaf of this index. Opaque: made by {@link SearchIndex.openLeaf}, void after `dropLeaf`. */
export interface LeafHandle {
  /** The key it was opened with: the leaf's device id. */
  readonly key: string;
  /** The account id whose own devices see records of visibility `account`. */
  readonly account: string;
  /** What whoever downloads from it next can expect; undefined: it has not said so. */
  readonly offer: UploadOffer | undefined;
}

/** Who asks. Without one, only records of visibility `network` are seen (queries of other supernodes). */
export interface Viewer {
  readonly account: string;
}

export interface IndexQuery {
  /** As typed. At most MAX_QUERY_BYTES and MAX_QUERY_TERMS are used; a hint says what was cut. */
  readonly text: string;
  /** Hits wanted: 1 to MAX_HITS, default MAX_HITS. */
  readonly limit?: number | undefined;
  /** Of the answer before; absent or empty: from the start. */
  readonly cursor?: Uint8Array | null | undefined;
  /** The last word is still being typed: it stands for every word that begins so. Default false. */
  readonly partialLastWord?: boolean | undefined;
  readonly viewer?: Viewer | undefined;
  /** Weights to use in place of this index's own; terms not named keep their own weight. */
  readonly weights?: readonly TermWeight[] | null | undefined;
  /** Fill `explain` of each hit. Default false. */
  readonly explain?: boolean | undefined;
}

export interface IndexAnswer {
  /**
   * Contents, best first; equal scores in the order of their content ids. `sources` counts connected leaves,
   * `reachableSources` those whose address was dialled back, `offers` those of them that say what they can give; `names` has
   * at most MAX_HIT_NAMES others. The index leaves `supernodes` empty: who answers fills it.
   */
  readonly hits: Hit[];
  /** Contents that match in all; an estimate when {@link IndexAnswer.exact} is false. */
  readonly totalEstimate: number;
  /** False: the query was so common that only part of its matches was looked at or counted. */
  readonly exact: boolean;
  /** Contents for each media type (facet `type`) and range of sizes (facet `size`), largest count first. */
  readonly facets: FacetCount[];
  /** For a person: what of the query was not understood or not used. */
  readonly hints: string[];
  /** The weights used, to be sent along when other supernodes are asked. */
  readonly weights: TermWeight[];
  /** Asks for the hits after these; absent: there are none. */
  readonly cursor?: Uint8Array;
}

/** What to search for instead of a query that has no hit here. */
export interface IndexCorrection {
  /** The query as typed but for the words that were replaced. */
  readonly query: string;
  /** Letters changed in all. */
  readonly edits: number;
  /** About how many contents it finds. */
  readonly hits: number;
}

/** How a query that is being typed may go on. */
export interface IndexSuggestion {
  /** The query with its last word completed. */
  readonly query: string;
  /** About how many contents have that word. */
  readonly hits: number;
}

export interface SourceQuery extends ContentId {
  /** Sources wanted: 1 to MAX_SOURCES, default MAX_SOURCES. */
  readonly limit?: number | undefined;
  readonly viewer?: Viewer | undefined;
  /** The key of a leaf to leave out, usually the one that asks. */
  readonly exclude?: string | undefined;
  /** Name only leaves with an address that was dialled back. Default true. */
  readonly reachableOnly?: boolean | undefined;
}

export interface IndexStats {
  /** Leaves open, hidden ones included. */
  readonly leaves: number;
  /** Records held, those awaiting reclamation not counted. */
  readonly records: number;
  /** Contents in memory. */
  readonly contents: number;
  /** Distinct terms in memory. */
  readonly terms: number;
  /** (term, text of a content) pairs in memory. */
  readonly postings: number;
  /** Records that no answer shows any more and {@link SearchIndex.maintain} has still to free. */
  readonly pending: number;
  /** Memory of all tables, in bytes, slack included. */
  readonly bytes: number;
  /** The same by what they hold. */
  readonly tables: IndexTables;
}

/** Bytes of an index's tables, slack included; `texts`: the words of names and folders, with their lengths. */
export type IndexTables = Readonly<Record<'terms' | 'postings' | 'texts' | 'contents' | 'records', number>>;

/** Limits of one index; defaults are those of the protocol. */
export interface IndexLimits {
  /** Records of one leaf. Default MAX_LEAF_RECORDS. */
  readonly maxLeafRecords?: number | undefined;
  /** Records in all. Default: none. */
  readonly maxRecords?: number | undefined;
  /** Bytes of all tables ({@link IndexStats.bytes}); beyond it records are refused with `full`. Default: none. */
  readonly maxBytes?: number | undefined;
  /** Matches looked at for one query, so that very common words stay cheap. Default 100,000. */
  readonly maxScanned?: number | undefined;
}

export interface SearchIndexInit {
  readonly limits?: IndexLimits | undefined;
  /** Uniform in [0, 1): spreads who is named first among many sources. */
  readonly random: () => number;
}

/**
 * The catalog of a supernode's leaves, and its answers.
 *
 * Every call is bounded: `publish` by its batch, `search` by `maxScanned`, `maintain` by its budget; the
 * others cost the same whatever the leaf's size. All of it is in memory and soft: a leaf can publish again.
 */
export interface SearchIndex {
  /**
   * The leaf of this key: the one that is open (its account is brought up to date), or a new, visible,
   * unreachable one without records.
   */
  openLeaf(leaf: { readonly key: string; readonly account: string }): LeafHandle;
  /** The open leaf of this key. */
  leaf(key: string): LeafHandle | undefined;
  /**
   * Applies one batch. A record that breaks a limit or has an unusable name is refused by itself; the leaf
   * stays, and so do its other records.
   *
   * @param now - Unix milliseconds; dates in the future count as now
   * @throws BanyanError `malformed_frame` when columns differ in length, `limit_exceeded` when the batch has
   *   more than MAX_BATCH_RECORDS rows; nothing of the batch is applied then
   */
  publish(leaf: LeafHandle, batch: CatalogBatch, now: number): PublishResult;
  /** Records held of a leaf. */
  recordsOf(leaf: LeafHandle): number;
  /** Hides or shows all records of a leaf at once: hidden while it is away, for CATALOG_HOLD_MS. */
  setLeafVisible(leaf: LeafHandle, visible: boolean): void;
  /** Says whether an address of the leaf was dialled back; only reachable leaves are named as sources. */
  setLeafReachable(leaf: LeafHandle, reachable: boolean): void;
  /** What the leaf can give whoever downloads from it; undefined: that is not known (any more). */
  setLeafOffer(leaf: LeafHandle, offer: UploadOffer | undefined): void;
  /** Takes the leaf out of all answers at once; its memory is freed by `maintain`. */
  dropLeaf(leaf: LeafHandle): void;
  /** Keeps a content out of all answers, or lets it back in (operators block content ids). */
  setContentBlocked(content: ContentId, blocked: boolean): void;
  /**
   * Answers a query from the records of this index.
   *
   * @param now - Unix milliseconds, for freshness; a query with a cursor uses that of its first page
   * @throws BanyanError `invalid_request` when the cursor is not one of ours
   */
  search(query: IndexQuery, now: number): IndexAnswer;
  /**
   * What a query without a hit may have meant, by the words of this index: edit distance at most 2, more frequent
   * words first, and only what has hits here.
   */
  correct(query: Pick<IndexQuery, 'text' | 'viewer'>): IndexCorrection | undefined;
  /** How the last word of a query that is being typed may go on, most frequent first. Words of private records are never named. */
  suggest(text: string, limit: number): IndexSuggestion[];
  /** Leaves that have the content, reachable ones first, another one first each time. */
  findSources(query: SourceQuery): LeafHandle[];
  stats(): IndexStats;
  /**
   * Frees what was removed, a slice at a time. Call it whenever there is nothing better to do; publishing
   * does a share of it too.
   *
   * @param budget - records to free at most in this call (1,000 take a few milliseconds)
   * @returns records that still wait
   */
  maintain(budget: number): number;
}
