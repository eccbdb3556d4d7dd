/**
 * Merges streamed hits of several supernodes by content id.
 *
 * A leaf publishes to one supernode, so sources of different supernodes add up, and a second answer of the
 * same supernode replaces its first. Hits that were merged before (their `supernodes` names several) are
 * taken too, and no supernode is ever counted twice.
 */
import { contentKey, type ContentId, type Hit } from '@banyan/proto';
import { addOffers } from '../upload-offer/upload-offer.ts';
import { MAX_HIT_NAMES } from './hit.ts';
import { sourcesScore } from './ranking.ts';

/** Collects hits as they arrive. */
export interface HitMerger {
  /** Contents so far. */
  readonly size: number;
  /**
   * Takes hits of one answer.
   *
   * @param from - device id of the supernode that sent them, for hits that name no supernode themselves
   * @returns the merged hits that are new or changed by it
   */
  add(from: string, hits: readonly Hit[]): Hit[];
  /** The merged hits, best first, equal scores in the order of their content ids. */
  hits(limit?: number): Hit[];
  /** The merged hit of one content. */
  get(content: ContentId): Hit | undefined;
}

interface Share {
  readonly supernodes: ReadonlySet<string>;
  readonly hit: Hit;
}

interface Entry {
  /** No two shares have a supernode in common. */
  shares: Share[];
  merged: Hit;
}

/** Makes an empty merger. */
export function createHitMerger(): HitMerger {
  return new ContentMerger();
}

/**
 * A class, since one is made for each search: a literal with a getter has a hidden class of its own, which holds it, and all
 * that it holds, until the next full collection.
 */
class ContentMerger implements HitMerger {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  add(from: string, hits: readonly Hit[]): Hit[] {
    const changed = new Map<string, Entry>();
    for (const hit of hits) {
      const key = contentKey(hit);
      const supernodes = new Set(hit.supernodes.length > 0 ? hit.supernodes : [from]);
      const entry = this.#entries.get(key);
      // Most contents are named once: with thousands of answers a second what is made for them counts.
      if (entry === undefined) {
        const alone = { shares: [{ supernodes, hit }], merged: onlyShare(hit, supernodes) };
        this.#entries.set(key, alone);
        changed.set(key, alone);
        continue;
      }
      const common = entry.shares.filter((share) => intersects(share.supernodes, supernodes));
      // An overlap of which this hit covers only a part: what we have says more.
      const known = new Set(common.flatMap((share) => [...share.supernodes]));
      if ([...known].some((supernode) => !supernodes.has(supernode))) {
        if (known.size >= supernodes.size) continue;
      }
      entry.shares = [...entry.shares.filter((share) => !common.includes(share)), { supernodes, hit }];
      entry.merged = mergeShares(entry.shares);
      changed.set(key, entry);
    }
    return [...changed.values()].map(({ merged }) => merged);
  }

  hits(limit = Infinity): Hit[] {
    const sorted = [...this.#entries.values()].map(({ merged }) => merged).sort(compareHits);
    return limit < sorted.length ? sorted.slice(0, limit) : sorted;
  }

  get(content: ContentId): Hit | undefined {
    return this.#entries.get(contentKey(content))?.merged;
  }
}

/** Merges whole answers at once: {@link createHitMerger} for those that have them all. */
export function mergeHits(
  answers: Iterable<{ readonly from: string; readonly hits: readonly Hit[] }>,
  limit?: number,
): Hit[] {
  const merger = createHitMerger();
  for (const { from, hits } of answers) merger.add(from, hits);
  return merger.hits(limit);
}

/** The order of hits: score, then content id. */
export function compareHits(a: Hit, b: Hit): number {
  if (a.score !== b.score) return b.score - a.score;
  for (let i = 0; i < a.root.length; i++) {
    const difference = (a.root[i] ?? 0) - (b.root[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * What {@link mergeShares} makes of one.
 *
 * Field by field: an object that begins with a spread and goes on has a hidden class of its own in V8 11, which the next
 * full collection alone takes away, and what hangs on it.
 */
function onlyShare(hit: Hit, supernodes: ReadonlySet<string>): Hit {
  const { name, folder, root, length, type, tags, sources, reachableSources, score, modifiedS, explain } =
    hit;
  const names = hit.names.length === 0 ? hit.names : [...new Set(hit.names)].sort();
  const { offers, freeSources, rate } = addOffers([hit]);
  return {
    root,
    length,
    name,
    names: names.filter((other) => other !== name).slice(0, MAX_HIT_NAMES),
    folder,
    type,
    tags,
    sources,
    reachableSources,
    score,
    modifiedS,
    explain,
    supernodes: [...supernodes].sort(),
    offers,
    freeSources,
    rate,
  };
}

function mergeShares(shares: readonly Share[]): Hit {
  // Whatever the order of arrival, the same result.
  const ordered = [...shares].sort(
    (a, b) => compareHits(a.hit, b.hit) || (first(a.supernodes) < first(b.supernodes) ? -1 : 1),
  );
  const hits = ordered.map(({ hit }) => hit);
  const best = hits[0]!;
  const sources = sum(hits, (hit) => hit.sources);
  const reachableSources = sum(hits, (hit) => hit.reachableSources);

  const votes = new Map<string, number>();
  for (const hit of hits) votes.set(hit.name, (votes.get(hit.name) ?? 0) + Math.max(1, hit.sources));
  // Other names come without their votes: they are told, and do not elect.
  for (const name of hits.flatMap((hit) => hit.names)) if (!votes.has(name)) votes.set(name, 0);
  const names = [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const named = hits.find((hit) => hit.name === names[0]) ?? best;

  // Each hit's score has its own sources in it; the best text score with all sources is what one index would give.
  const score = Math.max(...hits.map((hit) => hit.score - sourcesScore(hit.sources, hit.reachableSources)));
  const { offers, freeSources, rate } = addOffers(hits);
  return {
    root: named.root,
    length: named.length,
    name: named.name,
    names: names.filter((name) => name !== named.name).slice(0, MAX_HIT_NAMES),
    folder: named.folder,
    type: named.type,
    tags: tagsOf(named) ?? hits.map(tagsOf).find((tags) => tags !== undefined) ?? named.tags,
    sources,
    reachableSources,
    score: hits.length === 1 ? best.score : Math.fround(score + sourcesScore(sources, reachableSources)),
    modifiedS: Math.max(...hits.map((hit) => hit.modifiedS)),
    explain: best.explain,
    supernodes: [...new Set(ordered.flatMap((share) => [...share.supernodes]))].sort(),
    offers,
    freeSources,
    rate,
  };
}

function tagsOf({ tags }: Hit): Hit['tags'] | undefined {
  return tags.title !== '' || tags.artist !== '' || tags.album !== '' ? tags : undefined;
}

function sum(hits: readonly Hit[], value: (hit: Hit) => number): number {
  return hits.reduce((total, hit) => total + value(hit), 0);
}

function intersects(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const each of a) if (b.has(each)) return true;
  return false;
}

function first(set: ReadonlySet<string>): string {
  return [...set].sort()[0] ?? '';
}
