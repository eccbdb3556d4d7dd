/** What the download room and its bundles promise each other, and what is kept of a bundle under way. */
import type { BundleEnd } from '@banyan/core';
import type { Address, DownloadSourceView, Source } from '@banyan/proto';
import type { DiskWatch } from './disk-watch.ts';
import type { DownloadHeader } from './header.ts';
import type { Ended, PeerTarget } from './lane-messages.ts';
import type { Lanes } from './lanes.ts';
import type { DownloadMeter } from './meter.ts';
import type { DownloadsComponents, WantedContent } from './types.ts';

/** What a download has to do with bundles. */
export interface Passenger {
  /** It comes in a bundle now, or what came is being kept. */
  isUnderWay: boolean;
  /** It has its name. */
  isPlaced: boolean;
  /** Its disk does not answer. */
  isHeldUp: boolean;
  /** Those who wait until it does so no longer, and what came of it is kept. */
  waits: (() => void)[];
  /** Sources that were asked for it in vain. */
  readonly asked: Set<string>;
  /** It is for an engine, whatever else. */
  isSingle: boolean;
}

/** A download as far as bundles go. */
export interface Bundled {
  readonly header: DownloadHeader;
  readonly content: WantedContent;
  /** Nobody has written anything of it yet. */
  isNew: boolean;
  readonly isRemoved: boolean;
  readonly readers: { readonly isRead: boolean };
  passenger: Passenger | undefined;
  readonly traceparent: string;
}

/** What {@link createBundles} needs. */
export interface BundlesComponents<T extends Bundled> extends Pick<
  DownloadsComponents,
  'clock' | 'log' | 'reportBadSource' | 'isBanned' | 'swarm'
> {
  readonly ownDeviceId: string;
  readonly lanes: Lanes;
  readonly token: () => Promise<string>;
  /** A source refused our token. */
  readonly onTokenRefused: () => void;
  readonly meter: DownloadMeter;
  /** It is in a bundle from now on, or is not any more and wants its turn again. */
  readonly onMoved: (item: T, isUnderWay: boolean) => void;
  /** It is here and has that name. Resolves when that is kept. */
  readonly onPlaced: (item: T, path: string, source: DownloadSourceView | undefined) => Promise<void>;
  /** It looks otherwise than before. */
  readonly onChanged: (item: T) => void;
  /** A turn is free. */
  readonly onOver: () => void;
}

/** All bundles of a room. */
export interface Bundles<T extends Bundled> {
  /** Turns that bundles have. */
  readonly turns: number;
  /** Folders whose disk does not answer. */
  heldUpIn(): Iterable<string>;
  /** Somebody was found for a small file. */
  found(sources: readonly Source[]): void;
  /**
   * Begins one bundle of `items`, in their order.
   *
   * @returns `begun`; `wait`: those that are to be asked are busy; `single`: the first item is for an engine
   */
  begin(first: T, items: () => Iterable<T>): 'begun' | 'wait' | 'single';
  /** Takes one out; resolves when it is neither under way nor being written: it may have come by then. */
  release(item: T): Promise<void>;
  /** Under a limit files come by engines, which keep to it. */
  setLimited(isOn: boolean): void;
  /** Ends all; resolves when nothing is written any more and what came is kept. */
  stop(): Promise<void>;
}

/** A source of bundles. */
export interface Known {
  readonly account: string;
  readonly addresses: readonly Address[];
  /** Which address is in use. */
  turn: number;
}

/** A download that is, or was, in a bundle. */
export type Seated<T> = T & { readonly passenger: Passenger };

/** A bundle from its start until what came is kept. */
export interface Journey<T> {
  readonly sourceId: string;
  items: readonly Seated<T>[];
  readonly target: PeerTarget;
  readonly beganAt: number;
  request: number | undefined;
  held: number;
  readonly disk: DiskWatch;
  /** Entries that are being written. */
  readonly writing: Set<number>;
  /** Why it was given up by us; undefined: it was not. */
  givenUp: BundleEnd | undefined;
  ended: Ended | undefined;
  readonly keeping: Promise<void>[];
  readonly over: Promise<void>;
  readonly onOver: () => void;
}

/** Of a download that was in none yet. */
export function newPassenger(): Passenger {
  return {
    isUnderWay: false,
    isPlaced: false,
    isHeldUp: false,
    waits: [],
    asked: new Set(),
    isSingle: false,
  };
}

/** Whether something is still to come of it. */
export function isWaiting({ isUnderWay, isPlaced }: Passenger): boolean {
  return isUnderWay && !isPlaced;
}

/** It comes in no bundle any more. */
export function alight(passenger: Passenger): void {
  passenger.isUnderWay = false;
  passenger.isHeldUp = false;
  const { waits } = passenger;
  passenger.waits = [];
  for (const wait of waits) wait();
}
