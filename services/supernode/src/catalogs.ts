/**
 * The catalogs of this supernode's leaves: the search index, what each leaf's catalog is known as (its fingerprint),
 * and the wait for a leaf that vanished and may be back in a moment with nothing changed.
 */
import type { LeafHandle, PublishResult, RecordRefusal, SearchIndex } from '@banyan/core';
import {
  BanyanError,
  CATALOG_HOLD_MS,
  VISIBILITY,
  sameBytes,
  type Address,
  type Publish,
  type UploadOffer,
} from '@banyan/proto';
import type { Clock, Log, Startable, Timer } from '@banyan/kit';
import { batchSlices } from './batch-slices.ts';
import type { Steps } from './work-queue.ts';

/** A leaf as sources are named from it. */
export interface LeafRecord {
  readonly deviceId: string;
  readonly handle: LeafHandle;
  /** Display name of its account. */
  account: string;
  /** Addresses that were dialled back and answered with the leaf's key. */
  addresses: readonly Address[];
}

interface Held extends LeafRecord {
  /** Of the whole catalog as last published; undefined while a publication is under way or none ever ended. */
  fingerprint: Uint8Array | undefined;
  /** Its next batch must begin anew: what is held is not what it has. */
  mustReset: boolean;
  connected: boolean;
  hold: Timer | undefined;
  /** The account under which it is counted among those with private records; undefined: all of its are public. */
  privateOf: string | undefined;
}

export interface CatalogsComponents {
  /** Catalogs of vanished leaves that are held at most; the longest gone are forgotten first. */
  readonly maxHeld: number;
  readonly index: SearchIndex;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when something may not be shown any more, not even from an answer of a moment ago: it became private, or banned. */
  readonly onWithdrawn?: () => void;
}

export interface Catalogs extends Startable {
  /**
   * A leaf came home.
   *
   * @returns whether the catalog with this fingerprint is held already, so that nothing need be published
   */
  connect(leaf: { deviceId: string; accountId: string; account: string; fingerprint: Uint8Array }): boolean;
  /** A leaf's session ended: its records vanish from answers now, from memory in a while. */
  disconnect(deviceId: string): void;
  /** Forgets a leaf at once (banned, or its session was replaced by one elsewhere). */
  forget(deviceId: string): void;
  /** Forgets every leaf, connected or gone, of which `test` says so. */
  forgetIf(test: (leaf: { readonly deviceId: string; readonly accountId: string }) => boolean): void;
  /**
   * Applies one batch, in steps of a few milliseconds.
   *
   * @throws BanyanError `out_of_order` without a leaf, or for a change of a catalog that is not held; what the index throws
   */
  publish(deviceId: string, batch: Publish): Steps<PublishResult>;
  setAddresses(deviceId: string, addresses: readonly Address[]): void;
  /** What a leaf that is at home here can give; undefined: it has not said so in this session. */
  setOffer(deviceId: string, offer: UploadOffer | undefined): void;
  get(deviceId: string): LeafRecord | undefined;
  /** Whether a leaf of the account has, or had since its last reset, records that not every member may see. */
  hasPrivate(accountId: string): boolean;
}

/** A slice of reclaiming between other work: a millisecond or two. */
const MAINTAIN_RECORDS = 500;
const MAINTAIN_EVERY_MS = 25;

export function createCatalogs(components: CatalogsComponents): Catalogs {
  return new IndexedCatalogs(components);
}

class IndexedCatalogs implements Catalogs {
  readonly name = 'catalogs';
  readonly #c: CatalogsComponents;
  readonly #held = new Map<string, Held>();
  /** Leaves that are gone, the longest gone first. */
  readonly #gone = new Set<string>();
  /** Account id → leaves of it that have private records. */
  readonly #private = new Map<string, number>();
  #maintenance: Timer | undefined;

