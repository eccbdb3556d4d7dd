import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  MAX_OFFERED_RATE,
  MAX_OFFERED_SLOTS,
  MAX_UPLOAD_OFFERS_PER_MINUTE,
  MAX_UPLOAD_QUEUE,
  type Source,
  type UploadOffer,
} from '@banyan/proto';
import type { SessionInit, SupernodeSession } from '@banyan/sdk';
import {
  ANSWERS_KEPT_MS,
  createWorld,
  fingerprintOf,
  publish,
  record,
  search,
  until,
  type RunningSupernode,
  type TestLeaf,
  type World,
} from './harness.ts';

const FREE: UploadOffer = { freeSlots: 3, queued: 0, rate: 5_000_000 };
const BUSY: UploadOffer = { freeSlots: 0, queued: 7, rate: 2_000_000 };
const FILE = record(1, 'oak song.mp3');
const CATALOG = { fingerprint: fingerprintOf([FILE]), records: 1 };

let world: World;
let oak: RunningSupernode;
let elm: RunningSupernode;
let asker: SupernodeSession;
beforeEach(async () => {
  world = await createWorld();
  [oak, elm] = await Promise.all([world.supernode('oak'), world.supernode('elm')]);
  await world.linked(oak, elm);
  asker = await (await world.leaf()).open(oak);
});
afterEach(() => world.close());

/** A leaf that can be reached and has the file. */
async function sharing(
  at: RunningSupernode,
  init: Partial<SessionInit> = {},
): Promise<{ leaf: TestLeaf; session: SupernodeSession }> {
  const leaf = await world.leaf();
  const { port } = await leaf.listen();
  const session = await leaf.open(at, { listen: [{ host: '127.0.0.1', port }], ...init });
  await publish(session, [FILE]);
  await until('it is dialled back', () => leaf.reach.length > 0);
  return { leaf, session };
}

const sources = (): Promise<Source[]> => asker.findSources(FILE);
const offerOf = async (leaf: TestLeaf): Promise<UploadOffer | null | undefined> =>
  (await sources()).find(({ deviceId }) => deviceId === leaf.deviceId)?.offer;
async function hit(): ReturnType<typeof search> extends Promise<{ hits: (infer H)[] }> ? Promise<H> : never {
  // What was found a moment before is not asked for.
  world.clock.skip(ANSWERS_KEPT_MS);
  return (await search(asker, 'oak song')).hits[0]!;
}

describe('what leaves can give', () => {
  it('goes with hits and sources, here and from other supernodes, and what nobody said stays unknown', async () => {
    const ann = await sharing(oak);
    const ben = await sharing(elm);
    const old = await sharing(elm);
    expect(await hit()).toMatchObject({ reachableSources: 3, offers: 0, freeSources: 0, rate: 0 });
    expect((await sources()).map(({ offer }) => offer)).toEqual([null, null, null]);
    ann.session.offerUploads(FREE);
    ben.session.offerUploads(BUSY);
    await until('both are known', async () => (await hit()).offers === 2);
    expect(await hit()).toMatchObject({ reachableSources: 3, offers: 2, freeSources: 1, rate: 5_000_000 });
    expect(await offerOf(ann.leaf)).toEqual(FREE);
    expect(await offerOf(ben.leaf)).toEqual(BUSY);
    expect(await offerOf(old.leaf)).toBeNull();
    ann.session.offerUploads(BUSY);
    await until('the change is known', async () => (await hit()).freeSources === 0);
  });

  it('is gone with the session, also for a catalog that is held, and with one that replaces it', async () => {
    const { leaf, session } = await sharing(oak);
    session.offerUploads(FREE);
    await until('it is known', async () => (await hit()).offers === 1);
    session.close();
    await until('the leaf is gone', async () => (await sources()).length === 0);
    const { port } = await leaf.listen();
    const listen = [{ host: '127.0.0.1', port }];
    const again = await leaf.open(oak, { listen, catalog: CATALOG });
    expect(again.welcome.catalogKnown).toBe(true);
    await until('it is a source again', async () => (await offerOf(leaf)) === null);
    expect(await hit()).toMatchObject({ reachableSources: 1, offers: 0, rate: 0 });
    again.offerUploads(FREE);
    await until('it is known again', async () => (await offerOf(leaf)) !== null);
    await leaf.open(oak, { listen, catalog: CATALOG });
    expect(await offerOf(leaf)).toBeNull();
  });

  it('counts for a second home from when it becomes the home', async () => {
    const leaf = await world.leaf();
    const { port } = await leaf.listen();
    const session = await leaf.open(oak, { relation: 'second', listen: [{ host: '127.0.0.1', port }] });
    session.offerUploads(FREE);
    await publish(session, [FILE]);
    await until('it is dialled back', () => leaf.reach.length > 0);
    expect(await offerOf(leaf)).toEqual(FREE);
  });

  it('is bounded, and so is how often it is taken in', async () => {
    const { leaf, session } = await sharing(oak);
    session.offerUploads({ freeSlots: 2 ** 32 - 1, queued: 2 ** 32 - 1, rate: Number.MAX_SAFE_INTEGER });
    await until('it is known', async () => (await offerOf(leaf)) !== null);
    expect(await offerOf(leaf)).toEqual({
      freeSlots: MAX_OFFERED_SLOTS,
      queued: MAX_UPLOAD_QUEUE,
      rate: MAX_OFFERED_RATE,
    });
    for (let n = 0; n < MAX_UPLOAD_OFFERS_PER_MINUTE; n++) session.offerUploads({ ...FREE, rate: 1000 + n });
    // Its answers come in their order: by then all of these were looked at.
    await session.findSources(FILE);
    const last = 1000 + MAX_UPLOAD_OFFERS_PER_MINUTE - 1;
    expect((await offerOf(leaf))?.rate).not.toBe(last);
    expect(session.open).toBe(true);
    world.clock.skip(60_000);
    session.offerUploads(BUSY);
    await until('it is taken in again', async () => (await offerOf(leaf))?.queued === BUSY.queued);
  });
});
