/**
 * Many small files of a folder come in bundles: one request, one turn, no planner for each. The engines are the scouts: whom
 * they find for one file is asked for the next ones. Whatever a bundle does not bring is an engine's again, which says
 * what is the matter; so nothing here is ever shown as a problem but a disk that does not answer.
 */
import { createBundlePlanner, DEFAULT_BUNDLE_OPTIONS, type BundleEnd, type BundleOffer } from '@banyan/core';
import {
  contentIdText,
  toBanyanError,
  type Address,
  type ContentId,
  type DownloadSourceView,
} from '@banyan/proto';
import { formatHostPort, type Timer } from '@banyan/kit';
import { MAX_HELD_UP_BUNDLES } from './constants.ts';
import { createDiskWatch } from './disk-watch.ts';
import {
  alight,
  isWaiting,
  newPassenger,
  type Bundled,
  type Bundles,
  type BundlesComponents,
  type Journey,
  type Known,
  type Seated,
} from './bundle-types.ts';
import type { EntryEvent, PeerTarget, RequestEvent } from './lane-messages.ts';
import { partPath } from './part-file.ts';
import { clearRemains, isSmall } from './small-holding.ts';
import { describeFault } from './source-words.ts';

/** Fewer files than these are an engine's each: a bundle asks somebody who may not have them. */
const MIN_BUNDLE_CONTENTS = 4;
/** Downloads of the line that are looked at for one bundle: eight times what it can hold, and no more work than that. */
const MAX_LOOK = 512;

