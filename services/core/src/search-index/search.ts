/** Answers a query: resolve its words, walk the rarest one's postings, rank, and write the best out. */
import { MAX_HITS, type Hit, type TermWeight } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { compareContents, type Content, type Face, type Term } from './entities.ts';
import { countFacets } from './facets.ts';
import { writeHit } from './hit.ts';
import { parseQuery, type ParsedQuery } from './query.ts';
import * as ranking from './ranking.ts';
import type { IndexAnswer, IndexQuery } from './types.ts';
import { countSources, isVisible, type Sources } from './visibility.ts';

/** Words that a beginning may stand for; the most frequent ones are taken. */
const MAX_COMPLETIONS = 256;
const MAX_COMPLETIONS_SCANNED = 10_000;
/** Sources of one content counted for its rank; more are extrapolated. */
const RANKED_SOURCES = 128;

/** One way to satisfy a word. */
interface Alternative {
  readonly terms: readonly Term[];
  readonly weights: readonly number[];
  readonly factor: number;
}

/** A word with what the dictionary knows of it. */
interface Clause {
  readonly alternatives: Alternative[];
  /** Words that begin as the last word does, and their common weight. */
  readonly completions: ReadonlySet<Term>;
  readonly completionWeight: number;
  /** Postings to walk when this clause leads: one list for each alternative. */
  readonly leads: readonly Term[];
  /** About how many texts those postings have: other spellings mostly stand where the word itself does. */
  readonly texts: number;
}

interface Candidate {
  readonly content: Content;
  readonly face: Face;
  words: number;
  order: number;
  sources: Sources;
  score: number;
}

// Stamps on texts and contents, unique over all indexes of the process.
let queries = 0;

export function runSearch(catalog: Catalog, query: IndexQuery, at: number, maxScanned: number): IndexAnswer {
  const parsed = parseQuery(query.text, query.partialLastWord);
  const hints = [...parsed.hints];
  const after = query.cursor?.length ? decodeCursor(query.cursor) : undefined;
  const now = after?.now ?? at;
  const limit = Math.min(MAX_HITS, Math.max(1, Math.trunc(query.limit ?? MAX_HITS)));

  const { clauses, weights, cut } = resolve(catalog, parsed, query.weights ?? []);
  const walk = findCandidates(catalog, parsed, clauses, query.viewer?.account, maxScanned);
  if (walk.share < 1) {
    hints.push('These words are very common: only part of what has them was looked at. Add a rarer word.');
  }

  const best: Candidate[] = [];
  let following = 0;
  for (const candidate of walk.candidates) {
    const sources = countSources(candidate.content, query.viewer?.account, RANKED_SOURCES);
    candidate.sources = sources;
    // Rounded as the wire rounds, so that both ends sort alike.
    candidate.score = Math.fround(
      candidate.words +
        candidate.order +
        ranking.sourcesScore(sources.all, sources.reachable) +
        ranking.freshnessScore(sources.modifiedS, now),
    );
    if (after !== undefined && compareRank(candidate, { score: after.score, content: after }) <= 0) continue;
    following++;
    insert(best, candidate, limit);
  }

  const last = best[best.length - 1];
  return {
    hits: best.map((candidate) => hitOf(candidate, query, now)),
    totalEstimate: Math.round(walk.candidates.length / walk.share),
    exact: walk.share === 1 && !cut,
    facets: countFacets(walk.candidates, walk.share),
    hints,
    weights,
    ...(last !== undefined && following > best.length
      ? { cursor: encodeCursor(now, last.score, last.content) }
      : {}),
  };
}

/** Looks the words up; `clauses` is empty when one of them is nowhere. */
function resolve(
  catalog: Catalog,
  parsed: ParsedQuery,
  given: readonly TermWeight[],
): { clauses: Clause[]; weights: TermWeight[]; cut: boolean } {
  const known = new Map(given.map(({ term, weight }) => [term, weight]));
  const used = new Map<string, number>();
  const weigh = (term: string, count: number): number => {
    const weight = known.get(term);
    // A hostile weight (negative, NaN) must not turn the order upside down.
    const sane = weight !== undefined && weight >= 0 && weight < 1000;
    const value = Math.fround(sane ? weight : ranking.termWeight(count, catalog.faces));
    used.set(term, value);
    return value;
  };

  let cut = false;
  const clauses = parsed.words.map((word, n): Clause => {
    const alternatives: Alternative[] = [];
    word.alternatives.forEach((texts, nth) => {
      const terms = texts.map((text) => catalog.dictionary.get(text));
      const weights = texts.map((text, i) => weigh(text, terms[i]?.faces.length ?? 0));
      if (terms.some((term) => term === undefined)) return;
      alternatives.push({
        terms: terms as Term[],
        weights,
        factor: nth === 0 ? 1 : ranking.OTHER_SPELLING_FACTOR,
      });
    });
    const leads = alternatives.map(({ terms }) => rarest(terms));

    let completions: Term[] = [];
    let completionWeight = 0;
    let texts = Math.max(0, ...leads.map((term) => term.faces.length));
    if (parsed.prefix && n === parsed.words.length - 1) {
      completions = catalog.dictionary.beginningWith(word.text, MAX_COMPLETIONS_SCANNED);
      cut = completions.length > MAX_COMPLETIONS;
      if (cut) completions = mostFrequent(completions, MAX_COMPLETIONS);
      const count = completions.reduce((sum, term) => sum + term.faces.length, 0);
      texts = Math.max(texts, Math.min(count, catalog.faces));
      completionWeight = weigh(`${word.text}*`, count);
      for (const term of completions) if (!leads.includes(term)) leads.push(term);
    }
    return { alternatives, completions: new Set(completions), completionWeight, leads, texts };
  });
  const found = clauses.every(({ leads }) => leads.length > 0);
  return {
    clauses: found ? clauses : [],
    weights: [...used].map(([term, weight]) => ({ term, weight })),
    cut,
  };
}

