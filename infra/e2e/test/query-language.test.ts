import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import type { HitView, SearchRequest, SearchResult } from '@banyan/proto';
import {
  BIN,
  ROOT,
  runCommand,
  startTestNetwork,
  writeSeeded,
  type Outcome,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(60_000);

const KIB = 1024;
const MIB = 1024 * KIB;
const SEARCH_WAIT_S = 10;
/** Of each of the two supernodes: together more than two pages of 50. */
const LEAFLETS = 65;

let network: TestNetwork;
let alice: TestPeer;
let bob: TestPeer;
let carol: TestPeer;

const leaflets = (who: string): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: LEAFLETS }, (_, n) => [
      `Leaflets/leaflet ${who} ${100 + n}.txt`,
      `leaflet ${n} of ${who}\n`,
    ]),
  );

/** The smallest MP3 file that says whose it is: ID3v2.3 with UTF-16 texts, and a second of silent frames. */
function mp3(frames: Readonly<Record<string, string>>): Buffer {
  const bigEndian = (n: number): Buffer => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n]);
  const tags = Buffer.concat(
    Object.entries(frames).map(([id, text]) => {
      const body = Buffer.concat([Buffer.from([1, 0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
      return Buffer.concat([Buffer.from(id), bigEndian(body.length), Buffer.alloc(2), body]);
    }),
  );
  const size = Buffer.from([21, 14, 7, 0].map((shift) => (tags.length >>> shift) & 127));
  const silence = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]);
  return Buffer.concat([
    Buffer.from('ID3\u0003\0\0'),
    size,
    tags,
    ...Array.from({ length: 40 }, () => silence),
  ]);
}

beforeAll(async () => {
  network = await startTestNetwork();
  [alice, bob, carol] = await Promise.all([
    network.peer('alice', {
      preferSupernode: 'oak',
      files: {
        'Asia/臺灣鐵路地圖.txt': 'From north to south.\n',
        'Songs/Blue Moon Serenade.txt': 'la\n',
        'Songs/Moon over Blue Water.txt': 'la la\n',
        'Kitchen/cauliflower soup.txt': 'Boil.\n',
        'Garden/gardening handbook.txt': 'Dig.\n',
        'Garden/quince orchard.txt': 'The same bytes.\n',
        'Parts/ballast large.bin': (path) => writeSeeded(path, 'large', 2 * MIB),
        ...leaflets('oak'),
      },
    }),
    network.peer('bob', {
      preferSupernode: 'elm',
      files: {
        'Asia/台湾茶叶.txt': 'Green or black.\n',
        'Songs/Blue Moon Live.txt': 'la la la\n',
        'Songs/Blue Moon of Kentucky.txt': 'la la la la\n',
        'Kitchen/watermelon harvest.txt': 'Cut.\n',
        'Garden/gardenning diary.txt': 'Dug.\n',
        'Garden/quince orchard (copy).txt': 'The same bytes.\n',
        'Parts/ballast small.bin': (path) => writeSeeded(path, 'small', 100 * KIB),
        'Recordings/take seven.mp3': (path) =>
          writeFile(path, mp3({ TIT2: 'Estuary', TPE1: 'Joan Riversong', TALB: 'Tides' })),
        ...leaflets('elm'),
      },
    }),
    // Shares nothing: what is suggested to her comes from others or from her own searches.
    network.peer('carol', { preferSupernode: 'elm' }),
  ]);
  await Promise.all([alice.settled(), bob.settled()]);
  // Each side knows the other one's files by now.
  await Promise.all([alice.find('estuary'), carol.find('handbook')]);
});
afterAll(() => network?.stop());

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const atCarol = (...args: readonly string[]): Promise<Outcome> =>
  runCommand([BIN, ...args, '--peer', carol.dataDir], { cwd: ROOT });

async function overApi(peer: TestPeer, request: SearchRequest): Promise<SearchResult> {
  const { id } = await peer.api.startSearch(request);
  return peer.api.searchResult(id, SEARCH_WAIT_S);
}

/** Two ways to search, each at another home. */
const ways = [
  {
    way: 'the local API',
    elsewhere: { word: 'watermelon', misspelt: 'watermelan', file: 'watermelon harvest.txt' },
    ask: (query: string, more: { asTyped?: true; explain?: true } = {}) => overApi(alice, { query, ...more }),
  },
  {
    way: 'the banyan command',
    elsewhere: { word: 'cauliflower', misspelt: 'cauliflowr', file: 'cauliflower soup.txt' },
    ask: async (query: string, more: { asTyped?: true; explain?: true } = {}): Promise<SearchResult> => {
      const flags = [
        ...(more.asTyped === true ? ['--as-typed'] : []),
        ...(more.explain === true ? ['--explain'] : []),
      ];
      const outcome = await atCarol('search', '--json', ...flags, query);
      expect(outcome).toMatchObject({ code: 0 });
      return JSON.parse(outcome.stdout) as SearchResult;
    },
  },
] as const;

describe.each(ways)('a search through $way', ({ ask, elsewhere }) => {
  const names = async (query: string): Promise<string[]> => {
    const { search, results } = await ask(query);
    expect(search).toMatchObject({ state: 'done', asked: 2, answered: 2, searchedFor: null });
    return results.map((hit) => hit.name).sort();
  };

  it_('finds Simplified names by Traditional words, and Traditional names by Simplified words', async () => {
    expect(await names('臺灣茶葉')).toEqual(['台湾茶叶.txt']);
    expect(await names('台湾铁路')).toEqual(['臺灣鐵路地圖.txt']);
    expect(await names('台湾')).toEqual(['台湾茶叶.txt', '臺灣鐵路地圖.txt']);
  });

  it_('heeds a phrase, at both supernodes', async () => {
    const phrase = ['Blue Moon Live.txt', 'Blue Moon Serenade.txt', 'Blue Moon of Kentucky.txt'];
    expect(await names('blue moon')).toEqual([...phrase, 'Moon over Blue Water.txt']);
    expect(await names('"blue moon"')).toEqual(phrase);
  });

  it_('leaves out what is excluded', async () => {
    expect(await names('blue moon -live -water')).toEqual([
      'Blue Moon Serenade.txt',
      'Blue Moon of Kentucky.txt',
    ]);
    expect(await names('moon -"blue moon"')).toEqual(['Moon over Blue Water.txt']);
  });

  it_('filters by size', async () => {
    expect(await names('ballast size:>1mb')).toEqual(['ballast large.bin']);
    expect(await names('ballast size:<1mb')).toEqual(['ballast small.bin']);
    expect(await names('ballast size:50kb..3mb')).toEqual(['ballast large.bin', 'ballast small.bin']);
  });

  it_('knows type and artist from what the file says of itself', async () => {
    const { results } = await ask('artist:"joan riversong"');
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      name: 'take seven.mp3',
      type: 'audio',
      tags: { title: 'Estuary', artist: 'Joan Riversong', album: 'Tides' },
    });
    expect(await names('tides type:audio')).toEqual(['take seven.mp3']);
    expect(await names('tides type:video')).toEqual([]);
    // It is an artist, not a title.
    expect(await names('title:riversong')).toEqual([]);
  });

  it_('corrects a word that only the other supernode knows, and says so', async () => {
    const query = `${elsewhere.misspelt} ${elsewhere.file.split(/[ .]/)[1]}`;
    const corrected = await ask(query);
    expect(corrected.search).toMatchObject({
      query,
      searchedFor: query.replace(elsewhere.misspelt, elsewhere.word),
      asked: 2,
      answered: 2,
    });
    expect(corrected.results.map((hit) => hit.name)).toEqual([elsewhere.file]);
    const typed = await ask(query, { asTyped: true });
    expect(typed.search).toMatchObject({ searchedFor: null, asked: 2, answered: 2 });
    expect(typed.results).toEqual([]);
  });

  it_('corrects nothing when somebody has a hit for it as typed', async () => {
    // Oak knows the right spelling, and elm has the wrong one.
    expect(await names('gardenning')).toEqual(['gardenning diary.txt']);
  });

  it_('counts types and sizes over both supernodes, a content of both once', async () => {
    const { search } = await ask('ballast OR riversong');
    expect(search.totalEstimate).toBe(3);
    for (const facet of ['type', 'size']) {
      const counts = search.facets.filter((one) => one.facet === facet).map((one) => one.count);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    }
    expect(search.facets).toContainEqual({ facet: 'type', value: 'audio', count: 1 });
    expect(search.facets).toContainEqual({ facet: 'size', value: '<1mb', count: 2 });
    expect(search.facets).toContainEqual({ facet: 'size', value: '1mb..10mb', count: 1 });

    const same = await ask('quince orchard');
    expect(same.results).toEqual([expect.objectContaining({ sources: 2, type: 'document' })]);
    expect(same.search).toMatchObject({
      totalEstimate: 1,
      facets: [
        { facet: 'type', value: 'document', count: 1 },
        { facet: 'size', value: '<1mb', count: 1 },
        { facet: 'ext', value: 'txt', count: 1 },
        { facet: 'sources', value: '>1', count: 1 },
      ],
    });
  });

  it_('explains the place of a hit by the parts of its score', async () => {
    const { results } = await ask('"moon serenade"', { explain: true });
    const [hit] = results as [HitView];
    expect(hit.explain.map((part) => part.name)).toEqual(['words', 'order', 'sources', 'freshness']);
    expect(hit.explain.reduce((sum, part) => sum + part.value, 0)).toBeCloseTo(hit.score, 4);
    expect(hit.explain.find((part) => part.name === 'order')?.value).toBeGreaterThan(0);
    expect((await ask('moon serenade')).results.map((one) => one.explain)).toEqual([[]]);
  });
});

