/**
 * Finds the documents that satisfy a plan: reads the rarest clause, then asks the others for what is left of it.
 *
 * ```
 *   rarest term's list ─▶ 12 57 80 91 …      documents, ascending, with a score and, for each word of the
 *   next rarest, looked up ─▶ 57 91 …        query, where it stands; what a list does not have falls out
 *   … excluded, filters ─▶ 91 …
 * ```
 */
import type { Catalog } from './catalog.ts';
import type { DocumentTest } from './document-test.ts';
import type { Alternative, Clause, QueryPlan, TermUse } from './query-plan.ts';
import { fieldWeight } from './ranking.ts';
import { CONTENT, DEAD, HEAD, ROW_MASK, wordsAt, type DocumentPage } from './store/document-store.ts';
import { ALL, NOT_THERE, PLACE, PostingBuffer, type PageSet } from './store/posting-info.ts';
import { mayStandTogether, notePlaces } from './word-places.ts';

/** What is said of a word in a document that has it in another spelling: it stands nowhere in the order of the words. */
const ELSEWHERE = 0;
/** With so many matches no further pages are looked at: their best are not told from those of all by anybody. */
const ENOUGH = 1_024;
const ALMOST_ALL = 1 - 1e-9;
/** Matches that are ranked: some tenths of a millisecond. */
const MAX_RANKED = 2 * ENOUGH;
/** Parts of a list that is gone through until there are enough: each costs a little by itself. */
const MAX_PARTS = 64;
/** Documents for which a test reads more than columns: some ten milliseconds' worth. */
const MAX_SLOW_TESTS = 4_000;

/** Documents with what is known of them, ascending within each part of the pages; arrays are longer than `count`. */
export class Matches {
  /** Relative to the base of the documents. */
  documents = new Uint32Array(1024);
  /** Sum of the words' weights, each by its best field. */
  scores = new Float64Array(1024);
  /** For each slot: `place << 7 | fields` of that word. */
  readonly slots: Uint16Array[] = [];
  count = 0;

  /** Empties it and makes room. */
  reset(count: number, slots: number): void {
    this.count = 0;
    if (this.documents.length < count) {
      const length = Math.max(count, 2 * this.documents.length);
      this.documents = new Uint32Array(length);
      this.scores = new Float64Array(length);
      this.slots.length = 0;
    }
    while (this.slots.length < slots) this.slots.push(new Uint16Array(this.documents.length));
  }

  /** Makes room and keeps what there is. */
  grow(count: number, slots: number): void {
    if (this.documents.length >= count) return;
    const { documents, scores, count: held } = this;
    const columns = this.slots.slice(0, slots);
    this.reset(count, slots);
    this.documents.set(documents.subarray(0, held));
    this.scores.set(scores.subarray(0, held));
    columns.forEach((column, s) => this.slots[s]!.set(column.subarray(0, held)));
    this.count = held;
  }
}

/** What a query asks, in the order in which it is cheapest. */
interface Steps {
  readonly uses: TermUse[];
  readonly tests: DocumentTest[];
  readonly others: Clause[];
  readonly excluded: readonly Clause[];
}

export interface MatchResult {
  readonly matches: Matches;
  /** The share of what satisfies the plan that was looked at, above 0. */
  readonly share: number;
}

export class Matcher {
  readonly #catalog: Catalog;
  readonly #most: number;
  readonly #read = new PostingBuffer();
  readonly #matches = new Matches();
  readonly #part = new Matches();
  #infos = new Uint16Array(1024);

  /** @param most - documents looked at for one query */
  constructor(catalog: Catalog, most: number) {
    this.#catalog = catalog;
    this.#most = most;
  }

