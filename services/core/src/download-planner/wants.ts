import type { ChunkLedger } from './ledger.ts';
import { FEW_FACTOR, REFRESH_MAX_MS, REFRESH_MIN_MS } from './options.ts';
import type { RequestDesk } from './request-desk.ts';
import { isReady, type Source } from './source.ts';
import type { SourceTable } from './source-table.ts';
import type { PlannerOptions } from './types.ts';

/** When to call for sources: with back-off as long as they are wanted, at once (but not more often) when all are lost. */
export class SourceCall {
  readonly #options: PlannerOptions;
  readonly #random: () => number;
  #reason: 'none' | 'few' | 'chunks-nowhere' | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #intervalMs = 0;

  constructor(options: PlannerOptions, random: () => number) {
    this.#options = options;
    this.#random = random;
  }

  /** A source came: the next want starts from the short interval. */
  answered(): void {
    this.#reason = undefined;
  }

  /** When the next call is due; `undefined`: nothing is wanted. */
  get dueAt(): number | undefined {
    return this.#reason === undefined ? undefined : this.#askedAt + this.#intervalMs;
  }

  review(sources: SourceTable, ledger: ChunkLedger, desk: RequestDesk, now: number): void {
    const { needSourcesMinMs, needSourcesMaxMs, wantedSources } = this.#options;
    const working = sources.usable().filter((source) => source.failuresInRow < 2).length;
    let reason: 'none' | 'few' | 'chunks-nowhere' | undefined;
    if (working === 0) reason = 'none';
    else if (sources.someNowhere(ledger)) reason = 'chunks-nowhere';
    else if (working < wantedSources) reason = 'few';
    const least = reason === 'few' ? needSourcesMinMs * FEW_FACTOR : needSourcesMinMs;
    if (reason !== this.#reason) this.#intervalMs = least;
    this.#reason = reason;
    if (reason === undefined || now < this.#askedAt + this.#intervalMs) return;
    const isFirst = this.#askedAt === Number.NEGATIVE_INFINITY;
    desk.say({ type: 'need-sources', reason, usable: working });
    this.#askedAt = now;
    const base = isFirst ? least : Math.min(Math.max(needSourcesMaxMs, least), this.#intervalMs * 2);
    this.#intervalMs = base * (0.75 + this.#random() / 2);
  }
}

/** Asks idle partial sources for their chunk maps now and then: they may have got more meanwhile. */
export function refreshMaps(sources: readonly Source[], desk: RequestDesk, now: number): void {
  for (const source of sources) {
    if (source.map === undefined || source.requests.length > 0 || !isReady(source, now)) {
      source.refreshAt = undefined;
      continue;
    }
    let interval = Math.max(REFRESH_MIN_MS, source.refreshMs);
    if (source.refreshAt !== undefined) {
      if (now < source.refreshAt) continue;
      desk.say({ type: 'refresh-source', sourceId: source.id });
      interval *= 2;
    }
    source.refreshMs = Math.min(REFRESH_MAX_MS, interval);
    source.refreshAt = now + source.refreshMs;
  }
}
