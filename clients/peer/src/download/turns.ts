/** Whose turn it is: so many downloads fetch at once, by their place in the line. */
import { compareTurns, outranks, type Rates } from '@banyan/core';
import { isInside } from '../library/index.ts';
import { MAX_FINISHING, MAX_HELD_UP } from './constants.ts';
import type { Engine } from './engine-types.ts';
import type { DownloadHeader } from './header.ts';
import { linePlace } from './line.ts';

/** A download as far as its turn goes. */
export interface Turn {
  readonly header: DownloadHeader;
  engine: Engine | undefined;
  /** It has its turn: its engine was told to run. */
  isActive: boolean;
  /** It fetched when it was looked at last. */
  isBusy: boolean;
  isRemoved: boolean;
  /** Somebody reads what arrives: it has its turn whatever the line says. */
  readonly readers: { readonly isRead: boolean };
}

/** What turns are given among. */
export interface TurnsComponents<T extends Turn> {
  /** What is unfinished, the one whose turn is first in front; nothing while the room is closed. */
  readonly items: () => Iterable<T>;
  /** The engine of one that has its turn, made when it has none. */
  readonly engineOf: (item: T) => Engine;
  /** Many that share one turn. */
  readonly bundles: {
    readonly turns: number;
    heldUpIn(): Iterable<string>;
    begin(first: T, items: () => Iterable<T>): 'begun' | 'wait' | 'single';
  };
}

/**
 * The turns of all downloads. One that waits for sources takes none, nor does one that is being finished, or whose disk does
 * not answer; what else is to go to that disk is passed over.
 */
export interface Turns<T extends Turn> {
  /** Downloads that fetch now. */
  readonly busy: number;
  /** Gives turns as long as there are any; a higher priority takes one from a lower. */
  give(): void;
  /** Its turn comes at once, beyond the number if need be. */
  take(item: T): void;
  /** One that waited could go on: it does when there is a turn, else it stands in the line again. */
  returned(item: T): void;
  /** Those that are too many then stand in the line again. */
  setMaxActive(count: number): void;
  /** For the plans of each: its own limit, and its part of what all share. */
  setRates(rates: Rates): void;
}

/** Makes turns of which none is given. */
export function createTurns<T extends Turn>(components: TurnsComponents<T>, most: number): Turns<T> {
  const { items, engineOf, bundles } = components;
  let maxActive = most;
  let rates: Rates = { total: undefined, each: undefined };

  /** Those that got a turn and may have it still, and those whose disk still keeps what they asked of it. */
  const given = new Set<T>();

  const busyOnes = (): T[] => {
    const busy: T[] = [];
    for (const item of given) {
      if (item.isActive && !item.isRemoved) {
        if (item.engine?.isBusy === true) busy.push(item);
      } else if (item.engine?.heldUpIn === undefined) given.delete(item);
    }
    return busy;
  };

  /** How many turns are taken. */
  const taken = (busy: readonly T[]): number => {
    const finishing = busy.filter(({ engine }) => engine?.state === 'finishing').length;
    const heldUp = [...heldUpFolders()].length;
    return (
      busy.length - Math.min(finishing, MAX_FINISHING) + Math.max(0, heldUp - MAX_HELD_UP) + bundles.turns
    );
  };

  /** Of each download whose disk does not answer, the folder. */
  const heldUpFolders = function* (): Iterable<string> {
    for (const { engine } of given) if (engine?.heldUpIn !== undefined) yield engine.heldUpIn;
  };

  /** Those of them whose turn may be taken back, the last in the line behind. */
  const unread = (): T[] =>
    busyOnes()
      .filter(({ readers, engine }) => !readers.isRead && engine?.state !== 'finishing')
      .sort((a, b) => compareTurns(linePlace(a.header), linePlace(b.header)));

  const begin = (item: T): void => {
    given.add(item);
    item.isActive = true;
    item.isBusy = true;
    void engineOf(item)
      .run()
      .then(() => delete item.header.bytes);
  };

  const takeBack = (item: T): void => {
    item.isActive = false;
    item.isBusy = false;
    item.engine?.pause();
  };

  /** Those that wait for their turn. */
  const inLine = function* (): Iterable<T> {
    const silent = [...new Set([...heldUpFolders(), ...bundles.heldUpIn()])];
    for (const item of items())
      if (
        !item.isActive &&
        !item.isRemoved &&
        item.header.state === 'active' &&
        !silent.some((folder) => isInside(item.header.folder, folder))
      )
        yield item;
  };

  /** Whoever waits for a turn takes it from one of a lower priority, and never from an equal: nothing goes to and fro. */
  const takeFromLower = (): void => {
    const busy = unread();
    for (const item of inLine()) {
      const last = busy.pop();
      if (last === undefined || !outranks(linePlace(item.header), linePlace(last.header))) return;
      takeBack(last);
    }
  };

  const tellLimits = (): void => {
    const { total = Infinity, each = Infinity } = rates;
    const limit = Math.min(each, total / Math.max(1, busyOnes().length));
    for (const { engine } of given) engine?.setLimit(Number.isFinite(limit) ? limit : undefined);
  };

  const give = (): void => {
    if (taken(busyOnes()) >= maxActive) takeFromLower();
    while (taken(busyOnes()) < maxActive) {
      const [first] = inLine();
      if (first === undefined) break;
      const outcome = bundles.begin(first, inLine);
      if (outcome === 'wait') break;
      if (outcome === 'single') begin(first);
    }
    tellLimits();
  };

  return {
    get busy() {
      return busyOnes().length;
    },
    give,
    take(item) {
      begin(item);
      tellLimits();
    },
    returned(item) {
      if (!item.readers.isRead && taken(busyOnes()) > maxActive) takeBack(item);
      give();
    },
    setMaxActive(count) {
      maxActive = count;
      const tooMany = Math.max(0, taken(busyOnes()) - count);
      // Those that are last in the line.
      for (const item of unread().reverse().slice(0, tooMany)) takeBack(item);
      give();
    },
    setRates(next) {
      rates = next;
      tellLimits();
    },
  };
}