  /**
   * The result is good until the next call.
   *
   * @param whole - all matches, in their order; else enough of them, in any order
   */
  match(plan: QueryPlan, whole = false): MatchResult {
    const { clauses } = plan;
    const slots = plan.slots.length;
    const matches = this.#matches;
    matches.reset(0, slots);
    if (clauses.length === 0 || clauses.some(isEmpty)) return { matches, share: 1 };

    // Terms that must be there, the rarest first; then what needs more than one list.
    const steps: Steps = { uses: [], tests: [], others: [], excluded: plan.excluded };
    const scored: Clause[] = [];
    for (const clause of clauses) {
      const [only] = clause.alternatives;
      if (clause.nested && clause.alternatives.length > 1) {
        // The loosest spelling decides who is in; what each one says is asked of those who are.
        const loosest = clause.alternatives.at(-1)!;
        steps.uses.push(...loosest.uses.map((use) => ({ ...use, weight: 0, slot: -1 })));
        steps.tests.push(...loosest.tests);
        scored.push(clause);
      } else if (
        clause.alternatives.length === 1 &&
        clause.tests.length === 0 &&
        clause.documents === undefined
      ) {
        const factor = only!.factor;
        steps.uses.push(...only!.uses.map((use) => ({ ...use, weight: use.weight * factor })));
        steps.tests.push(...only!.tests);
      } else steps.others.push(clause);
    }
    const { postings } = this.#catalog;
    steps.uses.sort((a, b) => postings.count(a.term) - postings.count(b.term));
    steps.others.sort((a, b) => a.estimate - b.estimate);

    // Words that are there in other spellings alone stand nowhere; the columns still have the words of another query.
    const used = new Set([
      ...steps.uses.map(({ slot }) => slot),
      ...[...steps.others, ...scored].flatMap(slotsOf),
    ]);
    const unused = plan.slots.map((_, slot) => slot).filter((slot) => !used.has(slot));

    const parts = whole ? 1 : this.#partsFor(steps);
    let share = 0;
    if (parts === 1) share = this.#run(matches, steps, slots, ALL);
    else {
      const part = this.#part;
      let done = 0;
      while (done < parts && matches.count < ENOUGH) {
        share += this.#run(part, steps, slots, { first: done, step: parts });
        append(matches, part, slots);
        done++;
      }
    }
    for (const slot of unused) matches.slots[slot]!.fill(ELSEWHERE, 0, matches.count);
    for (const clause of scored) this.#scoreSpellings(matches, clause);
    if (!whole) share *= this.#keepLikely(matches, slots);
    // Sums of fractions of one list may miss the whole by a hair.
    return { matches, share: share > ALMOST_ALL ? 1 : share };
  }

