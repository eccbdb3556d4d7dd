/**
 * Orders matches: a bound from columns for all of them, the exact score for the best.
 *
 * ```
 *   matches ─▶ bound (words, order by places, records, day) ─▶ the best by bound, one after another:
 *              exact score (order by text if places left it open, visible sources, dates)
 *              until the next bound is below the worst that is kept
 * ```
 *
 * The bound is never below the score, so what comes out is what sorting all exact scores would give.
 */
import { MAX_HITS } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { compareContentIds, type Cursor } from './cursor.ts';
import type { Matches } from './matcher.ts';
import * as ranking from './ranking.ts';
import {
  HAS_EXTENSION,
  HAS_TITLE,
  MANY_TEXTS,
  ROW_MASK,
  SECONDS_PER_QUARTER,
  SIZE_MASK,
  SIZE_SHIFT,
  TYPE_MASK,
  WORDS_MASK,
  type DocumentPage,
  COUNT,
  QUARTER,
  KIND,
} from './store/document-store.ts';
import { notePlaces, OPEN, ORDER_SCORES, orderOf } from './word-places.ts';
import { countSource, countSources, isDocumentVisible, type Sources } from './visibility.ts';

/** Sources of one content counted for its rank; more are extrapolated. */
const RANKED_SOURCES = 128;
/** Exact scores for one answer: some milliseconds' worth. What is beyond ranks by its bound. */
const MAX_EXACT = 10_000;
/** Bounds kept in order before all of them are: enough for most answers. */
const FIRST_CUT = 128;
/** Bounds are 0.15 (one source) or more, as floats of 24 bits: all 65,536 ties of this size stay below the last bit. */
const TIE_UNIT = 2 ** -42;

export interface Ranked {
  readonly content: number;
  /** Its only text; undefined: it has several. */
  readonly document: number | undefined;
  readonly score: number;
  /** Parts of the score. */
  readonly words: number;
  readonly order: number;
  readonly sources: Sources;
  /** The first two bytes of the content's root. */
  readonly tie: number;
}

export interface RankInit {
  readonly slots: readonly ReadonlySet<number>[];
  /** The terms in the slots. */
  readonly terms: readonly number[];
  readonly account: string | undefined;
  readonly now: number;
  readonly limit: number;
  readonly after: Cursor | undefined;
}

/** What there is of matches, each content once. */
export interface MatchCounts {
  readonly contents: number;
  /** By number of media type. */
  readonly types: Uint32Array;
  /** By number of size range. */
  readonly sizes: Uint32Array;
}

export interface RankResult {
  readonly best: readonly Ranked[];
  /** There is more behind the last one. */
  readonly more: boolean;
}

export class Ranker {
  readonly #catalog: Catalog;
  #bounds = new Float64Array(1024);
  /** What the heap is ordered by: the bound, and of equal ones the root's beginning, which is too small to reach another bound. */
  #keys = new Float64Array(1024);
  #words = new Float64Array(1024);
  #orders = new Float64Array(1024);
  /** 1: the places left the order open. */
  #open = new Uint8Array(1024);
  #states = new Uint8Array(1024);
  #abouts = new Uint32Array(1024);
  #heap = new Uint32Array(1024);
  readonly #heads = new Uint32Array(MAX_HITS);

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Gives each match its bound, keeps of each content with several texts the best one, and counts what there is. */
  bound(matches: Matches, init: RankInit): MatchCounts {
    this.#reserve(matches.documents.length);
    const types = new Uint32Array(TYPE_MASK + 1);
    const sizes = new Uint32Array(SIZE_MASK + 1);
    const single = this.#boundAll(matches, init, types, sizes);
    if (single === matches.count) return { contents: single, types, sizes };
    return { contents: single + this.#boundMany(matches, init, types, sizes), types, sizes };
  }

  /**
   * A loop over up to a hundred thousand matches, and nothing else: what stands around such a loop in one function keeps
   * V8 from compiling it for good.
   *
   * @returns matches whose content has no other text; the others have their words and order, and no bound yet
   */
  #boundAll(matches: Matches, init: RankInit, types: Uint32Array, sizes: Uint32Array): number {
    const { count, documents, scores } = matches;
    const bounds = this.#bounds;
    const allWords = this.#words;
    const orders = this.#orders;
    const open = this.#open;
    const states = this.#states;
    const { pages } = this.#catalog.documents;
    const slots = init.slots.length;
    notePlaces(matches.slots, slots, count, states);
    const freshest = freshnessOfQuarters(init.now);
    const factors = ranking.LENGTH_FACTORS;
    let single = 0;
    const abouts = this.#abouts;
    gather(pages, documents, count, abouts);
    for (let i = 0; i < count; i++) {
      const about = abouts[i]!;
      const kind = (about >>> (8 * KIND)) & 255;
      const wordCount = about & WORDS_MASK;
      const words = scores[i]! * factors[wordCount]!;
      const stem = wordCount - ((kind & HAS_EXTENSION) >> 6);
      const isWhole = slots === stem || slots === wordCount;
      const order = orderOf(states[i]!, isWhole, (kind & HAS_TITLE) !== 0);
      open[i] = order >= OPEN ? 1 : 0;
      const orderScore = ORDER_SCORES[order & ~OPEN]!;
      allWords[i] = words;
      orders[i] = orderScore;
      if ((about & MANY_TEXTS) !== 0) {
        bounds[i] = NaN;
        continue;
      }
      single++;
      types[kind & TYPE_MASK]!++;
      sizes[(kind >> SIZE_SHIFT) & SIZE_MASK]!++;
      bounds[i] = Math.fround(
        words +
          orderScore +
          MOST_BY_COUNT[(about >>> (8 * COUNT)) & 255]! +
          freshest[about >>> (8 * QUARTER)]!,
      );
    }
    return single;
  }

