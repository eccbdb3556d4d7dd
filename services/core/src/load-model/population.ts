/** Who takes part in a load test: each leaf's manners, library and luck, by its number and the seed alone. */
import type { Contents } from './contents.ts';
import { logNormal, pareto } from './distributions.ts';
import { seededRandom, type Random } from './random.ts';

/** The manners that a leaf can have. */
export const PERSONAS = [
  /** Shares some, asks some. */
  'ordinary',
  /** Asks, and shares nothing. */
  'free-rider',
  /** Shares many times what others do. */
  'heavy-sharer',
  /** Stops reading its session for seconds at a time. */
  'slow-reader',
  /** Nobody can dial it. */
  'behind-nat',
  /** Publishes records, and has nothing of what they name. */
  'liar',
  /** Sends wrong bytes for what it publishes. */
  'poisoner',
  /** Asks far more than anybody may, and is to be held back. */
  'flooder',
  /** Comes and goes every few seconds. */
  'flapper',
] as const;
export type Persona = (typeof PERSONAS)[number];

export interface PopulationInit {
  readonly seed: number;
  /** Shares by persona; they are weights, and need not add up to 1. */
  readonly personas: Readonly<Partial<Record<Persona, number>>>;
  /** Share of leaves with an empty library, beside the free riders. */
  readonly empty: number;
  /** Median of records of those that share. */
  readonly records: number;
  /** Deviation of the logarithm of that number; 0: all have the same. */
  readonly spread: number;
  /** Most records of a leaf (shares of 2003 were clipped at about 60). */
  readonly maxRecords: number;
  /** Share of leaves that nobody can dial, beside those behind NAT. */
  readonly unreachable: number;
}

export interface LeafProfile {
  readonly index: number;
  readonly persona: Persona;
  readonly isReachable: boolean;
  /** Ranks of the contents that it publishes, each once. */
  readonly library: readonly number[];
}

/** A heavy sharer has so many times the records of others, beyond their most. */
const HEAVY_FACTOR = 10;
/** A rank that was drawn already is drawn again at most so often: a tiny catalog may be held whole. */
const MAX_REDRAWS = 20;

/** The profile of a leaf: the same on every machine that is given this number. */
export function leafProfile(init: PopulationInit, contents: Contents, index: number): LeafProfile {
  const random = seededRandom(init.seed, 'leaf', index);
  const persona = drawPersona(init.personas, random);
  const luck = random();
  // Whoever lies wants to be asked.
  const isReachable = isLying(persona) || (luck >= init.unreachable && persona !== 'behind-nat');
  const isEmpty = random() < init.empty;
  return {
    index,
    persona,
    isReachable,
    library: drawLibrary(librarySize(init, persona, isEmpty, random), contents, random),
  };
}

/** Whether a persona publishes what it does not give. */
export function isLying(persona: Persona): boolean {
  return persona === 'liar' || persona === 'poisoner';
}

function drawPersona(shares: PopulationInit['personas'], random: Random): Persona {
  const known = PERSONAS.filter((persona) => (shares[persona] ?? 0) > 0);
  const sum = known.reduce((total, persona) => total + shares[persona]!, 0);
  let left = random() * sum;
  for (const persona of known) {
    left -= shares[persona]!;
    if (left < 0) return persona;
  }
  return known.at(-1) ?? 'ordinary';
}

function librarySize(init: PopulationInit, persona: Persona, isEmpty: boolean, random: Random): number {
  const drawn = Math.max(1, Math.round(logNormal(random, init.records, init.spread)));
  switch (persona) {
    case 'free-rider':
      return 0;
    case 'heavy-sharer':
      return HEAVY_FACTOR * Math.min(drawn, init.maxRecords);
    case 'liar':
    case 'poisoner':
      return Math.min(drawn, init.maxRecords);
    default:
      return isEmpty ? 0 : Math.min(drawn, init.maxRecords);
  }
}

function drawLibrary(size: number, contents: Contents, random: Random): number[] {
  const ranks = new Set<number>();
  const wanted = Math.min(size, contents.count);
  for (let redraws = 0; ranks.size < wanted && redraws < MAX_REDRAWS * wanted; redraws += 1)
    ranks.add(contents.draw(random));
  return [...ranks];
}

/** The shape of sessions' tail; at 2 the variance is infinite, as measured. */
const SESSION_ALPHA = 2;
/** Mean session in Gnutella, milliseconds. */
export const FIELD_SESSION_MS = 2.9 * 3600 * 1000;

/** How long a leaf stays. `meanMs` is {@link FIELD_SESSION_MS} divided by how much faster than life the test runs. */
export function drawSessionMs(random: Random, meanMs: number): number {
  return pareto(random, meanMs, SESSION_ALPHA);
}

/** Wishes of one leaf: each content at most once (Gummadi et al. 2003), and never what it holds. */
export interface Wishes {
  /** Whether it may wish for this content now; it may not a second time. */
  take(rank: number): boolean;
}

export function createWishes(library: readonly number[]): Wishes {
  const had = new Set(library);
  return {
    take(rank) {
      if (had.has(rank)) return false;
      had.add(rank);
      return true;
    },
  };
}
