import type { DownloadPriority } from '@banyan/proto';

/** Where a download stands in the line of those that fetch or wait for their turn. */
export interface LinePlace {
  readonly id: string;
  readonly priority: DownloadPriority;
  /** Smaller comes sooner among those of one priority; no two are equal. */
  readonly order: number;
}

/** Where to move something. */
export type LineMove = 'top' | 'up' | 'down' | 'bottom';

const RANK: Readonly<Record<DownloadPriority, number>> = { high: 0, normal: 1, low: 2 };

/** Whose turn is sooner: by priority, then by order. */
export function compareTurns(a: LinePlace, b: LinePlace): number {
  return RANK[a.priority] - RANK[b.priority] || a.order - b.order;
}

/** Whether `a` takes a turn from `b` that has one: by priority alone, so that nothing goes to and fro. */
export function outranks(a: LinePlace, b: LinePlace): boolean {
  return RANK[a.priority] < RANK[b.priority];
}

/**
 * Moves one among those of its priority.
 *
 * @returns the orders that change, by id; empty when it is there already or unknown
 */
export function moveInLine(
  line: readonly LinePlace[],
  id: string,
  move: LineMove,
): ReadonlyMap<string, number> {
  const own = line.find((one) => one.id === id);
  if (own === undefined) return new Map();
  const peers = line.filter(({ priority }) => priority === own.priority).sort(compareTurns);
  const at = peers.indexOf(own);
  switch (move) {
    case 'top':
      return at === 0 ? new Map() : new Map([[id, peers[0]!.order - 1]]);
    case 'bottom':
      return at === peers.length - 1 ? new Map() : new Map([[id, peers.at(-1)!.order + 1]]);
    case 'up':
    case 'down': {
      const other = peers[move === 'up' ? at - 1 : at + 1];
      return other === undefined
        ? new Map()
        : new Map([
            [id, other.order],
            [other.id, own.order],
          ]);
    }
  }
}
