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
import type { Catalog } from './catalog.ts';
import { compareContentIds, type Cursor } from './cursor.ts';
import type { Matches } from './matcher.ts';
import * as ranking from './ranking.ts';
import {
  HAS_EXTENSION,
  HAS_TITLE,
  MANY_TEXTS,
  ROW_MASK,
  SIZE_MASK,
  SIZE_SHIFT,
  TYPE_MASK,
  WORDS_MASK,
  type DocumentPage,
  COUNT,
  DAY,
  KIND,
  TIE,
  WORDS,
} from './store/document-store.ts';
import { PLACE } from './store/posting-info.ts';
import { FIELD } from './field.ts';
import { countSources, isDocumentVisible, type Sources } from './visibility.ts';

const MS_PER_DAY = 86_400_000;
/** Sources of one content counted for its rank; more are extrapolated. */
const RANKED_SOURCES = 128;
/** Exact scores for one answer: some milliseconds' worth. What is beyond ranks by its bound. */
const MAX_EXACT = 10_000;
/** Bounds kept in order before all of them are: enough for most answers. */
const FIRST_CUT = 128;
/** Bounds are 0.15 (one source) or more, as floats of 24 bits: all 65,536 ties of this size stay below the last bit. */
const TIE_UNIT = 2 ** -42;
/** What a title or folder says of the words' order is only told by the text. */
const IN_NAME = FIELD.name | FIELD.extension;

