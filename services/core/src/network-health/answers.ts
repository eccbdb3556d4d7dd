/** How well searches are answered: counted by each supernode over a minute, in buckets that add up over all of them. */
import {
  ANSWERS_WINDOW_MS,
  FIRST_HIT_BOUNDS_MS,
  type AnswerFigures,
  type BeatAnswers,
  type HostView,
} from '@banyan/proto';

/** The window moves on by this. */
const SLICE_MS = 5_000;
const P95 = 0.95;

export interface AnswerWindow {
  /**
   * A search was answered.
   *
   * @param now - monotonic ms
   * @param firstHitMs - from the search to its first hit; undefined: it had none
   */
  note(now: number, firstHitMs: number | undefined): void;
  /** What was noted within the last {@link ANSWERS_WINDOW_MS}, to a slice. */
  read(now: number): BeatAnswers;
}

interface Slice {
  readonly number: number;
  searches: number;
  found: number;
  readonly firstHits: number[];
}

export function createAnswerWindow(): AnswerWindow {
  let slices: Slice[] = [];
  const numberOf = (now: number): number => Math.floor(now / SLICE_MS);
  const forget = (now: number): void => {
    const oldest = numberOf(now) - ANSWERS_WINDOW_MS / SLICE_MS;
    if (slices[0] !== undefined && slices[0].number <= oldest)
      slices = slices.filter(({ number }) => number > oldest);
  };
  return {
    note(now, firstHitMs) {
      forget(now);
      let slice = slices.at(-1);
      if (slice === undefined || slice.number < numberOf(now)) {
        slice = { number: numberOf(now), searches: 0, found: 0, firstHits: noCounts() };
        slices.push(slice);
      }
      slice.searches += 1;
      if (firstHitMs === undefined) return;
      slice.found += 1;
      slice.firstHits[bucketOf(firstHitMs)]! += 1;
    },
    read(now) {
      forget(now);
      return merged(slices);
    },
  };
}

/** How these hosts answer searches, together; null: none of them says. */
export function answersOf(hosts: readonly HostView[]): AnswerFigures | null {
  return answerFigures(hosts.flatMap(({ load }) => load?.answers ?? []));
}

/** What supernodes say together; null: none says anything. */
export function answerFigures(said: readonly BeatAnswers[]): AnswerFigures | null {
  if (said.length === 0) return null;
  const { searches, found, firstHits } = merged(said);
  return { searches, found, firstHitP95: quantile(firstHits, P95) };
}

const noCounts = (): number[] => new Array<number>(FIRST_HIT_BOUNDS_MS.length + 1).fill(0);

function bucketOf(ms: number): number {
  const bucket = FIRST_HIT_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return bucket === -1 ? FIRST_HIT_BOUNDS_MS.length : bucket;
}

function merged(all: readonly BeatAnswers[]): BeatAnswers {
  const firstHits = noCounts();
  let searches = 0;
  let found = 0;
  for (const one of all) {
    searches += one.searches;
    found += one.found;
    // Counts of another version with other bounds say nothing here.
    if (one.firstHits.length === firstHits.length)
      one.firstHits.forEach((count, bucket) => (firstHits[bucket]! += count));
  }
  return { searches, found, firstHits };
}

/** Within a bucket times are taken to lie evenly, as Prometheus does. null: there are none. */
function quantile(counts: readonly number[], part: number): AnswerFigures['firstHitP95'] {
  const rank = counts.reduce((sum, count) => sum + count, 0) * part;
  if (rank === 0) return null;
  let below = 0;
  let from = 0;
  for (const [bucket, bound] of FIRST_HIT_BOUNDS_MS.entries()) {
    const count = counts[bucket]!;
    if (below + count >= rank)
      return { ms: Math.round(from + ((bound - from) * (rank - below)) / count), isMore: false };
    below += count;
    from = bound;
  }
  return { ms: from, isMore: true };
}
