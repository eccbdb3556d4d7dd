/** Writes a content out as a hit: names voted, tags of the best text. */
import { NO_TAGS, type Hit, type ScorePart } from '@banyan/proto';
import type { Catalog } from './catalog.ts';
import { ROW_MASK, TYPE_MASK, KIND } from './store/document-store.ts';
import { isVisible, type Sources } from './visibility.ts';

/** Other names told with a hit: enough to recognise it, and no room for stuffing. */
export const MAX_HIT_NAMES = 4;
/** Records looked at for the vote. */
const MAX_VOTES = 4096;

export function writeHit(
  catalog: Catalog,
  content: number,
  account: string | undefined,
  sources: Sources,
  score: number,
  explain: ScorePart[],
): Hit {
  const { contents } = catalog;
  const texts = contents.textCount(content);
  let best = contents.textAt(content, 0);
  let names: string[];
  if (texts === 1) names = [catalog.name(best)];
  else ({ names, best } = vote(catalog, content, account));
  const page = catalog.documents.page(best)!;
  return {
    root: contents.root(content),
    length: contents.length(content),
    name: names[0] ?? '',
    names: names.slice(1, 1 + MAX_HIT_NAMES),
    folder: catalog.folder(best),
    type: page.said[((best & ROW_MASK) << 3) + KIND]! & TYPE_MASK,
    tags: (texts === 1 ? catalog.tags(best) : tagsOf(catalog, content, account, best)) ?? NO_TAGS,
    sources: sources.all,
    reachableSources: sources.reachable,
    score,
    modifiedS: sources.modifiedS,
    explain,
    supernodes: [],
  };
}

interface Voted {
  readonly document: number;
  readonly name: string;
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
    if (votes > 0) seen.push({ document, name: catalog.name(document), votes });
  }
  return seen;
}

/** The names by their votes, and the best text of the first one. */
function vote(
  catalog: Catalog,
  content: number,
  account: string | undefined,
): { names: string[]; best: number } {
  const seen = seenTexts(catalog, content, account);
  const votes = new Map<string, number>();
  for (const each of seen) votes.set(each.name, (votes.get(each.name) ?? 0) + each.votes);
  const names = [...votes].sort((a, b) => b[1] - a[1] || compareTexts(a[0], b[0])).map(([name]) => name);
  const best = ordered(catalog, seen, names[0] ?? '')[0]?.document ?? catalog.contents.textAt(content, 0);
  return { names, best };
}

/** Tags of the best text that has some. */
function tagsOf(
  catalog: Catalog,
  content: number,
  account: string | undefined,
  best: number,
): Hit['tags'] | undefined {
  const own = catalog.tags(best);
  if (own !== undefined) return own;
  const seen = seenTexts(catalog, content, account);
  for (const { document } of ordered(catalog, seen, catalog.name(best))) {
    const tags = catalog.tags(document);
    if (tags !== undefined) return tags;
  }
  return undefined;
}

/** Texts of the elected name first, then by votes; the rest makes the order the same everywhere. */
function ordered(catalog: Catalog, seen: readonly Voted[], name: string): Voted[] {
  return [...seen].sort(
    (a, b) =>
      Number(b.name === name) - Number(a.name === name) ||
      b.votes - a.votes ||
      compareTexts(catalog.folder(a.document), catalog.folder(b.document)) ||
      compareTexts(JSON.stringify(catalog.tags(a.document)), JSON.stringify(catalog.tags(b.document))) ||
      kindOf(catalog, a.document) - kindOf(catalog, b.document),
  );
}

function kindOf(catalog: Catalog, document: number): number {
  return catalog.documents.page(document)!.said[((document & ROW_MASK) << 3) + KIND]! & TYPE_MASK;
}

function compareTexts(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0;
}
