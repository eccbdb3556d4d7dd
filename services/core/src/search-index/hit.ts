/** Writes a content out as a hit: names voted, tags of the best text. */
import { NO_TAGS, type Hit, type ScorePart, type Tags } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { sumOffers } from './offers.ts';
import { tagsText } from './record-text.ts';
import { KIND, ROW_MASK, saidAt, TYPE_MASK } from './store/document-store.ts';
import type { Ranked } from './ranker.ts';
import { isVisible } from './visibility.ts';

/** Other names told with a hit: enough to recognise it, and no room for stuffing. */
export const MAX_HIT_NAMES = 4;
/** Records looked at for the vote. */
const MAX_VOTES = 4096;

export function writeHit(
  catalog: Catalog,
  { content, document: only, sources, score }: Pick<Ranked, 'content' | 'document' | 'sources' | 'score'>,
  account: string | undefined,
  explain: ScorePart[],
): Hit {
  const { contents } = catalog;
  const { names, best } = only === undefined ? vote(catalog, content, account) : sole(catalog, only);
  const { document, text, tags } = best;
  const page = catalog.documents.page(document)!;
  return {
    root: contents.root(content),
    length: contents.length(content),
    name: text.name,
    names,
    folder: text.folder,
    type: page.said[saidAt(document & ROW_MASK) + KIND]! & TYPE_MASK,
    tags: tags ?? NO_TAGS,
    sources: sources.all,
    reachableSources: sources.reachable,
    score,
    modifiedS: sources.modifiedS,
    explain,
    supernodes: [],
    ...sumOffers(catalog, content, account, sources.reachable),
  };
}

const fetched = new Float64Array(1);

/**
 * Reads of contents what {@link writeHit} will, all over memory, in loops in which nothing waits for what it reads: the
 * processor then fetches many at once.
 */
export function fetchHits(catalog: Catalog, best: readonly Pick<Ranked, 'content' | 'document'>[]): void {
  const { contents, documents } = catalog;
  let sum = 0;
  for (const { content } of best) sum += contents.length(content);
  for (const { document } of best) {
    if (document === undefined) continue;
    const page = documents.page(document)!;
    const row = document & ROW_MASK;
    sum += documents.textBlock(page, row)[documents.textOffset(page, row)]!;
  }
  // What is written is not optimised away; nobody reads it.
  fetched[0] = sum;
}

type Text = ReturnType<Catalog['text']>;

interface Best {
  readonly document: number;
  readonly text: Text;
  readonly tags: Tags | undefined;
}

function sole(catalog: Catalog, document: number): { names: string[]; best: Best } {
  const text = catalog.text(document);
  return { names: [], best: { document, text, tags: text.tags } };
}

interface Voted {
  readonly document: number;
  readonly text: Text;
  readonly votes: number;
}

/** The texts of a content that the account sees, each with its records as votes. */
function seenTexts(catalog: Catalog, content: number, account: string | undefined): Voted[] {
  const seen: Voted[] = [];
  let looked = 0;
  const texts = catalog.contents.textCount(content);
  for (let t = 0; t < texts && looked < MAX_VOTES; t++) {
    const document = catalog.contents.textAt(content, t);
    const count = catalog.countRecords(document);
    let votes = 0;
    for (let i = 0; i < count && looked < MAX_VOTES; i++) {
      looked++;
      if (isVisible(catalog, catalog.recordAt(document, i), account)) votes++;
    }
    if (votes > 0) seen.push({ document, text: catalog.text(document), votes });
  }
  return seen;
}

/** The other names by their votes, the best text of the elected one, and tags of the best text that has some. */
function vote(
  catalog: Catalog,
  content: number,
  account: string | undefined,
): { names: string[]; best: Best } {
  const seen = seenTexts(catalog, content, account);
  const votes = new Map<string, number>();
  for (const each of seen) votes.set(each.text.name, (votes.get(each.text.name) ?? 0) + each.votes);
  const names = [...votes].sort((a, b) => b[1] - a[1] || compareTexts(a[0], b[0])).map(([name]) => name);
  // The name first, then votes; the rest makes the order the same everywhere.
  seen.sort(
    (a, b) =>
      Number(b.text.name === names[0]) - Number(a.text.name === names[0]) ||
      b.votes - a.votes ||
      compareTexts(a.text.folder, b.text.folder) ||
      compareTexts(tagsText(a.text.tags), tagsText(b.text.tags)) ||
      kindOf(catalog, a.document) - kindOf(catalog, b.document),
  );
  const [best] = seen;
  // Nobody's record: it went between two looks; there is no more to say of it.
  if (best === undefined) return sole(catalog, catalog.contents.textAt(content, 0));
  const tags = seen.find(({ text }) => text.tags !== undefined)?.text.tags;
  return {
    names: names.slice(1, 1 + MAX_HIT_NAMES),
    best: { document: best.document, text: best.text, tags },
  };
}

function kindOf(catalog: Catalog, document: number): number {
  return catalog.documents.page(document)!.said[saidAt(document & ROW_MASK) + KIND]! & TYPE_MASK;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
