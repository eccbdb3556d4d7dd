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
  CONTENT,
  COUNT,
  HAS_EXTENSION,
  HAS_TITLE,
  HEAD,
  KIND,
  MANY_TEXTS,
  QUARTER,
  ROW_MASK,
  SECONDS_PER_QUARTER,
  SIZE_MASK,
  SIZE_SHIFT,
  TIE,
  TYPE_MASK,
  WORDS_MASK,
  halvesAt,
  saidAt,
  wordsAt,
  type DocumentPage,
} from './store/document-store.ts';
import { notePlaces, OPEN, ORDER_SCORES, orderOf } from './word-places.ts';
import { countSource, countSources, isDocumentVisible, type Sources } from './visibility.ts';

/** Sources of one content counted for its rank; more are extrapolated. */
const RANKED_SOURCES = 128;
/** Exact scores for one answer: some milliseconds' worth. What is beyond ranks by its bound. */
const MAX_EXACT = 10_000;
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
  /** What the heap is ordered by: the bound, and of equal ones the tie, which is too small to reach another bound. */
  #keys = new Float64Array(1024);
  #words = new Float64Array(1024);
  #orders = new Float64Array(1024);
  /** 1: the places left the order open. */
  #open = new Uint8Array(1024);
  #states = new Uint8Array(1024);
  #abouts = new Uint32Array(1024);
  #ties = new Uint16Array(1024);
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
    gather(pages, documents, count, abouts, this.#ties);
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
      const content = pages[document >>> 12]!.words[wordsAt(document & ROW_MASK) + CONTENT]!;
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
      const kind = pages[document >>> 12]!.said[saidAt(document & ROW_MASK) + KIND]!;
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
    const bounds = this.#bounds;
    const heap = this.#heap;
    let size = 0;
    for (let i = 0; i < count; i++) {
      if (bounds[i] === -Infinity) continue;
      this.#keys[i] = bounds[i]! - this.#ties[i]! * TIE_UNIT;
      heap[size++] = i;
    }
    for (let at = (size >> 1) - 1; at >= 0; at--) this.#sink(at, size);
    return this.#take(matches, size, init);
  }

  /** Takes the best by bound from the heap, one after another, until the rest cannot matter. */
  #take(matches: Matches, size: number, init: RankInit): RankResult {
    const heap = this.#heap;
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
      if (worst !== undefined && (looked >= MAX_EXACT || this.#isBelow(i, worst))) {
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
    return {
      best: kept,
      more: following > kept.length || (settled && this.#anyVisible(matches, left, init)),
    };
  }

  /**
   * Reads of matches what {@link #exact} will, all over memory, in loops in which nothing waits for what it reads: the
   * processor then fetches many at once.
   */
  #fetch(matches: Matches, some: readonly number[]): void {
    const { pages } = this.#catalog.documents;
    const heads = this.#heads;
    for (let n = 0; n < some.length; n++) {
      const document = matches.documents[some[n]!]!;
      const isOne = ((this.#abouts[some[n]!]! >>> (8 * COUNT)) & 255) === 1;
      const head = pages[document >>> 12]!.words[wordsAt(document & ROW_MASK) + HEAD]!;
      heads[n] = isOne ? head : 0;
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
    const content = page.words[wordsAt(row) + CONTENT]!;
    const about = this.#abouts[i]!;
    const isSole = (about & MANY_TEXTS) === 0;
    const sources =
      isSole && ((about >>> (8 * COUNT)) & 255) === 1
        ? countSource(catalog, page.words[wordsAt(row) + HEAD]!, init.account)
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
      tie: this.#ties[i]!,
    };
  }

  /** Reads the text where places left the order open. */
  #settleOrder(i: number, document: number, init: RankInit): void {
    if (this.#open[i] === 0) return;
    this.#open[i] = 0;
    const catalog = this.#catalog;
    const page = catalog.documents.page(document)!;
    const kind = page.said[saidAt(document & ROW_MASK) + KIND]!;
    const words = catalog.nameWords(document, init.terms);
    const stem = (kind & HAS_EXTENSION) === 0 ? words.length : words.length - 1;
    let order: number = ranking.ORDER_SCORE[ranking.wordOrder(init.slots, words, stem)];
    if ((kind & HAS_TITLE) !== 0) {
      const title = catalog.wordsOf(catalog.tags(document)?.title ?? '', init.terms);
      order = Math.max(order, ranking.ORDER_SCORE[ranking.wordOrder(init.slots, title)]);
    }
    this.#orders[i] = order;
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
  #isBelow(i: number, worst: Ranked): boolean {
    const bound = this.#bounds[i]!;
    if (bound !== worst.score) return bound < worst.score;
    return this.#ties[i]! > worst.tie;
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
        : ranked.tie !== other.tie
          ? ranked.tie < other.tie
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
    this.#ties = new Uint16Array(count);
    this.#heap = new Uint32Array(count);
  }
}

/** What so many records add at most, by the column that counts them. */
const MOST_BY_COUNT: Float64Array = Float64Array.from({ length: 256 }, (_, count) =>
  ranking.sourcesScore(count, count),
);

/**
 * What the columns say of each document, and its tie. A loop of its own: nothing in it waits for what it reads, so that
 * the processor fetches many rows at once, which are all over memory.
 */
function gather(
  pages: readonly (DocumentPage | undefined)[],
  documents: Uint32Array,
  count: number,
  abouts: Uint32Array,
  ties: Uint16Array,
): void {
  for (let i = 0; i < count; i++) {
    const document = documents[i]!;
    const { halves } = pages[document >>> 12]!;
    const at = halvesAt(document & ROW_MASK);
    abouts[i] = halves[at]! | (halves[at + 1]! << 16);
    ties[i] = halves[at + TIE]!;
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
