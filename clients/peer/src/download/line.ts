/** The line of the downloads that are unfinished: who comes before whom, and who has which place. */
import { compareTurns, moveInLine, type LineMove, type LinePlace } from '@banyan/core';
import type { DownloadHeader } from './header.ts';

/** Where a download stands. */
export function linePlace({ id, priority, order, addedAt }: DownloadHeader): LinePlace {
  return { id, priority: priority ?? 'normal', order: order ?? addedAt };
}

/** The line over a set of headers that changes; sorted when it is looked at. */
export interface Line {
  /** Something was added, taken away, finished or moved. */
  changed(): void;
  /** Ids of what is unfinished, the one whose turn is first in front. */
  ids(): readonly string[];
  /** 1 = first; null: it is in no line. */
  placeOf(id: string): number | null;
  /** An order behind all others. */
  last(now: number): number;
  /** The orders that a move changes, by id. */
  move(id: string, to: LineMove): ReadonlyMap<string, number>;
}

/** Makes a line over `headers`, which gives all there are. */
export function createLine(headers: () => Iterable<DownloadHeader>): Line {
  let sorted:
    { readonly places: LinePlace[]; readonly ids: string[]; readonly at: Map<string, number> } | undefined;
  const look = (): NonNullable<typeof sorted> => {
    if (sorted !== undefined) return sorted;
    const places = [...headers()]
      .filter(({ state }) => state === 'active' || state === 'paused')
      .map(linePlace)
      .sort(compareTurns);
    const ids = places.map(({ id }) => id);
    sorted = { places, ids, at: new Map(ids.map((id, i) => [id, i + 1])) };
    return sorted;
  };
  return {
    changed: () => void (sorted = undefined),
    ids: () => look().ids,
    placeOf: (id) => look().at.get(id) ?? null,
    // Two that were added within a millisecond are not equal.
    last: (now) => look().places.reduce((last, { order }) => Math.max(last, order + 1), now),
    move: (id, to) => moveInLine(look().places, id, to),
  };
}