  /** Adds to each match what the best of a clause's spellings says of it, and where the word as typed stands. */
  #scoreSpellings(matches: Matches, { alternatives }: Clause): void {
    const { count, scores } = matches;
    const best = new Float64Array(count);
    for (const { uses, factor } of alternatives) {
      const sums = new Float64Array(count);
      for (const use of uses) {
        const infos = this.#infosOf(matches, use.term);
        const column = use.slot < 0 ? undefined : matches.slots[use.slot]!;
        for (let i = 0; i < count; i++) {
          const info = infos[i]!;
          const fields = info === NOT_THERE ? 0 : info & use.fields;
          sums[i] = fields === 0 ? -Infinity : sums[i]! + factor * use.weight * fieldWeight(fields);
          if (column !== undefined) column[i] = fields === 0 ? ELSEWHERE : info;
        }
      }
      for (let i = 0; i < count; i++) if (sums[i]! > best[i]!) best[i] = sums[i]!;
    }
    for (let i = 0; i < count; i++) scores[i] = scores[i]! + best[i]!;
  }

  /** What is said of a term in each match, or NOT_THERE; good until the next call. Matches may be in any order. */
  #infosOf(matches: Matches, term: number): Uint16Array {
    const { count, documents } = matches;
    if (this.#infos.length < count) this.#infos = new Uint16Array(documents.length);
    const infos = this.#infos;
    const { postings } = this.#catalog;
    // Lists are walked forwards: parts of the pages are put one behind the other, each of them ascending.
    let from = 0;
    while (from < count) {
      let to = from + 1;
      while (to < count && documents[to]! > documents[to - 1]!) to++;
      postings.look(term, documents.subarray(from, to), to - from, infos.subarray(from, to));
      from = to;
    }
    return infos;
  }

  /** In how many parts the pages are gone through, so that the first of them will probably do. */
  #partsFor({ uses, others }: Steps): number {
    const [rarest, next] = uses;
    const { postings, documents } = this.#catalog;
    if (rarest === undefined || others.length > 0 || !postings.isPaged(rarest.term)) return 1;
    const count = postings.count(rarest.term);
    const together = next === undefined ? count : (count * postings.count(next.term)) / documents.live;
    return Math.max(1, Math.min(MAX_PARTS, documents.pages.length, Math.ceil((2 * together) / ENOUGH)));
  }

  /**
   * All steps for some of the pages.
   *
   * @returns the share of all that satisfies the steps that was looked at
   */
  #run(matches: Matches, steps: Steps, slots: number, pages: PageSet): number {
    const { postings } = this.#catalog;
    const uses = [...steps.uses];
    const others = [...steps.others];
    const { tests } = steps;
    let share: number;
    const [rarest, next] = uses;
    if (
      rarest !== undefined &&
      (others.length === 0 ||
        hasTestsOnly(others[0]!) ||
        postings.count(rarest.term) <= others[0]!.estimate * 2)
    ) {
      uses.shift();
      if (next !== undefined && this.#leadBoth(matches, rarest, next, slots, pages)) {
        share = this.#read.covered / Math.max(1, postings.count(rarest.term));
        uses.shift();
      } else share = this.#lead(matches, rarest, slots, pages);
    } else if (others.length > 0 && !hasTestsOnly(others[0]!)) {
      share = this.#union(others.shift()!, slots, matches);
    } else share = this.#everything(matches, slots);

    for (const use of uses) this.#keep(matches, use, slots);
    for (const clause of others) share *= this.#keepAny(matches, clause, slots);
    this.#keepLiving(matches, slots);
    for (const clause of steps.excluded) share *= this.#dropAny(matches, clause, slots);
    for (const test of tests)
      if (!test.slow) this.#filter(matches, slots, (page, row, document) => test.holds(page, row, document));
    const slow = tests.filter((test) => test.slow);
    if (slow.length > 0) share *= this.#thin(matches, slots);
    for (const test of slow)
      this.#filter(matches, slots, (page, row, document) => test.holds(page, row, document));
    return share;
  }

  /**
   * Begins with the two rarest terms at once, when both are in very many documents.
   *
   * @returns false: they are not, nothing was done
   */
  #leadBoth(matches: Matches, a: TermUse, b: TermUse, slots: number, pages: PageSet): boolean {
    const { postings } = this.#catalog;
    const read = this.#read;
    const most = Math.min(postings.count(a.term), postings.count(b.term));
    read.reserve(most);
    if (this.#infos.length < most) this.#infos = new Uint16Array(2 * most);
    const others = this.#infos;
    if (a.term === b.term || !postings.both(a.term, b.term, read, others, pages)) return false;
    matches.reset(read.count, slots);
    const { documents, scores } = matches;
    const slotA = a.slot < 0 ? undefined : matches.slots[a.slot]!;
    const slotB = b.slot < 0 ? undefined : matches.slots[b.slot]!;
    let n = 0;
    for (let i = 0; i < read.count; i++) {
      const infoA = read.infos[i]!;
      const infoB = others[i]!;
      if ((infoA & a.fields) === 0 || (infoB & b.fields) === 0) continue;
      documents[n] = read.documents[i]!;
      scores[n] = a.weight * fieldWeight(infoA & a.fields) + b.weight * fieldWeight(infoB & b.fields);
      if (slotA !== undefined) slotA[n] = infoA;
      if (slotB !== undefined) slotB[n] = infoB;
      n++;
    }
    matches.count = n;
    return true;
  }

  /** Begins with the list of a term. */
  #lead(matches: Matches, use: TermUse, slots: number, pages: PageSet): number {
    const { postings } = this.#catalog;
    const read = this.#read;
    const share = postings.read(use.term, read, this.#most, pages);
    matches.reset(read.count, slots);
    const { documents, scores } = matches;
    const slot = use.slot < 0 ? undefined : matches.slots[use.slot]!;
    let n = 0;
    for (let i = 0; i < read.count; i++) {
      const info = read.infos[i]!;
      if ((info & use.fields) === 0) continue;
      documents[n] = read.documents[i]!;
      scores[n] = use.weight * fieldWeight(info & use.fields);
      if (slot !== undefined) slot[n] = info;
      n++;
    }
    matches.count = n;
    return share;
  }

  /** Begins with every living document, the newest first when there are too many. */
  #everything(matches: Matches, slots: number): number {
    const { documents: store } = this.#catalog;
    const most = Math.min(store.live, this.#most);
    matches.reset(most, slots);
    let n = most;
    for (let at = store.pages.length - 1; at >= 0 && n > 0; at--) {
      const page = store.pages[at];
      if (page === undefined) continue;
      for (let row = page.used - 1; row >= 0 && n > 0; row--) {
        if (page.words[wordsAt(row) + HEAD] === DEAD) continue;
        n--;
        matches.documents[n] = (at << 12) | row;
        matches.scores[n] = 0;
      }
    }
    matches.count = most;
    return store.live === 0 ? 1 : most / store.live;
  }

  /** Keeps the documents that have the term. */
  #keep(matches: Matches, use: TermUse, slots: number): void {
    const { count, documents, scores } = matches;
    if (this.#infos.length < count) this.#infos = new Uint16Array(documents.length);
    const infos = this.#infos;
    this.#catalog.postings.look(use.term, documents, count, infos);
    const columns = matches.slots;
    const own = use.slot < 0 ? undefined : columns[use.slot]!;
    let n = 0;
    for (let i = 0; i < count; i++) {
      const info = infos[i]!;
      if (info === NOT_THERE || (info & use.fields) === 0) continue;
      documents[n] = documents[i]!;
      scores[n] = scores[i]! + use.weight * fieldWeight(info & use.fields);
      for (let s = 0; s < slots; s++) columns[s]![n] = columns[s]![i]!;
      if (own !== undefined) own[n] = info;
      n++;
    }
    matches.count = n;
  }

  /** Keeps what satisfies a clause in one of its ways. */
  #keepAny(matches: Matches, clause: Clause, slots: number): number {
    const any = new Matches();
    const share = this.#union(clause, slots, any);
    const own = slotsOf(clause);
    const { documents, scores, count } = matches;
    const columns = matches.slots;
    const tests = clause.tests;
    const pages = this.#catalog.documents.pages;
    let n = 0;
    let at = 0;
    for (let i = 0; i < count; i++) {
      const document = documents[i]!;
      while (at < any.count && any.documents[at]! < document) at++;
      const found = at < any.count && any.documents[at] === document;
      if (!found) {
        const page = tests.length === 0 ? undefined : pages[document >>> 12];
        if (page === undefined || !this.#holdsAny(tests, page, document)) continue;
      }
      documents[n] = document;
      scores[n] = scores[i]! + (found ? any.scores[at]! : 0);
      for (let s = 0; s < slots; s++) columns[s]![n] = columns[s]![i]!;
      if (found) for (const s of own) columns[s]![n] = any.slots[s]![at]!;
      n++;
    }
    matches.count = n;
    return share;
  }

  /** Drops what satisfies a clause in any of its ways. */
  #dropAny(matches: Matches, clause: Clause, slots: number): number {
    let share = 1;
    for (const { uses, tests } of clause.alternatives) {
      if (uses.some(({ term }) => term === 0)) continue;
      let has = this.#having(matches, uses);
      if (tests.length > 0 && has.reduce((sum, each) => sum + each, 0) > MAX_SLOW_TESTS) {
        share *= this.#thin(matches, slots);
        has = this.#having(matches, uses);
      }
      this.#filter(
        matches,
        slots,
        (page, row, document) =>
          has[this.#at] === 0 || !tests.every((test) => test.holds(page, row, document)),
      );
    }
    if (clause.documents !== undefined) {
      const barred = new Set(clause.documents);
      this.#filter(matches, slots, (_page, _row, document) => !barred.has(document));
    }
    for (const test of clause.tests) {
      if (test.slow) share *= this.#thin(matches, slots);
      this.#filter(matches, slots, (page, row, document) => !test.holds(page, row, document));
    }
    return share;
  }

  /** For each match, 1 when it has all of these terms. */
  #having(matches: Matches, uses: readonly TermUse[]): Uint8Array {
    const { count } = matches;
    const has = new Uint8Array(count).fill(1);
    for (const use of uses) {
      const infos = this.#infosOf(matches, use.term);
      for (let i = 0; i < count; i++)
        if (infos[i] === NOT_THERE || (infos[i]! & use.fields) === 0) has[i] = 0;
    }
    return has;
  }

  /** Everything that satisfies a clause in a way that has terms, or by its documents; tests alone are not looked for. */
  #union(clause: Clause, slots: number, into: Matches): number {
    let share = 1;
    const lists: Matches[] = [];
    for (const alternative of clause.alternatives) {
      const list = new Matches();
      share = Math.min(share, this.#all(alternative, slots, list));
      if (list.count > 0) lists.push(list);
    }
    if (clause.documents !== undefined) lists.push(this.#named(clause.documents, slots));
    const own = slotsOf(clause);
    // Pairs of similar size: each document is copied as often as there are rounds.
    while (lists.length > 1) {
      const merged: Matches[] = [];
      for (let i = 0; i < lists.length; i += 2) {
        const other = lists[i + 1];
        merged.push(other === undefined ? lists[i]! : merge(lists[i]!, other, slots, own));
      }
      lists.splice(0, lists.length, ...merged);
    }
    const [result] = lists;
    if (result === undefined) into.reset(0, slots);
    else {
      into.documents = result.documents;
      into.scores = result.scores;
      into.slots.splice(0, into.slots.length, ...result.slots);
      into.count = result.count;
    }
    return share;
  }

  /** What satisfies an alternative. */
  #all(alternative: Alternative, slots: number, into: Matches): number {
    const { postings } = this.#catalog;
    into.reset(0, slots);
    const { factor, tests } = alternative;
    const uses = alternative.uses.map((use) => ({ ...use, weight: use.weight * factor }));
    if (uses.some(({ term }) => term === 0)) return 1;
    uses.sort((a, b) => postings.count(a.term) - postings.count(b.term));
    const [rarest, ...others] = uses;
    let share = this.#lead(into, rarest!, slots, ALL);
    for (let s = 0; s < slots; s++) if (s !== rarest!.slot) into.slots[s]!.fill(ELSEWHERE, 0, into.count);
    for (const use of others) this.#keep(into, use, slots);
    if (tests.length > 0) {
      this.#keepLiving(into, slots);
      share *= this.#thin(into, slots);
      for (const test of tests)
        this.#filter(into, slots, (page, row, document) => test.holds(page, row, document));
    }
    return share;
  }

  #named(documents: readonly number[], slots: number): Matches {
    const { base } = this.#catalog.documents;
    const list = new Matches();
    list.reset(documents.length, slots);
    const relative = [...new Set(documents)].map((document) => (document - base) >>> 0).sort((a, b) => a - b);
    relative.forEach((document, i) => (list.documents[i] = document));
    list.count = relative.length;
    return list;
  }

  #holdsAny(tests: readonly DocumentTest[], page: DocumentPage, relative: number): boolean {
    const row = relative & ROW_MASK;
    if (page.words[wordsAt(row) + HEAD] === DEAD) return false;
    const document = (this.#catalog.documents.base + relative) >>> 0;
    return tests.some((test) => test.holds(page, row, document));
  }

  #keepLiving(matches: Matches, slots: number): void {
    const { contents, hasBlocked, died } = this.#catalog;
    if (hasBlocked)
      this.#filter(matches, slots, (page, row) => !contents.isBlocked(page.words[wordsAt(row) + CONTENT]!));
    else if (died > 0) this.#filter(matches, slots, () => true);
  }

  /** Which of the matches the filter looks at. */
  #at = 0;

  /** Keeps the living documents for which the test holds. */
  #filter(
    matches: Matches,
    slots: number,
    holds: (page: DocumentPage, row: number, document: number) => boolean,
  ): void {
    const { documents, scores, count } = matches;
    const { pages, base } = this.#catalog.documents;
    let n = 0;
    for (let i = 0; i < count; i++) {
      const relative = documents[i]!;
      const page = pages[relative >>> 12];
      const row = relative & ROW_MASK;
      if (page === undefined || page.words[wordsAt(row) + HEAD] === DEAD) continue;
      this.#at = i;
      if (!holds(page, row, (base + relative) >>> 0)) continue;
      documents[n] = relative;
      scores[n] = scores[i]!;
      for (let s = 0; s < slots; s++) matches.slots[s]![n] = matches.slots[s]![i]!;
      n++;
    }
    matches.count = n;
  }

  /**
   * Of more matches than are ranked, keeps those whose words stand together, which come first, and of the others some
   * spread evenly.
   *
   * @returns the share that is kept
   */
  #keepLikely(matches: Matches, slots: number): number {
    const { count, documents, scores } = matches;
    if (count <= MAX_RANKED) return 1;
    const columns = matches.slots;
    const states = this.#states(count);
    notePlaces(columns, slots, count, states);
    let together = 0;
    if (slots > 1) for (let i = 0; i < count; i++) if (mayStandTogether(states[i]!)) together++;
    // Of too many that stand together, some too; an eighth of the places is left to the others.
    const shareTogether = Math.min(1, (MAX_RANKED * 7) / 8 / together);
    const shareApart = Math.min(1, (MAX_RANKED - together * shareTogether) / (count - together));
    let owedTogether = 0;
    let owedApart = 0;
    let n = 0;
    for (let i = 0; i < count; i++) {
      if (slots > 1 && mayStandTogether(states[i]!)) {
        owedTogether += shareTogether;
        if (owedTogether < 1) continue;
        owedTogether -= 1;
      } else {
        owedApart += shareApart;
        if (owedApart < 1) continue;
        owedApart -= 1;
      }
      documents[n] = documents[i]!;
      scores[n] = scores[i]!;
      for (let s = 0; s < slots; s++) columns[s]![n] = columns[s]![i]!;
      n++;
    }
    matches.count = n;
    return n / count;
  }

  #placeStates = new Uint8Array(1024);

  #states(count: number): Uint8Array {
    if (this.#placeStates.length < count) this.#placeStates = new Uint8Array(2 * count);
    return this.#placeStates;
  }

  /** Of more matches than slow tests may take, keeps some spread evenly. */
  #thin(matches: Matches, slots: number): number {
    const { count } = matches;
    if (count <= MAX_SLOW_TESTS) return 1;
    const share = MAX_SLOW_TESTS / count;
    let owed = 0;
    this.#filter(matches, slots, () => {
      owed += share;
      if (owed < 1) return false;
      owed -= 1;
      return true;
    });
    return matches.count / count;
  }
}

