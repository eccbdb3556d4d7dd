import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { contentIdText, encodeEnvelope } from '@banyan/proto';
import type { SupernodeSession } from '@banyan/sdk';
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

describe('publishing and searching over two supernodes', () => {
  let world: World;
  let oak: RunningSupernode;
  let elm: RunningSupernode;
  let ann: TestLeaf;
  let bob: TestLeaf;
  let atOak: SupernodeSession;
  let atElm: SupernodeSession;

  beforeAll(async () => {
    world = await createWorld();
    [oak, elm] = await Promise.all([world.supernode('oak'), world.supernode('elm')]);
    [ann, bob] = [await world.leaf(), await world.leaf()];
    await world.linked(oak, elm);
    atOak = await ann.open(oak, { listen: [{ host: '10.9.9.9', port: (await ann.listen()).port }] });
    atElm = await bob.open(elm, { listen: [{ host: '10.9.9.9', port: (await bob.listen()).port }] });
    await until('both are dialled back', () => ann.reach.length > 0 && bob.reach.length > 0);
  });
  afterAll(() => world.close());

  it('finds files of leaves here and at other supernodes, and says who answered', async () => {
    await publish(atOak, [record(1, 'banyan roots.txt'), record(2, 'oak bark.txt')]);
    await publish(atElm, [record(1, 'banyan leaves.txt')]);
    const { names, done } = await search(atOak, 'banyan');
    expect(names).toEqual(['banyan leaves.txt', 'banyan roots.txt']);
    expect(done).toMatchObject({ asked: 2, answered: 2, timedOut: 0, totalEstimate: 2 });
    expect(done.answers.map(({ name, hits, code }) => ({ name, hits, code }))).toEqual(
      expect.arrayContaining([
        { name: 'oak', hits: 1, code: '' },
        { name: 'elm', hits: 1, code: '' },
      ]),
    );
  });

  it('merges a content that several leaves have: the later hit counts all sources', async () => {
    const root = randomBytes(32);
    await publish(atOak, [record(1, 'shared song.mp3', { root, length: 5 })]);
    await publish(atElm, [record(1, 'shared song.mp3', { root, length: 5 })]);
    const { hits, done } = await search(atElm, 'shared song');
    expect(hits).toHaveLength(1);
    expect(done).toMatchObject({
      totalEstimate: 1,
      facets: [
        { facet: 'type', count: 1 },
        { facet: 'size', value: '<1mb', count: 1 },
      ],
    });
    expect(hits[0]).toMatchObject({ sources: 2, reachableSources: 2 });
    expect([...(hits[0]?.supernodes ?? [])].sort()).toEqual([oak.deviceId, elm.deviceId].sort());
  });

  it('takes changes, and forgets what a reset leaves out', async () => {
    const [first, second, third] = [record(1, 'delta one'), record(2, 'delta two'), record(3, 'delta three')];
    await publish(atOak, [first, second]);
    const ack = await atOak.publish({
      removedIds: [1],
      ids: [3],
      roots: third.root,
      lengths: [third.length],
      names: ['delta three'],
      last: true,
      fingerprint: fingerprintOf([second, third]),
    });
    expect(ack).toMatchObject({ accepted: 1, records: 2 });
    expect((await search(atElm, 'delta')).names).toEqual(['delta three', 'delta two']);
    await publish(atOak, [record(9, 'fresh start')]);
    world.clock.skip(ANSWERS_KEPT_MS);
    expect((await search(atElm, 'delta')).names).toEqual([]);
  });

  it('refuses one bad record and takes the others', async () => {
    const good = record(2, 'fine.txt');
    const ack = await atOak.publish({
      reset: true,
      ids: [1, 2],
      roots: Buffer.concat([randomBytes(32), good.root]),
      lengths: [3, good.length],
      names: ['', 'fine.txt'],
      last: true,
    });
    expect(ack).toMatchObject({ accepted: 1, records: 1 });
    expect(ack.refused).toEqual([expect.objectContaining({ id: 1 })]);
  });

  it('pages through all hits of all supernodes, losing none', async () => {
    const both = randomBytes(32);
    const names = (n: number, who: string): ReturnType<typeof record>[] =>
      Array.from({ length: n }, (_, i) => record(i + 1, `page ${who} ${i}.txt`));
    await publish(atOak, [...names(7, 'oak'), record(100, 'page both.txt', { root: both, length: 1 })]);
    await publish(atElm, [...names(23, 'elm'), record(100, 'page both.txt', { root: both, length: 1 })]);
    const seen = new Set<string>();
    let cursor: Uint8Array = new Uint8Array(0);
    let pages = 0;
    do {
      const page = await search(atOak, 'page', { limit: 5, cursor });
      for (const name of page.names) seen.add(name);
      expect(page.done.totalEstimate).toBeGreaterThanOrEqual(31);
      ({ cursor } = page.done);
      pages += 1;
    } while (cursor.length > 0 && pages < 50);
    expect(seen.size).toBe(31);
    // At worst the pages of each supernode come by themselves; how they mix depends on the roots, which are random.
    expect(pages).toBeLessThanOrEqual(2 + Math.ceil(8 / 5) + Math.ceil(24 / 5));
  });

  it('names only leaves that answered the dial-back, and never the asker', async () => {
    const root = randomBytes(32);
    const content = { root, length: 77 };
    const silent = await world.leaf();
    const hidden = await silent.open(oak);
    for (const session of [atOak, atElm, hidden])
      await publish(session, [record(1, 'wanted.bin', { root, length: 77 })]);
    const sources = await atOak.findSources(content);
    expect(sources.map((s) => s.deviceId)).toEqual([bob.deviceId]);
    // Where it was seen, never what it claimed.
    expect(sources[0]?.addresses).toEqual([{ host: '127.0.0.1', port: expect.any(Number) }]);
    const asked = await hidden.findSources(content);
    expect(asked.map((s) => s.deviceId).sort()).toEqual([ann.deviceId, bob.deviceId].sort());
    hidden.close();
  });

  it('shows records of visibility account to the own devices only, and to nobody over links', async () => {
    const tablet = await world.leaf();
    world.network.accounts.set(tablet.deviceId, `account-of-${ann.deviceId}`);
    const session = await tablet.open(oak);
    await publish(atOak, [record(1, 'private diary.txt', { visibility: 2 })]);
    expect((await search(session, 'diary')).names).toEqual(['private diary.txt']);
    expect((await search(atElm, 'diary')).names).toEqual([]);
    session.close();
  });

  it('drops a query that comes round, and one of too many hops stops at the second supernode', async () => {
    const queryId = randomBytes(16);
    const ask = { kind: 'search', search: { query: 'x', hops: 200, queryId } } as const;
    const first = await atOak.channel.request(ask);
    expect(first).toMatchObject({ kind: 'searchDone', searchDone: { asked: 2, answered: 2 } });
    await expect(atOak.channel.request(ask)).rejects.toMatchObject({ code: 'loop' });
    // elm had it over the link.
    await expect(atElm.channel.request(ask)).rejects.toMatchObject({ code: 'loop' });
  });

  it('keeps blocked content out of all answers, also that of a neighbour, until the block ends', async () => {
    const root = randomBytes(32);
    const content = { root, length: 9 };
    await publish(atOak, [
      record(1, 'forbidden fruit.txt', { root, length: 9 }),
      record(2, 'allowed fruit.txt'),
    ]);
    // Both keep an answer with it.
    for (const session of [atOak, atElm]) expect((await search(session, 'fruit')).names).toHaveLength(2);
    world.network.revoke({
      kind: 'content',
      id: contentIdText(content),
      until: Math.floor(world.clock.now() / 1000) + 600,
      reason: 'stolen',
    });
    for (const session of [atOak, atElm])
      await until('the block is in force', async () => (await search(session, 'fruit')).names.length === 1);
    await expect(atElm.findSources(content)).rejects.toMatchObject({
      code: 'blocked_content',
      message: expect.stringContaining('stolen'),
    });
    world.clock.skip(700_000);
    await until('the block ended', async () => {
      world.clock.skip(ANSWERS_KEPT_MS);
      return (await search(atElm, 'fruit')).names.length === 2;
    });
  });

  it('counts a neighbour that hangs as timed out, and has the others’ answers in time', async () => {
    // A supernode of our own making that links and then says nothing.
    let device = await world.leaf();
    while (device.deviceId >= oak.deviceId) device = await world.leaf();
    world.network.grants.set(device.deviceId, ['supernode']);
    const traces: string[] = [];
    const link = await device.open(oak, {
      relation: 'supernode',
      onMessage: (envelope) => {
        if (envelope.kind !== 'search') return undefined;
        traces.push(envelope.traceparent);
        return new Promise<void>(() => undefined);
      },
    });
    await publish(atElm, [record(1, 'quick answer.txt')]);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { names, done } = await search(atOak, 'quick answer', { timeoutMs: 300, traceparent });
    expect(names).toEqual(['quick answer.txt']);
    expect(done).toMatchObject({ asked: 3, answered: 2, timedOut: 1 });
    expect(done.answers.find((a) => a.deviceId === device.deviceId)?.code).toBe('timeout');
    expect(traces).toEqual([traceparent]);
    link.close();
    await until('it is no neighbour any more', async () => (await search(atOak, 'x')).done.asked === 2);
  });

  it('asks nobody for an aborted search any more', async () => {
    const abort = new AbortController();
    const asked = atOak.search('banyan', { signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    expect((await search(atOak, 'anything')).done.asked).toBe(2);
  });

  it('lets a probe ask and nothing else', async () => {
    const probe = await world.leaf();
    const session = await probe.open(oak, { relation: 'probe' });
    expect((await search(session, 'banyan')).done.asked).toBe(2);
    await expect(publish(session, [record(1, 'x')])).rejects.toMatchObject({ code: 'forbidden' });
    session.close();
  });

  it('ends a session that sends a request without an id', async () => {
    const leaf = await world.leaf();
    const socket = await leaf.socket(oak);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send(encodeEnvelope({ kind: 'search', search: { query: 'x' } }));
    expect(await closed).toBe(4400);
  });
});