describe('further pages', () => {
  it_('bring every hit of both supernodes once, and leave those that are there where they are', async () => {
    const first = await overApi(alice, { query: 'leaflet' });
    // Each supernode answers with 50 at most.
    expect(first.results.length).toBeGreaterThanOrEqual(50);
    expect(first.results.length).toBeLessThan(2 * LEAFLETS);
    expect(first.search).toMatchObject({ totalEstimate: 2 * LEAFLETS, more: true });
    let last = first;
    for (let pages = 1; last.search.more; pages++) {
      // Each page has something new, so that there are no more of them than hits.
      expect(pages).toBeLessThan(2 * LEAFLETS);
      await alice.api.moreHits(first.search.id);
      const next = await alice.api.searchResult(first.search.id, SEARCH_WAIT_S);
      expect(next.search).toMatchObject({ state: 'done', problem: null });
      expect(next.results.slice(0, last.results.length).map((hit) => hit.content)).toEqual(
        last.results.map((hit) => hit.content),
      );
      last = next;
    }
    const names = last.results.map((hit) => hit.name);
    expect(names).toHaveLength(2 * LEAFLETS);
    expect(new Set(names).size).toBe(2 * LEAFLETS);
  });

  it_('are asked for by the command until there are as many hits as are wanted', async () => {
    const outcome = await atCarol('search', '--json', '--limit', '120', 'leaflet type:document');
    const { results } = JSON.parse(outcome.stdout) as SearchResult;
    expect(results).toHaveLength(120);
    expect(new Set(results.map((hit) => hit.content)).size).toBe(120);
    for (const who of ['oak', 'elm']) expect(results.some((hit) => hit.name.includes(who))).toBe(true);
  });
});

