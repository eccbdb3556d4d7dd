/** Carries out one slice of a plan in this process: leaves that come and go, and operations when they are due. */
import {
  arrivals,
  createTimeline,
  seededRandom,
  type Contents,
  type Operation,
  type Random,
  type Timeline,
} from '@banyan/core';
import { toBanyanError } from '@banyan/proto';
import { systemClock, type Timer } from '@banyan/kit';
import type { Home } from '@banyan/sdk';
import type { Crowd } from '../leaf/crowd.ts';
import type { Leaf } from '../leaf/leaf.ts';
import type { Recorder } from '../measure/recorder.ts';
import type { LoadPlan } from '../scenario/plan.ts';
import type { Slice } from './messages.ts';

export interface GeneratorComponents {
  readonly crowd: Crowd;
  readonly recorder: Recorder;
  readonly contents: Contents;
}

export interface Generator {
  /** Runs from `at` (monotonic milliseconds) to the end of the timeline, or until {@link stop}. */
  run(at: number): Promise<void>;
  stop(): void;
  /** Downloads under way. */
  readonly downloading: number;
}

/** The number of leaves follows the timeline in steps of this. */
const SETTLE_MS = 50;
/** A holder counts for recall when its catalog has been with its home for this long: other supernodes then know its words too. */
const SETTLED_MS = 3_000;
/** Words of a name that somebody types who looks for one thing: the rarest ones. */
const KNOWN_WORDS = 3;
/** Words of somebody who looks around. */
const BROWSE_WORDS = 2;
/** A person looks for something else then. */
const DOWNLOAD_PATIENCE_MS = 60_000;
/** An asker had its wish already: another is looked for so often. */
const MAX_DRAWS = 8;

export function createGenerator(components: GeneratorComponents, plan: LoadPlan, slice: Slice): Generator {
  return new PlanGenerator(components, plan, slice);
}

/** The part of `total` that is a slice's: parts add up to the total. */
function partOf(total: number, { index, of }: Slice): number {
  return Math.floor((total * (index + 1)) / of) - Math.floor((total * index) / of);
}

class PlanGenerator implements Generator {
  readonly #c: GeneratorComponents;
  readonly #plan: LoadPlan;
  readonly #slice: Slice;
  readonly #timeline: Timeline;
  readonly #contents: Contents;
  readonly #random: Random;
  /** By what they are for. */
  readonly #timers = new Map<string, Timer>();
  readonly #over = new AbortController();
  downloading = 0;
  #end: (() => void) | undefined;

  constructor(components: GeneratorComponents, plan: LoadPlan, slice: Slice) {
    this.#c = components;
    this.#plan = plan;
    this.#slice = slice;
    this.#timeline = createTimeline(plan.stages);
    this.#contents = components.contents;
    this.#random = seededRandom(plan.seed, 'operations', slice.index, slice.of);
  }

  async run(at: number): Promise<void> {
    const { tracks, durationMs } = this.#timeline;
    const ended = new Promise<void>((resolve) => (this.#end = resolve));
    const settle = systemClock.setInterval(() => {
      const now = systemClock.monotonic();
      if (now >= at) this.#c.crowd.settle(partOf(Math.round(tracks.leaves.at(now - at)), this.#slice), now);
    }, SETTLE_MS);
    this.#timers.set('settle', settle);
    this.#follow('query', 'queries', at, (dueAt) => this.#query(dueAt));
    this.#follow('sources', 'sources', at, (dueAt) => this.#sources(dueAt));
    this.#follow('download', 'downloads', at, (dueAt) => void this.#download(dueAt));
    const end = systemClock.setTimeout(() => this.stop(), at + durationMs - systemClock.monotonic());
    this.#timers.set('end', end);
    await ended;
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    // What is under way and not done when everybody is sent home was failed by nobody.
    this.#over.abort();
    this.#end?.();
  }

  /** Starts operations when they are due, whatever became of those before: an open model. */
  #follow(
    operation: Operation,
    track: 'queries' | 'sources' | 'downloads',
    at: number,
    start: (dueAt: number) => void,
  ): void {
    const { index, of } = this.#slice;
    const times = arrivals(
      this.#timeline.tracks[track],
      seededRandom(this.#plan.seed, operation, index, of),
      1 / of,
    );
    let next = times.next();
    const turn = (): void => {
      const now = systemClock.monotonic();
      while (next.done !== true && at + next.value <= now) {
        this.#c.recorder.late(now - at - next.value);
        start(at + next.value);
        next = times.next();
      }
      if (next.done === true) return;
      this.#timers.set(operation, systemClock.setTimeout(turn, at + next.value - now));
    };
    turn();
  }

  #query(dueAt: number): void {
    const { crowd } = this.#c;
    const wanted = this.#random() < this.#plan.knownItems ? this.#drawItem(crowd) : undefined;
    const asker = wanted?.asker ?? this.#drawOne(crowd.askers);
    if (asker === undefined) {
      this.#c.recorder.count('dropped');
      return;
    }
    if (wanted === undefined) {
      const words = Array.from({ length: BROWSE_WORDS }, () => this.#contents.word(this.#random));
      void this.#measure('query', asker, dueAt, (home) => home.search(words.join(' ')));
      return;
    }
    void this.#lookFor(asker, wanted, dueAt);
  }

  async #lookFor(asker: Leaf, { holder, rank }: Wanted, dueAt: number): Promise<void> {
    const content = this.#contents.content(rank);
    const publishedAt = holder.publishedAt;
    const isSettled = publishedAt !== undefined && dueAt - publishedAt >= SETTLED_MS;
    let isFound = false;
    const done = await this.#measure('query', asker, dueAt, (home) =>
      home.search(content.words.slice(0, KNOWN_WORDS).join(' '), {
        onHits: (hits) => {
          isFound ||= hits.some(({ root }) => root.every((byte, i) => byte === content.root[i]));
        },
      }),
    );
    // Only what was there all the time, and was answered for, can have been missed.
    if (!done || !isSettled || holder.publishedAt !== publishedAt) return;
    this.#c.recorder.count('lookedFor');
    if (isFound) this.#c.recorder.count('found');
  }