/** Makes a room's bundles. */
export function createBundles<T extends Bundled>(components: BundlesComponents<T>): Bundles<T> {
  const { clock, lanes, log } = components;
  const planner = createBundlePlanner();
  const known = new Map<string, Known>();
  const journeys = new Map<number, Journey<T>>();
  let nextId = 1;
  let isLimited = false;
  let isStopped = false;
  let timer: Timer | undefined;

  const isBanned = (sourceId: string): boolean => components.isBanned?.(sourceId) === true;

  const mayCome = ({ header, content, passenger, readers, isRemoved }: T): boolean =>
    !isRemoved &&
    passenger?.isSingle !== true &&
    passenger?.isUnderWay !== true &&
    header.state === 'active' &&
    isSmall(content) &&
    (header.mirrors ?? []).length === 0 &&
    !readers.isRead;

  const mayAsk = (item: T, sourceId: string): boolean =>
    mayCome(item) && item.passenger?.asked.has(sourceId) !== true;

  /** As many as there are and the offer allows. */
  const gather = (items: Iterable<T>, { sourceId, maxBytes, maxContents }: BundleOffer): T[] => {
    const chosen: T[] = [];
    let bytes = 0;
    let looked = 0;
    for (const item of items) {
      if (chosen.length >= maxContents || looked++ >= MAX_LOOK) break;
      if (!mayAsk(item, sourceId)) continue;
      bytes += item.content.length;
      if (bytes > maxBytes && chosen.length > 0) break;
      chosen.push(item);
    }
    return chosen;
  };

  const targetOf = (sourceId: string): PeerTarget | undefined => {
    const source = known.get(sourceId);
    if (source === undefined) return undefined;
    const { host, port } = source.addresses[source.turn % source.addresses.length]!;
    return { deviceId: sourceId, host, port };
  };

  const depart = (chosen: readonly T[], sourceId: string, target: PeerTarget): void => {
    const id = nextId++;
    const now = clock.monotonic();
    let onOver = (): void => undefined;
    const over = new Promise<void>((resolve) => (onOver = resolve));
    const items = chosen.map((item) => {
      const passenger = (item.passenger ??= newPassenger());
      passenger.isUnderWay = true;
      return Object.assign(item, { passenger });
    });
    const journey: Journey<T> = {
      sourceId,
      items,
      target,
      beganAt: now,
      request: undefined,
      held: 0,
      disk: createDiskWatch(clock, () => onDisk(journey)),
      writing: new Set(),
      givenUp: undefined,
      ended: undefined,
      keeping: [],
      over,
      onOver,
    };
    journeys.set(id, journey);
    planner.began(id, sourceId, now);
    watch();
    for (const item of items) components.onMoved(item, true);
    void launch(id, journey);
  };

  const launch = async (id: number, journey: Journey<T>): Promise<void> => {
    try {
      const token = await components.token();
      // What an earlier process left of a file is looked at first.
      await Promise.all(journey.items.filter(({ isNew }) => !isNew).map((item) => clear(journey, item)));
      journey.items = journey.items.filter(({ passenger }) => isWaiting(passenger));
      if (journey.givenUp !== undefined || journey.items.length === 0) {
        await arrive(id, journey);
        return;
      }
      journey.request = lanes.request(
        {
          type: 'bundle',
          target: journey.target,
          token,
          // One request for many downloads: it belongs to the trace of the first.
          ...(journey.items[0] === undefined ? {} : { traceparent: journey.items[0].traceparent }),
          entries: journey.items.map(({ header, content: { root, length } }) => ({
            content: { root: root!, length },
            part: partPath(header.folder, header.id),
            folder: header.folder,
            name: header.name,
          })),
        },
        (event) => onLane(id, journey, event),
      );
    } catch (error) {
      // No token: no source is to blame.
      log.debug({ code: toBanyanError(error).code }, 'a bundle could not be asked for');
      journey.givenUp ??= { outcome: 'aborted' };
      for (const { passenger } of journey.items) passenger.isSingle = true;
      await arrive(id, journey);
    }
  };

  const clear = async (journey: Journey<T>, item: Seated<T>): Promise<void> => {
    try {
      const { header, content } = item;
      const path = await clearRemains({ ...header, mayMakeFolder: header.ownFolder }, content);
      if (path === undefined) item.isNew = true;
      else place(journey, item, path, undefined);
    } catch {
      // Its engine finds the same, and says it.
      item.passenger.isSingle = true;
      alight(item.passenger);
      components.onMoved(item, false);
    }
  };

  const place = (
    journey: Journey<T>,
    item: Seated<T>,
    path: string,
    source: DownloadSourceView | undefined,
  ): void => {
    item.passenger.isPlaced = true;
    journey.keeping.push(components.onPlaced(item, path, source).finally(() => alight(item.passenger)));
  };

  const onLane = (id: number, journey: Journey<T>, event: RequestEvent): void => {
    switch (event.type) {
      case 'progress':
        components.meter.fetched(event.bytes);
        planner.progress(id, event.bytes, clock.monotonic());
        watch();
        return;
      case 'received':
        journey.writing.add(event.chunk);
        journey.disk.asked();
        return;
      case 'entry':
        if (journey.writing.delete(event.entry)) journey.disk.answered();
        onEntry(id, journey, event);
        return;
      case 'ended':
        journey.ended = event;
        return;
      case 'settled':
        void arrive(id, journey);
        return;
      default:
        return;
    }
  };

  const onEntry = (id: number, journey: Journey<T>, { entry, outcome }: EntryEvent): void => {
    const item = journey.items[entry];
    if (item === undefined || !isWaiting(item.passenger)) return;
    const { passenger, content } = item;
    const { root, length } = content;
    // A disk that takes its time is no silence of the source.
    planner.progress(id, 0, clock.monotonic());
    if (outcome.kind !== 'missing') journey.held += 1;
    switch (outcome.kind) {
      case 'placed':
        components.meter.chunk('proved');
        components.swarm?.gave({ root: root!, length }, journey.target);
        place(journey, item, outcome.path, viewOf(journey, length));
        return;
      case 'missing':
        passenger.asked.add(journey.sourceId);
        return;
      case 'wrong':
        components.meter.chunk('refused');
        passenger.isSingle = true;
        blame(journey.sourceId, { root: root!, length });
        return;
      case 'lost':
        passenger.isSingle = true;
        item.isNew = false;
        return;
      case 'left':
        if (journey.givenUp?.outcome === 'failed') passenger.asked.add(journey.sourceId);
        alight(passenger);
        components.onMoved(item, false);
        if (journey.givenUp !== undefined && !isStopped) components.onOver();
        return;
    }
  };

  /** A disk that does not answer holds what is to be written to it; the source is let go, and its turn. */
  const onDisk = (journey: Journey<T>): void => {
    const { isSilent } = journey.disk;
    if (isSilent) giveUp(journey, { outcome: 'aborted' });
    const folders = new Set([...journey.writing].map((entry) => journey.items[entry]?.header.folder));
    for (const item of journey.items) {
      if (!isWaiting(item.passenger)) continue;
      item.passenger.isHeldUp = isSilent && folders.has(item.header.folder);
      components.onChanged(item);
    }
    if (isSilent && !isStopped) components.onOver();
  };

  const blame = (sourceId: string, content: ContentId): void => {
    const code = 'bad_chunk';
    const message = describeFault(code, { chunk: 0 });
    components.meter.dropped(code);
    log.warn({ source: sourceId, code, content: contentIdText(content) }, `a source was dropped: ${message}`);
    components.reportBadSource({ deviceId: sourceId, ...content, code, chunk: 0, message });
  };

  const viewOf = ({ sourceId, target, beganAt }: Journey<T>, bytes: number): DownloadSourceView => ({
    deviceId: sourceId,
    account: known.get(sourceId)?.account ?? '',
    address: formatHostPort(target.host, target.port),
    state: 'idle',
    bytesPerSecond: 0,
    bytes,
    chunks: 1,
    badChunks: 0,
    queuePosition: null,
    problem: null,
    since: Math.round(clock.now() - (clock.monotonic() - beganAt)),
  });

  /** How it ended, for the planner. */
  const endOf = ({ givenUp, ended, held, sourceId }: Journey<T>): BundleEnd => {
    if (givenUp !== undefined) return givenUp;
    if (ended?.outcome === 'done') return { outcome: 'done', held };
    if (ended === undefined || ended.outcome === 'aborted' || ended.code === 'aborted')
      return { outcome: 'aborted' };
    if (ended.code === 'bad_chunk') return { outcome: 'lied' };
    if (ended.code === 'token_invalid') components.onTokenRefused();
    const source = known.get(sourceId);
    if (ended.atDial === true && source !== undefined) {
      source.turn += 1;
      if (source.turn % source.addresses.length !== 0) return { outcome: 'aborted' };
    }
    const { retryAfterMs } = ended;
    return retryAfterMs === undefined ? { outcome: 'failed' } : { outcome: 'busy', retryAfterMs };
  };

  const arrive = async (id: number, journey: Journey<T>): Promise<void> => {
    const end = endOf(journey);
    journey.disk.stop();
    // What did not come is not asked of the same source again, unless it is only busy, or it was we who gave up.
    const isInVain = end.outcome !== 'aborted' && end.outcome !== 'busy';
    for (const item of journey.items) {
      const { passenger } = item;
      if (!isWaiting(passenger)) continue;
      if (isInVain) passenger.asked.add(journey.sourceId);
      // A lane that died may have given it its name.
      if (journey.ended?.code === 'aborted') item.isNew = false;
      alight(passenger);
      components.onMoved(item, false);
    }
    planner.ended(id, end, clock.monotonic());
    await Promise.all(journey.keeping);
    journeys.delete(id);
    watch();
    journey.onOver();
    if (!isStopped) components.onOver();
  };

  /** Gives up what stalls or takes too long; looks again when the next may. */
  const watch = (): void => {
    timer?.cancel();
    for (const { requestId, code } of planner.overdue(clock.monotonic())) {
      const journey = journeys.get(requestId);
      if (journey === undefined) continue;
      log.debug({ source: journey.sourceId, code }, 'a bundle was given up');
      giveUp(journey, { outcome: 'failed' });
    }
    const at = planner.nextLookAt();
    timer =
      at === undefined
        ? undefined
        : clock.setTimeout(watch, Math.max(1, at - clock.monotonic()), { keepAlive: false });
  };

  const giveUp = (journey: Journey<T>, end: BundleEnd): void => {
    journey.givenUp ??= end;
    if (journey.request !== undefined) lanes.abort(journey.request);
  };

  return {
    get turns() {
      const heldUp = [...journeys.values()].filter(({ disk }) => disk.isSilent).length;
      return journeys.size - Math.min(heldUp, MAX_HELD_UP_BUNDLES);
    },
    *heldUpIn() {
      for (const { items } of journeys.values())
        for (const { header, passenger } of items) if (passenger.isHeldUp) yield header.folder;
    },
    found(sources) {
      const now = clock.monotonic();
      for (const { deviceId, addresses, account, partial } of sources) {
        if (partial || addresses.length === 0 || deviceId === components.ownDeviceId) continue;
        planner.found(deviceId, now);
        if (!isSameAddresses(known.get(deviceId)?.addresses, addresses))
          known.set(deviceId, { account, addresses: [...addresses], turn: 0 });
      }
      if (known.size > 2 * DEFAULT_BUNDLE_OPTIONS.maxSources)
        for (const id of known.keys()) if (!planner.knows(id)) known.delete(id);
    },
    begin(first, items) {
      if (isLimited || isStopped || !mayCome(first)) return 'single';
      const now = clock.monotonic();
      const usable = planner.usable(now).filter((id) => known.has(id) && !isBanned(id));
      if (!usable.some((id) => mayAsk(first, id))) return 'single';
      for (const offer of planner.offers(now)) {
        const target = usable.includes(offer.sourceId) ? targetOf(offer.sourceId) : undefined;
        if (target === undefined) continue;
        const chosen = gather(items(), offer);
        if (chosen.length < MIN_BUNDLE_CONTENTS) continue;
        depart(chosen, offer.sourceId, target);
        return 'begun';
      }
      const isWorthIt = usable.some(
        (sourceId) =>
          mayAsk(first, sourceId) &&
          gather(items(), { sourceId, maxBytes: Infinity, maxContents: MIN_BUNDLE_CONTENTS }).length >=
            MIN_BUNDLE_CONTENTS,
      );
      return isWorthIt && journeys.size > 0 ? 'wait' : 'single';
    },
    async release(item) {
      const { passenger } = item;
      if (passenger === undefined) return;
      for (const { items, request } of journeys.values()) {
        const entry = items.findIndex(({ header }) => header.id === item.header.id);
        if (entry < 0 || !passenger.isUnderWay) continue;
        if (request !== undefined) lanes.leave(request, entry);
        // Nothing was asked for yet: it is left behind.
        else if (isWaiting(passenger)) alight(passenger);
        if (passenger.isUnderWay) await new Promise<void>((resolve) => passenger.waits.push(resolve));
        return;
      }
    },
    setLimited(isOn) {
      isLimited = isOn;
      if (isOn) for (const journey of journeys.values()) giveUp(journey, { outcome: 'aborted' });
    },
    async stop() {
      isStopped = true;
      const all = [...journeys.values()];
      for (const journey of all) giveUp(journey, { outcome: 'aborted' });
      await Promise.all(all.map(({ over }) => over));
      timer?.cancel();
    },
  };
}

function isSameAddresses(a: readonly Address[] | undefined, b: readonly Address[]): boolean {
  return a?.length === b.length && a.every(({ host, port }, i) => host === b[i]!.host && port === b[i]!.port);
}