  /** The same of contents with several texts: the best text of each has a bound in the end. */
  #boundMany(matches: Matches, init: RankInit, types: Uint32Array, sizes: Uint32Array): number {
    const { base, pages } = this.#catalog.documents;
    const bestOf = new Map<number, number>();
    for (let i = 0; i < matches.count; i++) {
      if (!Number.isNaN(this.#bounds[i]!)) continue;
      const document = matches.documents[i]!;
      const content = pages[document >>> 12]!.content[document & ROW_MASK]!;
      const other = bestOf.get(content);
      this.#bounds[i] = -Infinity;
      if (other !== undefined) {
        this.#settleOrder(other, (base + matches.documents[other]!) >>> 0, init);
        this.#settleOrder(i, (base + document) >>> 0, init);
        if (this.#words[i]! + this.#orders[i]! <= this.#words[other]! + this.#orders[other]!) continue;
      }
      bestOf.set(content, i);
    }
    for (const i of bestOf.values()) {
      const document = matches.documents[i]!;
      const kind = pages[document >>> 12]!.said[((document & ROW_MASK) << 2) + KIND]!;
      types[kind & TYPE_MASK]!++;
      sizes[(kind >> SIZE_SHIFT) & SIZE_MASK]!++;
      // Other texts' sources count too.
      this.#bounds[i] = Math.fround(
        this.#words[i]! + this.#orders[i]! + ranking.MAX_SOURCES_SCORE + ranking.FRESHNESS_SCORE,
      );
    }
    return bestOf.size;
  }

  /** The best of the matches that were given bounds. */
  best(matches: Matches, init: RankInit): RankResult {
    const { count } = matches;
    const cut = init.after === undefined ? this.#cut(matches, Math.max(FIRST_CUT, init.limit)) : -Infinity;
    let size = 0;
    for (let i = 0; i < count; i++)
      if (this.#bounds[i]! >= cut && this.#bounds[i]! > -Infinity) this.#heap[size++] = i;
    const result = this.#take(matches, size, init);
    if (result !== undefined) return result;
    size = 0;
    for (let i = 0; i < count; i++) if (this.#bounds[i]! > -Infinity) this.#heap[size++] = i;
    return this.#take(matches, size, init, true)!;
  }

  /** A bound that about so many matches reach. */
  #cut(matches: Matches, wanted: number): number {
    const { count } = matches;
    if (count <= 2 * wanted) return -Infinity;
    const least = new Float64Array(wanted).fill(-Infinity);
    // A heap whose top is its smallest.
    for (let i = 0; i < count; i++) {
      const bound = this.#bounds[i]!;
      if (bound <= least[0]!) continue;
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= wanted) break;
        if (child + 1 < wanted && least[child + 1]! < least[child]!) child++;
        if (least[child]! >= bound) break;
        least[at] = least[child]!;
        at = child;
      }
      least[at] = bound;
    }
    return least[0]!;
  }

