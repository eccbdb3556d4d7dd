import type { BundleEnd, BundleFault, BundleOffer, BundleOptions, BundlePlanner } from './types.ts';

/** See {@link BundleOptions}. */
export const DEFAULT_BUNDLE_OPTIONS: BundleOptions = {
  maxContents: 64,
  maxBytes: 4 * 1024 * 1024,
  firstBytes: 512 * 1024,
  // Long against a round trip, short against a person's patience with the first file of a folder.
  targetMs: 500,
  perSource: 2,
  // The engine's own patience begins again for what did not come: this must be well below a person's.
  stallMs: 2_000,
  maxMs: 5_000,
  asideMs: 5_000,
  maxAsideMs: 300_000,
  // Whoever has one file of a folder has others. A minute later somebody wants something else.
  freshMs: 60_000,
  // A folder comes from a handful of machines; more are found again when they are needed.
  maxSources: 64,
};

/** Weight of the newest bundle in a source's rate. */
const RATE_WEIGHT = 0.5;

interface Source {
  readonly id: string;
  /** Bytes per second; undefined: nothing came yet. */
  rate: number | undefined;
  underWay: number;
  failuresInRow: number;
  asideUntil: number;
  /** When it was found, or gave something. */
  usefulAt: number;
  isLiar: boolean;
}

interface Request {
  readonly source: Source;
  readonly beganAt: number;
  heardAt: number;
  bytes: number;
  isOverdue: boolean;
}

/** Makes a planner that knows no source. */
export function createBundlePlanner(options: Partial<BundleOptions> = {}): BundlePlanner {
  const o: BundleOptions = { ...DEFAULT_BUNDLE_OPTIONS, ...options };
  /** The one that was of use last stands last. */
  const sources = new Map<string, Source>();
  const requests = new Map<number, Request>();

  const isUsable = (source: Source, now: number): boolean =>
    !source.isLiar && now >= source.asideUntil && now < source.usefulAt + o.freshMs;

  const size = ({ rate }: Source): number =>
    rate === undefined ? o.firstBytes : Math.min(o.maxBytes, Math.max(1, (rate * o.targetMs) / 1000));

  /** Room for another: a liar is remembered as long as there are others to forget. */
  const forgetOne = (): void => {
    const idle = [...sources.values()].filter(({ underWay }) => underWay === 0);
    const victim = idle.find(({ isLiar }) => !isLiar) ?? idle[0];
    if (victim !== undefined) sources.delete(victim.id);
  };

  const setAside = (source: Source, now: number): void => {
    source.asideUntil = now + Math.min(o.maxAsideMs, o.asideMs * 2 ** Math.min(source.failuresInRow, 16));
    source.failuresInRow += 1;
  };

  const dueAt = ({ beganAt, heardAt }: Request): number => Math.min(heardAt + o.stallMs, beganAt + o.maxMs);

  return {
    found(sourceId, now) {
      const known = sources.get(sourceId);
      if (known !== undefined) {
        known.usefulAt = now;
        return;
      }
      if (sources.size >= o.maxSources) forgetOne();
      if (sources.size >= o.maxSources) return;
      sources.set(sourceId, {
        id: sourceId,
        rate: undefined,
        underWay: 0,
        failuresInRow: 0,
        asideUntil: -Infinity,
        usefulAt: now,
        isLiar: false,
      });
    },
    knows: (sourceId) => sources.has(sourceId),
    usable: (now) => [...sources.values()].filter((source) => isUsable(source, now)).map(({ id }) => id),
    offers: (now) =>
      [...sources.values()]
        .filter((source) => isUsable(source, now) && source.underWay < o.perSource)
        // Everybody gets one before anybody gets two; one that is not known yet is found out about first.
        .sort((a, b) => a.underWay - b.underWay || (b.rate ?? Infinity) - (a.rate ?? Infinity))
        .map((source): BundleOffer => ({
          sourceId: source.id,
          maxContents: o.maxContents,
          maxBytes: size(source),
        })),
    began(requestId, sourceId, now) {
      const source = sources.get(sourceId);
      if (source === undefined) return;
      source.underWay += 1;
      sources.delete(sourceId);
      sources.set(sourceId, source);
      requests.set(requestId, { source, beganAt: now, heardAt: now, bytes: 0, isOverdue: false });
    },
    progress(requestId, bytes, now) {
      const request = requests.get(requestId);
      if (request === undefined) return;
      request.bytes += bytes;
      request.heardAt = now;
    },
    ended(requestId, end: BundleEnd, now) {
      const request = requests.get(requestId);
      if (request === undefined) return;
      requests.delete(requestId);
      const { source, bytes, beganAt } = request;
      source.underWay -= 1;
      if (bytes > 0) {
        const rate = bytes / (Math.max(1, now - beganAt) / 1000);
        source.rate = source.rate === undefined ? rate : source.rate + RATE_WEIGHT * (rate - source.rate);
      }
      if (end.outcome === 'lied') source.isLiar = true;
      else if (end.outcome === 'failed') setAside(source, now);
      else if (end.outcome === 'busy') source.asideUntil = now + Math.min(o.maxAsideMs, end.retryAfterMs);
      else if (end.outcome === 'done') {
        // Whoever has nothing of what is wanted is no help just now.
        if (end.held === 0) setAside(source, now);
        else {
          source.failuresInRow = 0;
          source.usefulAt = now;
        }
      }
    },
    overdue(now) {
      const late: { requestId: number; code: BundleFault }[] = [];
      for (const [requestId, request] of requests) {
        if (request.isOverdue || now < dueAt(request)) continue;
        request.isOverdue = true;
        late.push({ requestId, code: now >= request.heardAt + o.stallMs ? 'source_stalled' : 'source_slow' });
      }
      return late;
    },
    nextLookAt() {
      let at = Infinity;
      for (const request of requests.values()) if (!request.isOverdue) at = Math.min(at, dueAt(request));
      return at === Infinity ? undefined : at;
    },
  };
}
