/** What leaves of bad manners do to their supernode. Nothing of it counts as an operation of the test. */
import { exponential, type Persona, type Random } from '@banyan/core';
import { toBanyanError } from '@banyan/proto';
import { systemClock, type Timer } from '@banyan/kit';
import type { Recorder } from '../measure/recorder.ts';
import type { Leaf } from './leaf.ts';

export interface Rudeness {
  stop(): void;
}

export interface RudenessInit {
  readonly recorder: Recorder;
  readonly random: Random;
  /** Ends the visit of the leaf. */
  readonly leave: () => void;
}

/** Questions of a flooder per second: ten times what a leaf may ask. */
const FLOOD_PER_SECOND = 40;
/** A slow reader reads nothing for so long, with answers on their way; two missed pings (30 s) would end its session. */
const SLOW_PAUSE_MS = 8_000;
const SLOW_READ_MS = 2_000;
/** Questions that a slow reader leaves unread. */
const SLOW_QUESTIONS = 8;
/** A flapper stays for so long on average. */
const FLAP_MEAN_MS = 4_000;
/** A frequent word: its answer is long. */
const QUERY = 'baba';

const RUDE: ReadonlySet<Persona> = new Set<Persona>([
  'flooder',
  'slow-reader',
  'flapper',
  'liar',
  'poisoner',
]);

/** Whether what a leaf measures counts for nothing, and what it published is nobody's to find. */
export function isRude({ profile }: Leaf): boolean {
  return RUDE.has(profile.persona);
}

/** What a leaf does besides during one visit; undefined for those of good manners. */
export function createRudeness(leaf: Leaf, init: RudenessInit): Rudeness | undefined {
  switch (leaf.profile.persona) {
    case 'flooder':
      return repeat(1000 / FLOOD_PER_SECOND, () => ask(leaf, init.recorder));
    case 'slow-reader':
      return readSlowly(leaf, init.recorder);
    case 'flapper': {
      const timer = systemClock.setTimeout(init.leave, exponential(init.random, FLAP_MEAN_MS));
      return { stop: () => timer.cancel() };
    }
    default:
      return undefined;
  }
}

function ask(leaf: Leaf, recorder: Recorder): void {
  const { session } = leaf;
  if (session?.open !== true) return;
  recorder.count('rudeAsked');
  session.search(QUERY).catch((error: unknown) => {
    if (toBanyanError(error).code === 'rate_limited') recorder.count('rudeRefused');
  });
}

function readSlowly(leaf: Leaf, recorder: Recorder): Rudeness {
  let paused: Leaf['session'];
  let timer: Timer | undefined;
  const wait = (ms: number, then: () => void): void => void (timer = systemClock.setTimeout(then, ms));
  const read = (): void => {
    paused?.channel.resume();
    paused = undefined;
    wait(SLOW_READ_MS, stall);
  };
  const stall = (): void => {
    for (let i = 0; i < SLOW_QUESTIONS; i += 1) ask(leaf, recorder);
    paused = leaf.session;
    paused?.channel.pause();
    wait(SLOW_PAUSE_MS, read);
  };
  wait(SLOW_READ_MS, stall);
  return {
    stop() {
      timer?.cancel();
      paused?.channel.resume();
    },
  };
}

function repeat(ms: number, act: () => void): Rudeness {
  const timer = systemClock.setInterval(act, ms);
  return { stop: () => timer.cancel() };
}
