/**
 * The hits of one search, in the order in which somebody looks at them.
 *
 *                    ┌──────────── rows ────────────┐
 *     hits ──put──▶  fixed: in place │ open: by score      waiting: not shown
 *              │       ▲        ▲         ▲                   ▲
 *              │       │        └ page 2… └ page 1            │
 *              └───────┴── there already: updated in place    └ new ones while held
 *
 * Nothing that somebody looks at jumps, so there are three rules:
 * - A content that is there is only updated where it stands: its counts grow, its row stays. (In `open`, which nobody
 *   holds, its place follows its score.)
 * - While rows are *held*, all of them are fixed. New contents wait, and are counted.
 * - A further page was asked for by somebody at the end of the list. It comes behind what is there whatever its
 *   scores, also while rows are held; held, each batch is put in order by itself and then stands too.
 *
 * Letting go sorts everything by score anew, pages too: that is the one moment at which rows may move, and the one
 * that the user chose.
 */
import type { Hit, HitView } from '@banyan/proto';

/** A hit, and what is shown of it. */
export interface KeptHit {
  readonly hit: Hit;
  /** The view but for `own` and the expected speed, which change without the hit. */
  readonly view: HitView;
}

export interface HitRows {
  /** All contents, waiting ones too. */
  readonly size: number;
  readonly waiting: number;
  readonly held: boolean;
  /** What is shown, first to last. */
  readonly rows: readonly KeptHit[];
  /** Takes hits in; contents beyond the limit are left out. Returns how many contents are new. */
  put(hits: readonly KeptHit[]): number;
  /** Holds the rows, or lets them go; as it is already: nothing happens. */
  hold(held: boolean): void;
  /** What comes from now on belongs to a further page. */
  nextPage(): void;
}

/** @param limit - contents kept */
export function createHitRows(limit: number): HitRows {
  return new StreamedRows(limit);
}

class StreamedRows implements HitRows {
  readonly #limit: number;
  readonly #kept = new Map<string, KeptHit>();
  #fixed: string[] = [];
  #open: string[] = [];
  #waiting: string[] = [];
  #held = false;
  #isFurtherPage = false;
  /** Undefined after a change. */
  #rows: readonly KeptHit[] | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#kept.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get held(): boolean {
    return this.#held;
  }

  get rows(): readonly KeptHit[] {
    this.#rows ??= [...this.#hitsOf(this.#fixed), ...this.#hitsOf(this.#open).sort(best)];
    return this.#rows;
  }

  put(hits: readonly KeptHit[]): number {
    const fresh = new Set<string>();
    for (const kept of hits) {
      const { content } = kept.view;
      if (!this.#kept.has(content)) {
        if (this.#kept.size >= this.#limit) continue;
        fresh.add(content);
      }
      this.#kept.set(content, kept);
    }
    if (!this.#held) this.#open.push(...fresh);
    else if (this.#isFurtherPage) this.#fixed.push(...contentsOf(this.#hitsOf(fresh).sort(best)));
    else this.#waiting.push(...fresh);
    this.#rows = undefined;
    return fresh.size;
  }

  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    if (held) this.#fix(this.rows);
    else {
      const all = [...this.#kept.values()].sort(best);
      this.#waiting = [];
      // What still comes of a further page belongs behind these, else among them.
      if (this.#isFurtherPage) this.#fix(all);
      else [this.#fixed, this.#open] = [[], contentsOf(all)];
    }
    this.#rows = undefined;
  }

  nextPage(): void {
    this.#fix(this.rows);
    this.#isFurtherPage = true;
  }

  #fix(rows: readonly KeptHit[]): void {
    this.#fixed = contentsOf(rows);
    this.#open = [];
  }

  #hitsOf(contents: Iterable<string>): KeptHit[] {
    return Array.from(contents, (content) => this.#kept.get(content)!);
  }
}

const contentsOf = (hits: readonly KeptHit[]): string[] => hits.map(({ view }) => view.content);

/** Score, then what can be had, then an order that does not jump. */
function best(a: KeptHit, b: KeptHit): number {
  return (
    b.hit.score - a.hit.score ||
    b.hit.reachableSources - a.hit.reachableSources ||
    (a.view.content < b.view.content ? -1 : 1)
  );
}