export interface Ranked {
  readonly content: number;
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
  #heap = new Uint32Array(1024);

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Gives each match its bound, keeps of each content with several texts the best one, and counts what there is. */
  bound(matches: Matches, init: RankInit): MatchCounts {
    const { count } = matches;
    this.#reserve(matches.documents.length);
    const { pages } = this.#catalog.documents;
    const slots = init.slots.length;
    const types = new Uint32Array(TYPE_MASK + 1);
    const sizes = new Uint32Array(SIZE_MASK + 1);
    let many: Map<number, number> | undefined;
    let contents = 0;
    for (let i = 0; i < count; i++) {
      const document = matches.documents[i]!;
      const page = pages[document >>> 12]!;
      const row = document & ROW_MASK;
      const wordCount = page.said[(row << 3) + WORDS]! & WORDS_MASK;
      const words = matches.scores[i]! * ranking.lengthFactor(wordCount);
      const order = slots === 0 ? 0 : this.#orderOf(matches, i, slots, page, row, wordCount);
      this.#words[i] = words;
      this.#orders[i] = order;
      if ((page.said[(row << 3) + WORDS]! & MANY_TEXTS) !== 0) {
        many ??= new Map();
        const content = page.content[row]!;
        const other = many.get(content);
        if (other === undefined) {
          // Other texts' sources count too.
          this.#bounds[i] = Math.fround(words + order + ranking.MAX_SOURCES_SCORE + ranking.FRESHNESS_SCORE);
          many.set(content, i);
        } else this.#better(matches, other, i, many, content, init);
        continue;
      }
      contents++;
      const kind = page.said[(row << 3) + KIND]!;
      types[kind & TYPE_MASK]!++;
      sizes[(kind >> SIZE_SHIFT) & SIZE_MASK]!++;
      this.#bounds[i] = Math.fround(
        words +
          order +
          MOST_BY_COUNT[page.said[(row << 3) + COUNT]!]! +
          freshness(page.dated[(row << 2) + DAY]!, init.now),
      );
    }
    for (const i of many?.values() ?? []) {
      const document = matches.documents[i]!;
      const kind = pages[document >>> 12]!.said[((document & ROW_MASK) << 3) + KIND]!;
      contents++;
      types[kind & TYPE_MASK]!++;
      sizes[(kind >> SIZE_SHIFT) & SIZE_MASK]!++;
    }
    return { contents, types, sizes };
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
    let looked = 0;
    let following = 0;
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
    const content = page.content[relative & ROW_MASK]!;
    const sources = countSources(catalog, content, init.account, RANKED_SOURCES);
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
    return { content, score, words, order, sources, tie: page.dated[((relative & ROW_MASK) << 2) + TIE]! };
  }

  /** Of two texts of one content the one that says more keeps its bound. */
  #better(
    matches: Matches,
    other: number,
    i: number,
    many: Map<number, number>,
    content: number,
    init: RankInit,
  ): void {
    const { documents } = this.#catalog;
    this.#settleOrder(other, (documents.base + matches.documents[other]!) >>> 0, init);
    this.#settleOrder(i, (documents.base + matches.documents[i]!) >>> 0, init);
    const wins = this.#words[i]! + this.#orders[i]! > this.#words[other]! + this.#orders[other]!;
    const [winner, loser] = wins ? [i, other] : [other, i];
    this.#bounds[winner] = Math.fround(
      this.#words[winner]! + this.#orders[winner]! + ranking.MAX_SOURCES_SCORE + ranking.FRESHNESS_SCORE,
    );
    this.#bounds[loser] = -Infinity;
    many.set(content, winner);
  }

  /** What the order of the words adds: what places tell, or the most it may be when they leave it open. */
  #orderOf(
    matches: Matches,
    i: number,
    slots: number,
    page: DocumentPage,
    row: number,
    wordCount: number,
  ): number {
    const kind = page.said[(row << 3) + KIND]!;
    const stem = (kind & HAS_EXTENSION) === 0 ? wordCount : wordCount - 1;
    let inTitle = (kind & HAS_TITLE) !== 0;
    let inName = true;
    let isOpen = wordCount >= WORDS_MASK;
    let together = true;
    let ascending = true;
    let before = -1;
    let first = -1;
    for (let s = 0; s < slots; s++) {
      const info = matches.slots[s]![i]!;
      if ((info & FIELD.title) === 0) inTitle = false;
      const place = info >> 7;
      // Outside of the name, or in it only as a part of a word.
      if ((info & IN_NAME) === 0 || place === PLACE.nowhere) inName = false;
      if (place === PLACE.several || (place === PLACE.far && before === PLACE.far)) isOpen = true;
      if (s === 0) first = place;
      else {
        if (place !== before + 1) together = false;
        if (place <= before) ascending = false;
      }
      before = place;
    }
    this.#open[i] = 0;
    const whole = slots === stem || slots === wordCount;
    if (inTitle || (inName && isOpen)) {
      this.#open[i] = 1;
      return inTitle || whole ? ranking.ORDER_SCORE.exact : ranking.ORDER_SCORE.phrase;
    }
    if (!inName) return 0;
    // The first of the far places follows the last of the near ones, and the others of them do not.
    if (together && before === PLACE.far && slots > 1) {
      this.#open[i] = 1;
      return ranking.ORDER_SCORE.phrase;
    }
    if (together) return first === 0 && whole ? ranking.ORDER_SCORE.exact : ranking.ORDER_SCORE.phrase;
    return ascending ? ranking.ORDER_SCORE.order : 0;
  }

  /** Reads the text where places left the order open. */
  #settleOrder(i: number, document: number, init: RankInit): void {
    if (this.#open[i] === 0) return;
    this.#open[i] = 0;
    const catalog = this.#catalog;
    const page = catalog.documents.page(document)!;
    const kind = page.said[((document & ROW_MASK) << 3) + KIND]!;
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
    return this.#catalog.documents.pages[document >>> 12]!.dated[((document & ROW_MASK) << 2) + TIE]!;
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
    this.#heap = new Uint32Array(count);
  }
}

/** What so many records add at most, by the column that counts them. */
const MOST_BY_COUNT: Float64Array = Float64Array.from({ length: 256 }, (_, count) =>
  ranking.sourcesScore(count, count),
);

/** What freshness adds at most on a day; days of one query are few, and powers are dear. */
let freshnessNow = -1;
const freshnessOfDay = new Float64Array(0x1_0000);

function freshness(day: number, now: number): number {
  if (freshnessNow !== now) {
    freshnessNow = now;
    freshnessOfDay.fill(-1);
  }
  let score = freshnessOfDay[day]!;
  if (score < 0) {
    score = ranking.freshnessScore((day * MS_PER_DAY) / 1000, now);
    freshnessOfDay[day] = score;
  }
  return score;
}
