import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_SUGGESTIONS, MAX_SUGGESTS_PER_MINUTE, type BanyanError } from '@banyan/proto';
import type { SupernodeSession } from '@banyan/sdk';
import {
  ANSWERS_KEPT_MS,
  createWorld,
  publish,
  record,
  search,
  until,
  type RunningSupernode,
  type TestLeaf,
  type World,
} from './harness.ts';

let world: World;
let oak: RunningSupernode;
let elm: RunningSupernode;
let atOak: SupernodeSession;
let atElm: SupernodeSession;

beforeAll(async () => {
  world = await createWorld();
  [oak, elm] = await Promise.all([world.supernode('oak'), world.supernode('elm')]);
  await world.linked(oak, elm);
  atOak = await (await world.leaf()).open(oak);
  atElm = await (await world.leaf()).open(elm);
  await publish(atOak, [record(1, 'gardening handbook.pdf'), record(2, 'handbags catalogue.pdf')]);
  await publish(atElm, [record(1, 'watermelon picture.jpg'), record(2, 'gardenning diary.txt')]);
});
afterAll(() => world.close());

describe('a misspelt search over two supernodes', () => {
  it('finds what a word was meant that only the neighbour knows, and says so', async () => {
    const { names, done } = await search(atOak, 'watermelan picture');
    expect(names).toEqual(['watermelon picture.jpg']);
    expect(done).toMatchObject({
      searchedFor: 'watermelon picture',
      asked: 2,
      answered: 2,
      totalEstimate: 1,
    });
    // The neighbour's own home corrects alike.
    expect((await search(atElm, 'watermelan picture')).done.searchedFor).toBe('watermelon picture');
  });

  it('is not corrected when the neighbour has a hit as typed, though the home knows a better spelling', async () => {
    const { names, done } = await search(atOak, 'gardenning');
    expect(names).toEqual(['gardenning diary.txt']);
    expect(done.searchedFor).toBe('');
  });

  it('stays as typed for who wants that', async () => {
    const { names, done } = await search(atOak, 'watermelan picture', { asTyped: true });
    expect(names).toEqual([]);
    expect(done).toMatchObject({ searchedFor: '', asked: 2, answered: 2, totalEstimate: 0 });
  });

  it('is not led astray by a neighbour that lies', async () => {
    let device: TestLeaf = await world.leaf();
    while (device.deviceId >= oak.deviceId) device = await world.leaf();
    world.network.grants.set(device.deviceId, ['supernode']);
    const asked: string[] = [];
    const link = await device.open(oak, {
      relation: 'supernode',
      onMessage: (envelope, reply) => {
        if (envelope.kind !== 'search') return;
        asked.push(envelope.search.query);
        reply({
          kind: 'searchDone',
          searchDone: { correction: { query: 'buy watches', edits: 1, hits: Number.MAX_SAFE_INTEGER } },
        });
      },
    });
    world.clock.skip(ANSWERS_KEPT_MS);
    const { names, done } = await search(atOak, 'watermelan picture');
    expect(names).toEqual(['watermelon picture.jpg']);
    expect(done).toMatchObject({ searchedFor: 'watermelon picture', asked: 3, answered: 3 });
    expect(asked).toEqual(['watermelan picture', 'watermelon picture']);
    link.close();
    await until('it is gone', async () => (await search(atOak, `x${asked.push('')}`)).done.asked === 2);
  });

  it('betrays no word of private records: corrections with it are their owner’s alone, suggestions nobody’s', async () => {
    const owner = await (await world.leaf()).open(oak);
    await publish(owner, [record(1, 'platypus sketch.txt', { visibility: 2 })]);
    for (const session of [atOak, atElm, owner]) {
      const { names, done } = await search(session, 'platypas sketch');
      expect(names).toEqual(session === owner ? ['platypus sketch.txt'] : []);
      expect(done.searchedFor).toBe(session === owner ? 'platypus sketch' : '');
      expect(await session.suggest('platy', 8)).toEqual([]);
    }
    owner.close();
  });

  it('tells what scores are made of, over links too, when it is asked', async () => {
    const { hits } = await search(atOak, 'watermelon', { explain: true });
    expect(hits[0]?.explain.length).toBeGreaterThan(0);
    expect((await search(atOak, 'watermelon')).hits[0]?.explain).toEqual([]);
  });
});

describe('suggestions while typing', () => {
  it('come from the words of the own leaves and nobody else’s, as many as wanted', async () => {
    const queries = (suggestions: { query: string }[]): string[] =>
      suggestions.map(({ query }) => query).sort();
    expect(queries(await atOak.suggest('hand', 0))).toEqual(['handbags', 'handbook']);
    expect(await atOak.suggest('hand', 1)).toHaveLength(1);
    expect(queries(await atOak.suggest('gardening handb', 8))).toEqual([
      'gardening handbags',
      'gardening handbook',
    ]);
    expect(await atOak.suggest('waterm', 8)).toEqual([]);
    expect(await atElm.suggest('waterm', 8)).toEqual([{ query: 'watermelon', hits: 1 }]);
  });

  it('are bounded in number', async () => {
    const leaf = await (await world.leaf()).open(elm);
    await publish(
      leaf,
      Array.from({ length: 2 * MAX_SUGGESTIONS }, (_, i) =>
        record(i + 1, `many${String.fromCharCode(97 + i)}words.txt`),
      ),
    );
    expect(await leaf.suggest('many', 1_000)).toHaveLength(MAX_SUGGESTIONS);
    leaf.close();
  });

  it('have a limit of their own, which leaves searches alone and says when to go on', async () => {
    const session = await (await world.leaf()).open(oak);
    const results = [];
    for (let i = 0; i < MAX_SUGGESTS_PER_MINUTE / 2; i += 50)
      results.push(
        ...(await Promise.allSettled(Array.from({ length: 50 }, () => session.suggest('hand', 1)))),
      );
    const refused = results.flatMap((r) => (r.status === 'rejected' ? [r.reason as BanyanError] : []));
    expect(refused[0]).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    expect((await search(session, 'handbook')).names).toHaveLength(1);
    world.clock.skip(refused.at(-1)?.retryAfterMs ?? 0);
    expect(await session.suggest('hand', 1)).toHaveLength(1);
  });

  it('are nothing for probes and links', async () => {
    const probe = await (await world.leaf()).open(oak, { relation: 'probe' });
    expect(await probe.suggest('hand', 1)).toEqual([]);
    const ask = { kind: 'suggest', suggest: { query: 'hand', limit: 1 } } as const;
    await expect(probe.channel.request(ask)).rejects.toMatchObject({ code: 'forbidden' });
    let device = await world.leaf();
    while (device.deviceId >= oak.deviceId) device = await world.leaf();
    world.network.grants.set(device.deviceId, ['supernode']);
    const link = await device.open(oak, { relation: 'supernode' });
    await expect(link.channel.request(ask)).rejects.toMatchObject({ code: 'unknown_message' });
    link.close();
  });
});