describe('the banyan command', () => {
  it_('says to people what it searched for instead, what there is, and why it stands there', async () => {
    const corrected = await atCarol('search', 'caulifower');
    expect(corrected).toMatchObject({ code: 0 });
    expect(corrected.stdout).toContain('Searched for cauliflower instead');
    expect(corrected.stdout).toContain('cauliflower soup.txt');
    const typed = await atCarol('search', '--as-typed', 'caulifower');
    expect(typed.stdout).toContain('Nobody shares anything that matches caulifower.');
    expect(typed.stdout).not.toContain('instead');

    const explained = await atCarol('search', '--explain', 'artist:riversong', 'estuary');
    expect(explained.stdout).toMatch(/score \d+\.\d\d = words \d+\.\d\d \+ order /);
    expect(explained.stdout).toContain('type: audio 1 · size: <1mb 1');
  });

  it_('points at what it did not understand, and searches all the same', async () => {
    const outcome = await atCarol('search', 'harvest', 'size:big');
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toMatch(/harvest size:big\n\s+\^{8}\n/);
  });
});

describe('suggestions', () => {
  const texts = async (peer: TestPeer, typed: string, from: string): Promise<string[]> =>
    (await peer.api.suggestions(typed)).filter((one) => one.from === from).map((one) => one.query);

  it_('come from the words of the own home, not from those of other supernodes', async () => {
    expect(await texts(carol, 'harvest waterm', 'network')).toEqual(['harvest watermelon']);
    expect(await texts(alice, 'harvest waterm', 'network')).toEqual([]);
    expect(await texts(alice, 'soup caulifl', 'network')).toEqual(['soup cauliflower']);
    expect(await texts(carol, 'soup caulifl', 'network')).toEqual([]);
  });

  it_('come from the own searches, and nobody else is told of them', async () => {
    expect((await overApi(carol, { query: 'Zebra crossing' })).results).toEqual([]);
    expect(await carol.api.suggestions('zeb')).toEqual([{ query: 'Zebra crossing', from: 'history' }]);
    for (const other of [alice, bob]) expect(await other.api.suggestions('zeb')).toEqual([]);
    expect((await atCarol('search', '--forget', 'zebra crossing')).code).toBe(0);
    expect(await carol.api.suggestions('zeb')).toEqual([]);
  });
});