  #sources(dueAt: number): void {
    const wanted = this.#drawItem(this.#c.crowd);
    if (wanted === undefined) {
      this.#c.recorder.count('dropped');
      return;
    }
    const { root, length } = this.#contents.content(wanted.rank);
    void this.#measure('sources', wanted.asker, dueAt, (home) => home.findSources({ root, length }));
  }

  async #download(dueAt: number): Promise<void> {
    const { crowd, recorder } = this.#c;
    const wanted = this.#drawItem(crowd, ({ isSource }) => isSource);
    if (wanted === undefined) {
      recorder.count('dropped');
      return;
    }
    const { asker, holder, rank } = wanted;
    const { home } = asker;
    const { publishedAt } = holder;
    const patience = AbortSignal.any([this.#over.signal, AbortSignal.timeout(DOWNLOAD_PATIENCE_MS)]);
    this.downloading += 1;
    try {
      await asker.download(this.#contents.content(rank), {
        signal: patience,
        onFirstChunk: () => recorder.success('first-chunk', systemClock.monotonic() - dueAt),
        onBytes: (bytes) => recorder.count('downloadedBytes', bytes),
        onBadChunk: () => recorder.count('badChunks'),
        onWrongKept: () => recorder.count('wrongKept'),
      });
      recorder.success('download', systemClock.monotonic() - dueAt);
    } catch (error) {
      // Whoever fetched, or the one who was sure to have it, was sent home or lost its own: that is no fault of the network.
      const isFair = asker.home === home && holder.publishedAt === publishedAt && !this.#over.signal.aborted;
      if (isFair) recorder.failure('download', toBanyanError(error).code);
      else recorder.count('dropped');
    } finally {
      this.downloading -= 1;
    }
  }

  /** @returns whether it went well */
  async #measure(
    operation: Operation,
    asker: Leaf,
    dueAt: number,
    act: (home: Home) => Promise<unknown>,
  ): Promise<boolean> {
    const { recorder } = this.#c;
    const { home } = asker;
    if (home === undefined) {
      recorder.count('dropped');
      return false;
    }
    try {
      await act(home);
      // From when it was due, not from when we came round to it: a stall here must not look like a fast answer there.
      recorder.success(operation, systemClock.monotonic() - dueAt);
      return true;
    } catch (error) {
      // Whom we sent home in the middle of it was failed by nobody.
      if (asker.home === home) recorder.failure(operation, toBanyanError(error).code);
      else recorder.count('dropped');
      return false;
    }
  }

  #drawOne(leaves: readonly Leaf[]): Leaf | undefined {
    return leaves[Math.floor(this.#random() * leaves.length)];
  }

  /** An item that somebody holds and somebody else has not asked for; popular ones are held, and drawn, more often. */
  #drawItem(crowd: Crowd, isFit: (holder: Leaf) => boolean = () => true): Wanted | undefined {
    for (let i = 0; i < MAX_DRAWS; i += 1) {
      const [asker, holder] = [this.#drawOne(crowd.askers), this.#drawOne(crowd.holders)];
      if (asker?.home === undefined || holder === undefined) return undefined;
      const { library } = holder.profile;
      const rank = library[Math.floor(this.#random() * library.length)]!;
      if (asker !== holder && isFit(holder) && asker.wishes.take(rank)) return { asker, holder, rank };
    }
    return undefined;
  }
}

interface Wanted {
  readonly asker: Leaf;
  readonly holder: Leaf;
  readonly rank: number;
}