  /**
   * Takes the best by bound, one after another, until the rest cannot matter.
   *
   * @param whole - the heap has all matches
   * @returns undefined when matches that are not in the heap may be better
   */
  #take(
    matches: Matches,
    size: number,
    init: RankInit,
    whole = size === matches.count,
  ): RankResult | undefined {
    const heap = this.#heap;
    for (let n = 0; n < size; n++) {
      const i = heap[n]!;
      this.#keys[i] = this.#bounds[i]! - this.#tie(matches, i) * TIE_UNIT;
    }
    for (let at = (size >> 1) - 1; at >= 0; at--) this.#sink(at, size);
    const { limit, after } = init;
    const kept: Ranked[] = [];
    let left = size;
    // As many as there will be at least are taken at once, so that what they read can be fetched at once.
    const first: number[] = [];
    while (left > 0 && first.length < limit) {
      first.push(heap[0]!);
      heap[0] = heap[--left]!;
      this.#sink(0, left);
    }
    this.#fetch(matches, first);
    for (const i of first) {
      const ranked = this.#exact(matches, i, init);
      if (ranked !== undefined && (after === undefined || this.#isAfter(ranked, after)))
        this.#insert(kept, ranked, limit);
    }
    let looked = first.length;
    let following = kept.length;
    let settled = false;
    while (left > 0) {
      const i = heap[0]!;
      const worst = kept.length === limit ? kept[limit - 1]! : undefined;
      if (worst !== undefined && (looked >= MAX_EXACT || this.#isBelow(matches, i, worst))) {
        settled = true;
        break;
      }
      heap[0] = heap[--left]!;
      this.#sink(0, left);
      const ranked = this.#exact(matches, i, init);
      looked++;
      if (ranked === undefined || (after !== undefined && !this.#isAfter(ranked, after))) continue;
      following++;
      this.#insert(kept, ranked, limit);
    }
    if (!settled && !whole) return undefined;
    return {
      best: kept,
      more: following > kept.length || (settled && this.#anyVisible(matches, left, init)),
    };
  }

  /** Touches the records of matches, all over memory, without waiting for any of them. */
  #fetch(matches: Matches, some: readonly number[]): void {
    const { pages } = this.#catalog.documents;
    const heads = this.#heads;
    for (let n = 0; n < some.length; n++) {
      const document = matches.documents[some[n]!]!;
      const page = pages[document >>> 12]!;
      const row = document & ROW_MASK;
      heads[n] = page.said[(row << 2) + COUNT] === 1 ? page.head[row]! : 0;
    }
    // What is written is not optimised away; nobody reads it.
    for (let n = 0; n < some.length; n++)
      if (heads[n] !== 0) heads[n] = this.#catalog.records.date(heads[n]!);
  }

  /** Whether one of the matches that were not looked at can be seen. */
  #anyVisible(matches: Matches, left: number, init: RankInit): boolean {
    if (this.#catalog.isAllVisible) return left > 0;
    const most = Math.min(left, MAX_EXACT);
    for (let n = 0; n < most; n++) {
      const document = (this.#catalog.documents.base + matches.documents[this.#heap[n]!]!) >>> 0;
      if (isDocumentVisible(this.#catalog, document, init.account)) return true;
    }
    return left > most;
  }

  #exact(matches: Matches, i: number, init: RankInit): Ranked | undefined {
    const catalog = this.#catalog;
    const relative = matches.documents[i]!;
    const document = (catalog.documents.base + relative) >>> 0;
    if (!catalog.isAllVisible && !isDocumentVisible(catalog, document, init.account)) return undefined;
    const page = catalog.documents.pages[relative >>> 12]!;
    const row = relative & ROW_MASK;
    const content = page.content[row]!;
    const about = page.about[row]!;
    const isSole = (about & MANY_TEXTS) === 0;
    const sources =
      isSole && ((about >>> (8 * COUNT)) & 255) === 1
        ? countSource(catalog, page.head[row]!, init.account)
        : countSources(catalog, content, init.account, RANKED_SOURCES);
    this.#settleOrder(i, document, init);
    const words = this.#words[i]!;
    const order = this.#orders[i]!;
    // Rounded as the wire rounds, so that both ends sort alike.
    const score = Math.fround(
      words +
        order +
        ranking.sourcesScore(sources.all, sources.reachable) +
        ranking.freshnessScore(sources.modifiedS, init.now),
    );
    return {
      content,
      document: isSole ? document : undefined,
      score,
      words,
      order,
      sources,
      tie: page.tie[row]!,
    };
  }

  /** Reads the text where places left the order open. */
  #settleOrder(i: number, document: number, init: RankInit): void {
    if (this.#open[i] === 0) return;
    this.#open[i] = 0;
    const catalog = this.#catalog;
    const page = catalog.documents.page(document)!;
    const kind = page.said[((document & ROW_MASK) << 2) + KIND]!;
    const words = catalog.nameWords(document, init.terms);
    const stem = (kind & HAS_EXTENSION) === 0 ? words.length : words.length - 1;
    let order: number = ranking.ORDER_SCORE[ranking.wordOrder(init.slots, words, stem)];
    if ((kind & HAS_TITLE) !== 0) {
      const title = catalog.wordsOf(catalog.tags(document)?.title ?? '', init.terms);
      order = Math.max(order, ranking.ORDER_SCORE[ranking.wordOrder(init.slots, title)]);
    }
    this.#orders[i] = order;
  }

  #tie(matches: Matches, i: number): number {
    const document = matches.documents[i]!;
    return this.#catalog.documents.pages[document >>> 12]!.tie[document & ROW_MASK]!;
  }

  #sink(at: number, size: number): void {
    const heap = this.#heap;
    const keys = this.#keys;
    const i = heap[at]!;
    const key = keys[i]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[heap[child + 1]!]! > keys[heap[child]!]!) child++;
      if (keys[heap[child]!]! <= key) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = i;
  }

  /** Whether a match cannot come before one that is kept, nor can any behind it. */
  #isBelow(matches: Matches, i: number, worst: Ranked): boolean {
    const bound = this.#bounds[i]!;
    if (bound !== worst.score) return bound < worst.score;
    return this.#tie(matches, i) > worst.tie;
  }

  #isAfter({ score, content }: Ranked, after: Cursor): boolean {
    if (score !== after.score) return score < after.score;
    const { contents } = this.#catalog;
    return compareContentIds({ root: contents.root(content), length: contents.length(content) }, after) > 0;
  }

  /** Keeps the best `limit` in order; the order is total, since no two have one content. */
  #insert(kept: Ranked[], ranked: Ranked, limit: number): void {
    const { contents } = this.#catalog;
    const isBefore = (other: Ranked): boolean =>
      ranked.score !== other.score
        ? ranked.score > other.score
        : contents.compareRoots(ranked.content, other.content) < 0;
    if (kept.length === limit && !isBefore(kept[limit - 1]!)) return;
    let at = kept.length;
    while (at > 0 && isBefore(kept[at - 1]!)) at--;
    kept.splice(at, 0, ranked);
    if (kept.length > limit) kept.pop();
  }

  #reserve(count: number): void {
    if (this.#bounds.length >= count) return;
    this.#bounds = new Float64Array(count);
    this.#keys = new Float64Array(count);
    this.#words = new Float64Array(count);
    this.#orders = new Float64Array(count);
    this.#open = new Uint8Array(count);
    this.#states = new Uint8Array(count);
    this.#abouts = new Uint32Array(count);
    this.#heap = new Uint32Array(count);
  }
}