/** Walks the postings of the rarest word and keeps the contents of which one visible text has all words. */
function findCandidates(
  catalog: Catalog,
  parsed: ParsedQuery,
  clauses: readonly Clause[],
  account: string | undefined,
  maxScanned: number,
): { candidates: Candidate[]; share: number } {
  const candidates: Candidate[] = [];
  const lead = rarestClause(clauses);
  if (lead === undefined) return { candidates, share: 1 };

  const run = ++queries;
  const matchers = wordMatchers(catalog, parsed, clauses);
  let walked = 0;
  let work = 0;
  for (const term of lead.leads) {
    for (const face of term.faces) {
      if (face.seen === run) continue;
      if (work >= maxScanned) return { candidates, share: Math.min(1, walked / lead.texts) };
      walked++;
      work++;
      face.seen = run;
      const { content } = face;
      if (content.blocked) continue;
      let words = 0;
      for (const clause of clauses) {
        const score = scoreClause(clause, face);
        if (score < 0) {
          words = -1;
          break;
        }
        words += score;
      }
      if (words < 0) continue;
      const seen = visibleRecord(face, account);
      // Records cost less to look at than texts.
      work += seen.looked >> 3;
      if (!seen.found) continue;
      words *= ranking.lengthFactor(face.sequence.length);
      const order = Math.max(
        ranking.ORDER_SCORE[ranking.wordOrder(matchers, face.sequence, face.stemLength)],
        ranking.ORDER_SCORE[ranking.wordOrder(matchers, face.title)],
      );
      if (content.seen !== run) {
        content.seen = run;
        content.candidate = candidates.length;
        candidates.push({ content, face, words, order, sources: NO_SOURCES, score: 0 });
        continue;
      }
      const candidate = candidates[content.candidate]!;
      if (words + order > candidate.words + candidate.order) {
        candidate.words = words;
        candidate.order = order;
      }
    }
  }
  return { candidates, share: 1 };
}

const NO_SOURCES: Sources = { all: 0, reachable: 0, modifiedS: 0 };

function visibleRecord(face: Face, account: string | undefined): { found: boolean; looked: number } {
  let looked = 0;
  for (const record of face.records) {
    looked++;
    if (isVisible(record, account)) return { found: true, looked };
  }
  return { found: false, looked };
}

/** Score of a word in a text; negative: the text does not have it. */
function scoreClause(clause: Clause, face: Face): number {
  let best = -1;
  for (const { terms, weights, factor } of clause.alternatives) {
    let sum = 0;
    for (let i = 0; i < terms.length; i++) {
      const at = face.terms.indexOf(terms[i]!);
      if (at < 0) {
        sum = -1;
        break;
      }
      sum += weights[i]! * ranking.fieldWeight(face.fields[at]!);
    }
    if (sum >= 0) best = Math.max(best, (factor * sum) / terms.length);
  }
  if (clause.completions.size > 0) {
    for (let at = 0; at < face.terms.length; at++) {
      if (!clause.completions.has(face.terms[at]!)) continue;
      const weight = ranking.fieldWeight(face.fields[at]!);
      best = Math.max(best, ranking.BEGINNING_FACTOR * clause.completionWeight * weight);
    }
  }
  return best;
}

/** For each word of the query's sequence, whether a word of a text is it. */
function wordMatchers(
  catalog: Catalog,
  parsed: ParsedQuery,
  clauses: readonly Clause[],
): ((term: Term) => boolean)[] {
  return parsed.words.flatMap((word, n) =>
    word.sequence.map((text) => {
      const wanted = catalog.dictionary.get(text);
      const completions = clauses[n]?.completions;
      return (term: Term): boolean => term === wanted || completions?.has(term) === true;
    }),
  );
}

function rarest(terms: readonly Term[]): Term {
  return terms.reduce((a, b) => (b.faces.length < a.faces.length ? b : a));
}

function rarestClause(clauses: readonly Clause[]): Clause | undefined {
  return clauses.reduce<Clause | undefined>(
    (a, b) => (a !== undefined && a.texts <= b.texts ? a : b),
    undefined,
  );
}

function mostFrequent(terms: readonly Term[], count: number): Term[] {
  return [...terms]
    .sort((a, b) => b.faces.length - a.faces.length || (a.text < b.text ? -1 : 1))
    .slice(0, count);
}

interface Ranked {
  readonly score: number;
  readonly content: Pick<Content, 'key' | 'length'>;
}

/** Best first; the order is total, since no two candidates have one content. */
function compareRank(a: Ranked, b: Ranked): number {
  return b.score - a.score || compareContents(a.content, b.content);
}

/** Keeps the best `limit` in order. */
function insert(best: Candidate[], candidate: Candidate, limit: number): void {
  if (best.length === limit && compareRank(candidate, best[limit - 1]!) > 0) return;
  let at = best.length;
  while (at > 0 && compareRank(candidate, best[at - 1]!) < 0) at--;
  best.splice(at, 0, candidate);
  if (best.length > limit) best.pop();
}

function hitOf(candidate: Candidate, query: IndexQuery, now: number): Hit {
  const { content, sources } = candidate;
  const explain =
    query.explain === true
      ? [
          { name: 'words', value: candidate.words },
          { name: 'order', value: candidate.order },
          { name: 'sources', value: ranking.sourcesScore(sources.all, sources.reachable) },
          { name: 'freshness', value: ranking.freshnessScore(sources.modifiedS, now) },
        ]
      : [];
  return writeHit(content, query.viewer?.account, sources, candidate.score, explain);
}
