/** The line of the downloads that are unfinished: who comes before whom, and who has which place. */
import { compareTurns, moveInLine, type LineMove, type LinePlace } from '@banyan/core';
import type { DownloadHeader } from './header.ts';

/** Where a download stands. */
export function linePlace({ id, priority, order, addedAt }: DownloadHeader): LinePlace {
  return { id, priority: priority ?? 'normal', order: order ?? addedAt };
}

/** The line, kept sorted. */
export interface Line {
  /** A download was added, or something about it changed; what is finished or failed leaves the line. */
  note(header: DownloadHeader): void;
  drop(id: string): void;
  /** Ids of what is unfinished, the one whose turn is first in front. The line must not change meanwhile. */
  ids(): Iterable<string>;
  /** 1 = first; null: it is in no line. */
  placeOf(id: string): number | null;
  /** An order behind all that were given, and all that are there. */
  next(now: number): number;
  /** The orders that a move changes, by id. */
  move(id: string, to: LineMove): ReadonlyMap<string, number>;
}

/** Makes an empty line. */
export function createLine(): Line {
  const places: LinePlace[] = [];
  const byId = new Map<string, LinePlace>();
  let lastOrder = -Infinity;

  /** Where a place is, or would be. */
  const find = (place: LinePlace): number => {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(places[middle]!, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const drop = (id: string): void => {
    const place = byId.get(id);
    if (place === undefined) return;
    byId.delete(id);
    places.splice(find(place), 1);
  };
  return {
    note(header) {
      drop(header.id);
      if (header.state !== 'active' && header.state !== 'paused') return;
      const place = linePlace(header);
      lastOrder = Math.max(lastOrder, place.order);
      byId.set(header.id, place);
      places.splice(find(place), 0, place);
    },
    drop,
    *ids() {
      for (const { id } of places) yield id;
    },
    placeOf(id) {
      const place = byId.get(id);
      return place === undefined ? null : find(place) + 1;
    },
    next: (now) => (lastOrder = Math.max(now, lastOrder + 1)),
    move: (id, to) => moveInLine(places, id, to),
  };
}

/** Orders may be equal: whoever was given none has the time when it was added. */
function compare(a: LinePlace, b: LinePlace): number {
  return compareTurns(a, b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