/** What so many records add at most, by the column that counts them. */
const MOST_BY_COUNT: Float64Array = Float64Array.from({ length: 256 }, (_, count) =>
  ranking.sourcesScore(count, count),
);

const EMPTY = new Uint32Array(0);

/**
 * What the columns say of each document. A loop of its own: nothing in it waits for what it reads, so that the processor
 * fetches many rows at once, which are all over memory.
 */
function gather(
  pages: readonly (DocumentPage | undefined)[],
  documents: Uint32Array,
  count: number,
  abouts: Uint32Array,
): void {
  // Documents ascend: many matches have one page.
  let at = -1;
  let about: Uint32Array = EMPTY;
  for (let i = 0; i < count; i++) {
    const document = documents[i]!;
    if (document >>> 12 !== at) {
      at = document >>> 12;
      about = pages[at]!.about;
    }
    abouts[i] = about[document & ROW_MASK]!;
  }
}

/** What freshness adds at most in each quarter. */
const freshnessByQuarter = new Float64Array(256);
let freshnessNow = NaN;

function freshnessOfQuarters(now: number): Float64Array {
  if (freshnessNow !== now) {
    freshnessNow = now;
    // The last one stands for all that come later.
    for (let quarter = 1; quarter < 256; quarter++)
      freshnessByQuarter[quarter] =
        quarter === 255
          ? ranking.FRESHNESS_SCORE
          : ranking.freshnessScore(quarter * SECONDS_PER_QUARTER, now);
  }
  return freshnessByQuarter;
}