  constructor(components: CatalogsComponents) {
    this.#c = components;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#maintenance?.cancel();
    for (const held of this.#held.values()) held.hold?.cancel();
    return Promise.resolve();
  }

  connect(leaf: { deviceId: string; accountId: string; account: string; fingerprint: Uint8Array }): boolean {
    const { index } = this.#c;
    const handle = index.openLeaf({ key: leaf.deviceId, account: leaf.accountId });
    let held = this.#held.get(leaf.deviceId);
    held?.hold?.cancel();
    this.#gone.delete(leaf.deviceId);
    const known =
      held?.fingerprint !== undefined &&
      leaf.fingerprint.length > 0 &&
      sameBytes(held.fingerprint, leaf.fingerprint);
    if (held === undefined) {
      held = {
        deviceId: leaf.deviceId,
        handle,
        account: leaf.account,
        addresses: [],
        fingerprint: undefined,
        mustReset: true,
        connected: true,
        hold: undefined,
        privateOf: undefined,
      };
      this.#held.set(leaf.deviceId, held);
    }
    held.hold = undefined;
    held.connected = true;
    held.account = leaf.account;
    held.mustReset = !known;
    if (held.privateOf !== undefined && held.privateOf !== leaf.accountId) {
      // What one account's devices were shown is another's now.
      this.#countPrivate(held, leaf.accountId);
      this.#c.onWithdrawn?.();
    }
    // An outdated catalog stays hidden until the leaf has said what changed.
    index.setLeafVisible(handle, known || index.recordsOf(handle) === 0);
    return known;
  }

  disconnect(deviceId: string): void {
    const held = this.#held.get(deviceId);
    if (!held?.connected) return;
    const { index, clock } = this.#c;
    held.connected = false;
    held.addresses = [];
    index.setLeafReachable(held.handle, false);
    index.setLeafOffer(held.handle, undefined);
    if (held.fingerprint === undefined) {
      // Half a catalog helps nobody who returns.
      this.forget(deviceId);
      return;
    }
    index.setLeafVisible(held.handle, false);
    held.hold = clock.setTimeout(() => this.forget(deviceId), CATALOG_HOLD_MS, { keepAlive: false });
    this.#gone.add(deviceId);
    const [longest] = this.#gone;
    if (this.#gone.size > this.#c.maxHeld && longest !== undefined) this.forget(longest);
  }

  forget(deviceId: string): void {
    const held = this.#held.get(deviceId);
    if (held === undefined) return;
    held.hold?.cancel();
    this.#held.delete(deviceId);
    this.#gone.delete(deviceId);
    this.#countPrivate(held, undefined);
    this.#c.index.dropLeaf(held.handle);
    this.#maintain();
  }

  forgetIf(test: (leaf: { readonly deviceId: string; readonly accountId: string }) => boolean): void {
    const banned = [...this.#held.values()].filter(({ deviceId, handle }) =>
      test({ deviceId, accountId: handle.account }),
    );
    for (const { deviceId } of banned) this.forget(deviceId);
    if (banned.length > 0) this.#c.onWithdrawn?.();
  }

  *publish(deviceId: string, batch: Publish): Steps<PublishResult> {
    const held = this.#held.get(deviceId);
    if (held === undefined)
      throw new BanyanError('out_of_order', 'Publish came from a leaf that is not at home here.');
    if (held.mustReset && !batch.reset)
      throw new BanyanError(
        'out_of_order',
        'A change came for a catalog that is not held here. Publish the whole catalog, beginning with reset.',
      );
    const { index, clock, onWithdrawn } = this.#c;
    const refused: RecordRefusal[] = [];
    let accepted = 0;
    let begun = false;
    for (const slice of batchSlices(batch)) {
      if (begun) yield;
      // It may have been banned, or have left, between two steps.
      if (this.#held.get(deviceId) !== held) throw new BanyanError('session_replaced');
      const isPrivate = Array.from(slice.visibility ?? []).some((value) => value !== VISIBILITY.network);
      if (isPrivate) this.#countPrivate(held, held.handle.account);
      else if (slice.reset === true) this.#countPrivate(held, undefined);
      const result = index.publish(held.handle, slice, clock.now());
      if (isPrivate) onWithdrawn?.();
      accepted += result.accepted;
      refused.push(...result.refused);
      begun = true;
      held.fingerprint = undefined;
      held.mustReset = false;
      index.setLeafVisible(held.handle, true);
    }
    if (batch.last && batch.fingerprint.length > 0) held.fingerprint = batch.fingerprint.slice();
    if (index.stats().pending > 0) this.#maintain();
    return { accepted, refused, records: index.recordsOf(held.handle) };
  }

  setAddresses(deviceId: string, addresses: readonly Address[]): void {
    const held = this.#held.get(deviceId);
    if (held === undefined) return;
    held.addresses = addresses;
    this.#c.index.setLeafReachable(held.handle, addresses.length > 0);
  }

  setOffer(deviceId: string, offer: UploadOffer | undefined): void {
    const held = this.#held.get(deviceId);
    if (held !== undefined) this.#c.index.setLeafOffer(held.handle, offer);
  }

  get(deviceId: string): LeafRecord | undefined {
    return this.#held.get(deviceId);
  }

  hasPrivate(accountId: string): boolean {
    return this.#private.has(accountId);
  }

  /** @param account - to which private records of the leaf belong; undefined: it has none any more */
  #countPrivate(held: Held, account: string | undefined): void {
    if (held.privateOf === account) return;
    for (const [of, by] of [
      [held.privateOf, -1],
      [account, 1],
    ] as const) {
      if (of === undefined) continue;
      const leaves = (this.#private.get(of) ?? 0) + by;
      if (leaves > 0) this.#private.set(of, leaves);
      else this.#private.delete(of);
    }
    held.privateOf = account;
  }

  /** Frees what was removed in slices, with the event loop's other work in between. */
  #maintain(): void {
    this.#maintenance ??= this.#c.clock.setTimeout(
      () => {
        this.#maintenance = undefined;
        if (this.#c.index.maintain(MAINTAIN_RECORDS) > 0) this.#maintain();
      },
      MAINTAIN_EVERY_MS,
      { keepAlive: false },
    );
  }
}
