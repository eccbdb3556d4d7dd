import { Bucket } from './bucket.ts';
import { MIN_GRANT_BYTES } from './constants.ts';
import type { Pacer, PacerGrant, Rates } from './types.ts';

/** Makes a pacer without limits. */
export function createPacer<F>(now: number): Pacer<F> {
  return new FairPacer<F>(now);
}

interface Transfer<F> {
  readonly name: string;
  bucket: Bucket | undefined;
  /** Waiting flows with the bytes they want, the one whose turn it is first. */
  readonly waiting: Map<F, number>;
}

class FairPacer<F> implements Pacer<F> {
  #rates: Rates = { total: undefined, each: undefined };
  #total: Bucket | undefined;
  /** Known transfers, the one whose turn it is first. */
  readonly #transfers = new Map<string, Transfer<F>>();
  readonly #transferOf = new Map<F, Transfer<F>>();
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  get isLimited(): boolean {
    return this.#rates.total !== undefined || this.#rates.each !== undefined;
  }

  setRates(rates: Rates, now: number): void {
    this.#advance(now);
    this.#total = this.#limited(this.#total, rates.total);
    for (const transfer of this.#transfers.values())
      transfer.bucket = this.#limited(transfer.bucket, rates.each);
    this.#rates = rates;
  }

  #limited(bucket: Bucket | undefined, rate: number | undefined): Bucket | undefined {
    if (rate === undefined) return undefined;
    if (bucket === undefined) return new Bucket(rate, this.#now);
    if (bucket.rate !== rate) bucket.setRate(rate, this.#now);
    return bucket;
  }

  want(flow: F, name: string, bytes: number, now: number): void {
    this.#advance(now);
    const transfer = this.#transfer(name);
    transfer.waiting.set(flow, bytes);
    this.#transferOf.set(flow, transfer);
  }

  cancel(flow: F): void {
    this.#transferOf.get(flow)?.waiting.delete(flow);
    this.#transferOf.delete(flow);
  }

  charge(name: string, bytes: number, now: number): void {
    if (!this.isLimited || bytes === 0) return;
    this.#advance(now);
    this.#take(this.#transfer(name), bytes);
  }

  release(now: number): readonly PacerGrant<F>[] {
    this.#advance(now);
    const grants: PacerGrant<F>[] = [];
    // What some do not want is left for the others in the next pass.
    for (let before = -1; before < grants.length;) {
      before = grants.length;
      const waiting = [...this.#transfers.values()].filter((transfer) => transfer.waiting.size > 0);
      const share = this.#total === undefined ? Infinity : this.#total.tokens / waiting.length;
      for (const transfer of waiting) this.#grantTo(transfer, share, grants);
    }
    this.#forgetIdle();
    return grants;
  }

  wakeAt(): number | undefined {
    let soonest: number | undefined;
    for (const { waiting, bucket } of this.#transfers.values()) {
      if (waiting.size === 0) continue;
      const wanted = Math.max(...waiting.values());
      const ms = Math.max(
        this.#total?.msUntil(this.#total.worth(wanted)) ?? 0,
        bucket?.msUntil(bucket.worth(wanted)) ?? 0,
      );
      soonest = Math.min(soonest ?? Number.POSITIVE_INFINITY, this.#now + ms);
    }
    return soonest;
  }

  /** Shares what a transfer may have among those of its flows that wait. */
  #grantTo(transfer: Transfer<F>, share: number, grants: PacerGrant<F>[]): void {
    const { name, waiting, bucket } = transfer;
    // Not worth a grant yet: many transfers would each get crumbs whenever one of them is due.
    if (bucket !== undefined && !bucket.has(bucket.worth(Math.max(...waiting.values())))) return;
    const own = Math.min(share, bucket?.tokens ?? Infinity);
    const each = Math.max(MIN_GRANT_BYTES, own / waiting.size);
    let left = Math.max(MIN_GRANT_BYTES, own);
    for (const [flow, wanted] of [...waiting]) {
      // Once we are awake all that is there goes out: what stayed would be room that the burst lacks.
      if (this.#total?.has(Math.min(wanted, MIN_GRANT_BYTES)) === false) break;
      if (bucket?.has(Math.min(wanted, MIN_GRANT_BYTES)) === false) break;
      if (left < 1) break;
      const most = Math.min(each, left, this.#total?.tokens ?? Infinity, bucket?.tokens ?? Infinity);
      const bytes = Math.min(wanted, Math.max(1, Math.floor(most)));
      left -= bytes;
      this.cancel(flow);
      this.#take(transfer, bytes);
      grants.push({ flow, bytes });
    }
    // Whoever had its turn stands behind all others.
    this.#transfers.delete(name);
    this.#transfers.set(name, transfer);
  }

  #take({ bucket }: Transfer<F>, bytes: number): void {
    this.#total?.take(bytes);
    bucket?.take(bytes);
  }

  #transfer(name: string): Transfer<F> {
    let transfer = this.#transfers.get(name);
    if (transfer === undefined) {
      transfer = { name, bucket: this.#limited(undefined, this.#rates.each), waiting: new Map() };
      this.#transfers.set(name, transfer);
    }
    return transfer;
  }

  #advance(now: number): void {
    this.#now = Math.max(this.#now, now);
    this.#total?.advance(this.#now, this.#transferOf.size > 0);
    for (const { bucket, waiting } of this.#transfers.values()) bucket?.advance(this.#now, waiting.size > 0);
  }

  /** A transfer that wants nothing and owes nothing is as good as a new one. */
  #forgetIdle(): void {
    for (const { name, bucket, waiting } of this.#transfers.values())
      if (waiting.size === 0 && (bucket === undefined || bucket.isFull)) this.#transfers.delete(name);
  }
}
