import { describe, expect, it } from '@jest/globals';
import { CancelSource } from '@banyan/kit';
import type { Outgoing, Search } from '@banyan/proto';
import { contentOf, createRouterWorld, deviceId, type RouterWorld } from './query-router-world.ts';
import { record } from './harness.ts';

const file = (
  id: number,
  name: string,
  change: Parameters<typeof record>[2] = {},
): ReturnType<typeof record> => record(id, name, { ...contentOf(name), ...change });
const PRIVATE = { visibility: 2 };
const search = (query: string, more: Outgoing<Search> = {}): Outgoing<Search> => ({ query, ...more });

/** A promise to be settled by the test. */
function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

function worldWithOak(): RouterWorld {
  const world = createRouterWorld();
  world.publish('leaf', 'ann', [file(1, 'oak bark.txt'), file(2, 'oak leaf.txt')]);
  return world;
}

describe('equal searches', () => {
  it('cost one search of the index and one question to each neighbour, a thousand of them', async () => {
    const world = worldWithOak();
    world.neighbour('elm', (_search, hits) => {
      hits({ ...contentOf('oak root.txt'), name: 'oak root.txt', sources: 1 });
      return { totalEstimate: 1 };
    });
    const first = await Promise.all(
      Array.from({ length: 500 }, (_, i) => world.ask(search('oak'), { account: `account ${i}` })),
    );
    const later = [];
    for (let i = 0; i < 500; i += 1)
      later.push(await world.ask(search('\t oak'), { account: `account ${i}` }));
    for (const { names, done } of [...first, ...later]) {
      expect(names).toEqual(['oak bark.txt', 'oak leaf.txt', 'oak root.txt']);
      expect(done).toMatchObject({ asked: 2, answered: 2, totalEstimate: 3 });
    }
    expect(world.cost.searches).toBe(1);
    expect(world.questions).toHaveLength(1);
    const count = (what: string): number => world.lookups.filter((each) => each === what).length;
    expect(count('whole miss')).toBe(1);
    expect(count('whole joined')).toBe(499);
    expect(count('whole hit')).toBe(500);
  });

  it('of other supernodes cost one search too, once it is seen that they come again', async () => {
    const world = worldWithOak();
    for (let i = 0; i < 20; i += 1) expect((await world.ask(search('oak'))).names).toHaveLength(2);
    expect(world.cost.searches).toBe(2);
  });

  it('are answered anew after seconds, and sooner when nothing was found', async () => {
    const world = worldWithOak();
    await world.ask(search('oak'), { account: 'bob' });
    expect((await world.ask(search('elm'), { account: 'bob' })).names).toEqual([]);
    world.publish('other', 'cleo', [file(1, 'oak crown.txt'), file(2, 'elm crown.txt')]);
    await world.clock.advance(500);
    expect((await world.ask(search('elm'), { account: 'bob' })).names).toEqual(['elm crown.txt']);
    expect((await world.ask(search('oak'), { account: 'bob' })).names).toHaveLength(2);
    await world.clock.advance(2_500);
    expect((await world.ask(search('oak'), { account: 'bob' })).names).toHaveLength(3);
  });

  it('show what vanished here no longer than three seconds', async () => {
    const world = worldWithOak();
    await world.ask(search('oak'), { account: 'bob' });
    world.catalogs.disconnect('leaf');
    await world.clock.advance(3_000);
    expect((await world.ask(search('oak'), { account: 'bob' })).names).toEqual([]);
  });

  it('are those that differ in nothing that matters', async () => {
    const world = worldWithOak();
    const cursor = (await world.ask(search('oak', { limit: 1 }), { account: 'bob' })).done.cursor;
    expect(cursor.length).toBeGreaterThan(0);
    const different: Outgoing<Search>[] = [
      search('oak'),
      search('Oak'),
      search('"oak"'),
      search('oak', { limit: 1, cursor }),
      search('oak', { explain: true }),
      search('oak', { asTyped: true }),
      search('oak', { timeoutMs: 1_000 }),
      search('oak', { partialLastWord: true }),
      search('oak ', { partialLastWord: true }),
      search('oak', { weights: [{ term: 'oak', weight: 3 }] }),
    ];
    for (const each of different) await world.ask(each, { account: 'bob' });
    expect(world.lookups.filter((each) => each === 'whole hit')).toEqual([]);
    for (const each of different) await world.ask(each, { account: 'bob' });
    expect(world.lookups.filter((each) => each === 'whole hit')).toHaveLength(different.length);
  });

  it('have the same pages, kept or not', async () => {
    const world = createRouterWorld();
    const names = Array.from({ length: 12 }, (_, i) => `page ${i}.txt`);
    world.publish(
      'leaf',
      'ann',
      names.map((name, i) => file(i + 1, name)),
    );
    const pages = async (): Promise<string[]> => {
      const seen: string[] = [];
      let cursor: Uint8Array = new Uint8Array(0);
      do {
        const page = await world.ask(search('page', { limit: 5, cursor }), { account: 'bob' });
        seen.push(...page.names);
        ({ cursor } = page.done);
      } while (cursor.length > 0);
      return seen.sort();
    };
    expect(await pages()).toEqual([...names].sort());
    const { searches } = world.cost;
    expect(await pages()).toEqual([...names].sort());
    expect(world.cost.searches).toBe(searches);
  });

  it('get what came so far and then the rest when they come while one is under way', async () => {
    const world = worldWithOak();
    const slow = gate();
    world.neighbour('elm', async (_search, hits) => {
      await slow.opened;
      hits({ ...contentOf('oak root.txt'), name: 'oak root.txt', sources: 1 });
      return { totalEstimate: 1 };
    });
    const own = gate();
    const first = world.ask(search('oak'), { account: 'ann', onHits: own.open });
    await own.opened;
    const soFar = gate();
    const second = world.ask(search('oak'), { account: 'bob', onHits: soFar.open });
    await soFar.opened;
    slow.open();
    const expected = ['oak bark.txt', 'oak leaf.txt', 'oak root.txt'];
    expect((await first).names).toEqual(expected);
    expect((await second).names).toEqual(expected);
    expect(world.questions).toHaveLength(1);
  });

  it('go on when one of the askers leaves, and end when all have left', async () => {
    const world = worldWithOak();
    const [asked, ended] = [gate(), gate()];
    world.neighbour('elm', (_search, _hits, signal) => {
      asked.open();
      signal?.addEventListener('abort', ended.open);
      return new Promise(() => undefined);
    });
    const [ann, bob] = [new CancelSource(), new CancelSource()];
    const [first, second] = [
      world.ask(search('oak'), { account: 'ann', cancel: ann }),
      world.ask(search('oak'), { account: 'bob', cancel: bob }),
    ].map((each) => each.catch((error: unknown) => error));
    await asked.opened;
    let over = false;
    void ended.opened.then(() => (over = true));
    ann.abort();
    expect(await first).toMatchObject({ code: 'aborted' });
    expect(over).toBe(false);
    bob.abort();
    await ended.opened;
    expect(await second).toMatchObject({ code: 'aborted' });
    // Nobody who comes later waits for what nobody runs any more.
    const again = world.ask(search('oak'), { account: 'cleo' });
    await world.clock.advance(2_000);
    expect((await again).done).toMatchObject({ asked: 2, timedOut: 1 });
  });

  it('are asked anew at once when a neighbour came', async () => {
    const world = worldWithOak();
    expect((await world.ask(search('oak'), { account: 'bob' })).done.asked).toBe(1);
    world.neighbour('elm', () => ({}));
    expect((await world.ask(search('oak'), { account: 'bob' })).done.asked).toBe(2);
  });

  it('are asked anew soon when a neighbour failed', async () => {
    const world = worldWithOak();
    let healthy = false;
    world.neighbour('elm', () => (healthy ? {} : Promise.reject(new Error('no'))));
    expect((await world.ask(search('oak'), { account: 'bob' })).done).toMatchObject({
      asked: 2,
      answered: 1,
    });
    healthy = true;
    await world.clock.advance(500);
    expect((await world.ask(search('oak'), { account: 'bob' })).done).toMatchObject({
      asked: 2,
      answered: 2,
    });
  });
});