/** Puts the matches of one behind those of the other. */
function append(to: Matches, from: Matches, slots: number): void {
  to.grow(to.count + from.count, slots);
  to.documents.set(from.documents.subarray(0, from.count), to.count);
  to.scores.set(from.scores.subarray(0, from.count), to.count);
  for (let s = 0; s < slots; s++) to.slots[s]!.set(from.slots[s]!.subarray(0, from.count), to.count);
  to.count += from.count;
}

/** Both lists as one; of a document that is in both, the better score. */
function merge(a: Matches, b: Matches, slots: number, own: readonly number[]): Matches {
  const into = new Matches();
  into.reset(a.count + b.count, slots);
  let i = 0;
  let j = 0;
  let n = 0;
  while (i < a.count || j < b.count) {
    const fromA = j >= b.count || (i < a.count && a.documents[i]! <= b.documents[j]!);
    const both = fromA && j < b.count && i < a.count && a.documents[i] === b.documents[j];
    const list = fromA ? a : b;
    const at = fromA ? i : j;
    into.documents[n] = list.documents[at]!;
    into.scores[n] = both ? Math.max(a.scores[i]!, b.scores[j]!) : list.scores[at]!;
    for (const s of own) {
      const info = list.slots[s]![at]!;
      const other = both ? b.slots[s]![j]! : ELSEWHERE;
      // Two words that both are the query's word: neither has the one place.
      into.slots[s]![n] =
        info === ELSEWHERE || other === ELSEWHERE
          ? info | other
          : (PLACE.several << 7) | ((info | other) & 127);
    }
    if (fromA) i++;
    if (!fromA || both) j++;
    n++;
  }
  into.count = n;
  return into;
}

function slotsOf({ alternatives }: Clause): number[] {
  return [...new Set(alternatives.flatMap(({ uses }) => uses.map(({ slot }) => slot)))].filter(
    (slot) => slot >= 0,
  );
}

function hasTestsOnly({ alternatives, documents, tests }: Clause): boolean {
  // With tests among its ways a clause cannot lead: what they hold for is in no list.
  return tests.length > 0 || (alternatives.length === 0 && documents === undefined);
}

function isEmpty({ alternatives, documents, tests }: Clause): boolean {
  if (tests.length > 0 || (documents !== undefined && documents.length > 0)) return false;
  return alternatives.every(({ uses }) => uses.some(({ term }) => term === 0));
}
