import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startTestNetwork, type TestNetwork, type TestPeer } from '../src/index.ts';

jest.setTimeout(60_000);

let network: TestNetwork;
let alice: TestPeer;
let bob: TestPeer;

beforeAll(async () => {
  network = await startTestNetwork();
  [alice, bob] = await Promise.all([
    network.peer('alice', { preferSupernode: 'oak', files: { 'Stories/The Banyan Tree.txt': 'A seed.\n' } }),
    network.peer('bob', {
      preferSupernode: 'elm',
      files: {
        'Stories/The Banyan Tree (copy).txt': 'A seed.\n',
        'Travel/Kolkata Botanic Garden.txt': 'The great one.\n',
        '故事/榕樹的故事.txt': '榕樹從一粒種子開始。\n',
        '故事/檔案分享指南.md': '# 分享\n',
      },
    }),
  ]);
  await Promise.all([alice.settled(), bob.settled()]);
});
afterAll(() => network?.stop());

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));

describe('a search at one supernode', () => {
  it_('is about peers at two', async () => {
    expect((await alice.api.status()).home?.name).toBe('oak');
    expect((await bob.api.status()).home?.name).toBe('elm');
  });

  it_('finds by English words what a peer of the other one shares', async () => {
    const hit = await alice.find('kolkata garden');
    expect(hit).toMatchObject({
      name: 'Kolkata Botanic Garden.txt',
      folder: 'Travel',
      sources: 1,
      own: 'none',
    });
    const { search } = await alice.search('KOLKATA');
    expect(search).toMatchObject({ state: 'done', asked: 2, answered: 2, timedOut: 0 });
    expect(search.answers.map((answer) => [answer.name, answer.hits]).sort()).toEqual([
      ['elm', 1],
      ['oak', 0],
    ]);
  });

  it_('finds by Chinese words what a peer of the other one shares', async () => {
    expect((await alice.find('榕樹')).name).toBe('榕樹的故事.txt');
    expect((await alice.find('分享指南')).name).toBe('檔案分享指南.md');
    expect((await alice.search('榕樹 分享')).results).toEqual([]);
  });

  it_('merges the same content of peers at both into one hit, under every name', async () => {
    const hit = await alice.find('banyan tree', (h) => h.reachableSources === 2);
    expect(hit).toMatchObject({ sources: 2, own: 'shared' });
    expect([hit.name, ...hit.names]).toEqual(
      expect.arrayContaining(['The Banyan Tree.txt', 'The Banyan Tree (copy).txt']),
    );
    expect((await alice.search('banyan tree')).results).toHaveLength(1);
  });

  it_('says how fast a file can be expected to come, by what those who have it can give', async () => {
    const { limits } = await bob.api.changeLimits({ limits: { up: 2_000_000 } });
    expect(limits.up).toBe(2_000_000);
    const hit = await alice.find('kolkata garden', (h) => h.expectedBytesPerSecond !== undefined);
    expect(hit.expectedBytesPerSecond).toBe(2_000_000);
    await bob.api.changeLimits({ limits: { up: null } });
  });

  it_('says that nothing was found, by whom', async () => {
    const { search, results } = await alice.search('nothing of this name');
    expect(results).toEqual([]);
    expect(search).toMatchObject({ state: 'done', answered: 2 });
  });
});

describe('a supernode that is killed', () => {
  it_('is replaced: its leaves are at the other one and found again', async () => {
    await network.supernode('elm').kill();
    const moved = await bob.settled();
    expect(moved.home?.name).toBe('oak');
    expect((await alice.find('kolkata garden')).sources).toBe(1);
    expect((await bob.find('banyan tree', (h) => h.reachableSources === 2)).own).toBe('shared');
  });

  it_('is a home again when it comes back', async () => {
    await network.supernode('elm').start();
    const carol = await network.peer('carol', { preferSupernode: 'elm', files: { 'Late.txt': 'late\n' } });
    expect((await carol.settled()).home?.name).toBe('elm');
    expect((await alice.find('late')).name).toBe('Late.txt');
    expect((await carol.find('kolkata')).name).toBe('Kolkata Botanic Garden.txt');
  });
});

describe('a supernode that hangs', () => {
  it_('costs a search its answer and nothing else, and the search says so', async () => {
    network.supernode('elm').freeze();
    try {
      // Words of its own: the answer to earlier ones may still be kept.
      const { search, results } = await alice.search('stories banyan');
      expect(results.map((hit) => hit.own)).toEqual(['shared']);
      expect(search.answered).toBeLessThan(search.asked);
    } finally {
      network.supernode('elm').thaw();
    }
  });
});