describe('a kept answer', () => {
  it('never shows a private record to another account, in whatever order they ask', async () => {
    const world = createRouterWorld();
    world.publish('ann’s', 'ann', [file(1, 'diary private.txt', PRIVATE), file(2, 'diary public.txt')]);
    const all = ['diary private.txt', 'diary public.txt'];
    const asked = await Promise.all(
      ['ann', 'bob', 'ann', undefined, 'bob'].map((account) =>
        world.ask(search('diary'), account === undefined ? {} : { account }),
      ),
    );
    expect(asked.map(({ names }) => names)).toEqual([all, all.slice(1), all, all.slice(1), all.slice(1)]);
    for (const account of ['bob', 'ann', 'bob'])
      expect((await world.ask(search('diary'), { account })).names).toEqual(
        account === 'ann' ? all : all.slice(1),
      );
  });

  it('shows a record that became private to nobody else, and to its owner at once', async () => {
    const world = createRouterWorld();
    world.publish('ann’s', 'ann', [file(1, 'diary.txt')]);
    expect((await world.ask(search('diary'), { account: 'bob' })).names).toEqual(['diary.txt']);
    world.publish('ann’s', 'ann', [file(1, 'diary.txt', PRIVATE)]);
    expect((await world.ask(search('diary'), { account: 'bob' })).names).toEqual([]);
    expect((await world.ask(search('diary'), { account: 'ann' })).names).toEqual(['diary.txt']);
    expect((await world.ask(search('diary'))).names).toEqual([]);
  });

  it('is nobody’s to join or keep that was begun before a record became private', async () => {
    const world = createRouterWorld();
    const slow = gate();
    const asked = gate();
    world.neighbour('elm', async () => {
      asked.open();
      await slow.opened;
      return {};
    });
    world.publish('ann’s', 'ann', [file(1, 'diary.txt')]);
    const before = world.ask(search('diary'), { account: 'bob' });
    await asked.opened;
    world.publish('ann’s', 'ann', [file(1, 'diary.txt', PRIVATE)]);
    const after = world.ask(search('diary'), { account: 'cleo' });
    slow.open();
    expect((await before).names).toEqual(['diary.txt']);
    expect((await after).names).toEqual([]);
    expect((await world.ask(search('diary'), { account: 'bob' })).names).toEqual([]);
  });

  it('is not shown to the account that a device left', async () => {
    const world = createRouterWorld();
    world.publish('tablet', 'ann', [file(1, 'diary.txt', PRIVATE)]);
    expect((await world.ask(search('diary'), { account: 'ann' })).names).toEqual(['diary.txt']);
    world.publish('tablet', 'bob', [file(1, 'diary.txt', PRIVATE)]);
    expect((await world.ask(search('diary'), { account: 'ann' })).names).toEqual([]);
    expect((await world.ask(search('diary'), { account: 'bob' })).names).toEqual(['diary.txt']);
  });

  it('never shows what was blocked meanwhile, of the own leaves or of a neighbour’s', async () => {
    const world = worldWithOak();
    world.neighbour('elm', (_search, hits) => {
      hits({ ...contentOf('oak root.txt'), name: 'oak root.txt', sources: 1 });
      return {};
    });
    expect((await world.ask(search('oak'), { account: 'bob' })).names).toHaveLength(3);
    expect((await world.ask(search('oak'))).names).toHaveLength(2);
    for (const name of ['oak root.txt', 'oak bark.txt']) world.block(contentOf(name));
    expect((await world.ask(search('oak'), { account: 'bob' })).names).toEqual(['oak leaf.txt']);
    expect((await world.ask(search('oak'))).names).toEqual(['oak leaf.txt']);
    // A block makes each of them be answered anew.
    expect(world.cost.searches).toBe(4);
  });

  it('is forgotten when a leaf in it was banned', async () => {
    const world = worldWithOak();
    await world.ask(search('oak'), { account: 'bob' });
    world.catalogs.forgetIf(({ accountId }) => accountId === 'ann');
    expect((await world.ask(search('oak'), { account: 'bob' })).names).toEqual([]);
  });
});

describe('the word of a neighbour', () => {
  it('counts for itself alone, and for no more than it was asked', async () => {
    const world = worldWithOak();
    world.neighbour('elm', (_search, hits) => {
      for (let i = 0; i < 3; i += 1)
        hits(
          ...Array.from({ length: 20 }, (_, n) => ({
            ...contentOf(`oak ${i} ${n}`),
            name: `oak ${i} ${n}`,
            sources: 1,
            supernodes: [deviceId('self')],
          })),
          { ...contentOf('oak bark.txt'), name: 'a lie', sources: 1, supernodes: [deviceId('self')] },
        );
      return {};
    });
    const { hits, done } = await world.ask(search('oak', { limit: 10 }), { account: 'bob' });
    expect(hits).toHaveLength(12);
    expect(done.answers.map((each) => each.hits)).toEqual([2, 10]);
    expect(hits.filter((hit) => hit.supernodes.includes(deviceId('self')))).toHaveLength(2);
  });
});
