import { describe, expect, it } from '@jest/globals';
import {
  BanyanError,
  contentIdText,
  type AddressCheck,
  type ChunkFetch,
  type FetchedView,
  type Hit,
  type ReachStep,
  type SearchDone,
  type SharedFile,
} from '@banyan/proto';
import { systemClock } from '@banyan/kit';
import { createReachTest, type ReachTestComponents } from '../../src/link/reach-test.ts';

const content = { root: new Uint8Array(32).fill(7), length: 5 };
const FILE = { content: contentIdText(content), name: 'song.ogg' } as SharedFile;
const check = (more: Partial<AddressCheck> = {}): AddressCheck => ({
  address: { host: '192.0.2.7', port: 7740 },
  reachable: true,
  code: '',
  message: '',
  roundTripMs: 3.14,
  ...more,
});

const came = (more: Partial<ChunkFetch> = {}): ChunkFetch => ({
  address: { host: '192.0.2.7', port: 7740 },
  code: '',
  message: '',
  bytes: 5,
  tookMs: 12,
  ...more,
});
/** Somebody downloaded from here once. */
const DOWNLOADED: FetchedView = {
  content: FILE.content,
  name: 'song.ogg',
  bytes: 5,
  accounts: ['bob'],
  more: false,
  lastAccount: 'bob',
  lastAt: 9,
};

async function steps(more: Partial<ReachTestComponents> = {}): Promise<Record<string, ReachStep>> {
  const test = createReachTest({
    clock: systemClock,
    dialled: () => ({ home: 'oak', checks: [check()], at: 1_000 }),
    checkReach: () => Promise.resolve(came()),
    files: () => [FILE],
    search: (_query, { onHits }) => {
      onHits?.([{ ...content } as unknown as Hit]);
      return Promise.resolve({} as SearchDone);
    },
    fetched: () => [],
    listen: () => ({ host: '0.0.0.0', port: 7740 }),
    ...more,
  });
  const { steps: found } = await test(AbortSignal.timeout(5_000));
  expect(found.map(({ step }) => step)).toEqual(['port', 'key', 'found', 'fetched']);
  return Object.fromEntries(found.map((one) => [one.step, one]));
}

describe('whether others can reach this peer', () => {
  it('tells what was measured where all is well, and claims nothing that was not', async () => {
    const { port, key, found, fetched } = await steps();
    expect(port).toMatchObject({ result: 'passed', by: 'oak', address: '192.0.2.7:7740', ms: 3.1 });
    expect(key).toMatchObject({ result: 'passed' });
    expect(found).toMatchObject({ result: 'passed', by: 'oak', file: 'song.ogg' });
    expect(fetched).toMatchObject({
      result: 'passed',
      by: 'oak',
      address: '192.0.2.7:7740',
      file: 'song.ogg',
      bytes: 5,
      ms: 12,
    });
  });

  it('tells a port that nobody answers at from one at which somebody else does', async () => {
    const failed = (code: string) => ({
      dialled: () => ({
        home: 'oak',
        checks: [check({ reachable: false, code, message: 'No.' })],
        at: 1_000,
      }),
    });
    const closed = await steps(failed('unreachable'));
    expect([closed['port']?.result, closed['key']?.result]).toEqual(['failed', 'unknown']);
    expect(closed['port']?.problem).toEqual({ code: 'unreachable', message: 'No.' });
    for (const code of ['key_mismatch', 'wrong_service']) {
      const other = await steps(failed(code));
      expect([other['port']?.result, other['key']?.result]).toEqual(['passed', 'failed']);
    }
  });

  it('knows nothing before anybody dialled, and without a file to ask for', async () => {
    const all = await steps({
      dialled: () => ({ home: undefined, checks: [], at: undefined }),
      files: () => [],
    });
    expect(Object.values(all).map(({ result }) => result)).toEqual(Array(4).fill('unknown'));
  });

  it('shows what the home finds now; where it does not look now, what it found last and when', async () => {
    let found = { home: 'oak', checks: [check({ reachable: false, code: 'unreachable' })], at: 1_000 };
    const dialled = () => found;
    const checkReach = () => {
      found = { home: 'oak', checks: [check()], at: 2_000 };
      return Promise.resolve(null);
    };
    expect((await steps({ dialled, checkReach }))['port']).toMatchObject({ result: 'passed', at: 2_000 });
    for (const code of ['rate_limited', 'unknown_message', 'no_supernode', 'timeout'] as const) {
      const { port, key } = await steps({ dialled, checkReach: () => Promise.reject(new BanyanError(code)) });
      expect([port, key]).toMatchObject([
        { result: 'passed', at: 2_000 },
        { result: 'passed', at: 2_000 },
      ]);
    }
  });

  it('asks for a few files, by their hashes alone, and says which was not found or why not', async () => {
    const asked: string[] = [];
    const { found } = await steps({
      files: () => Array.from({ length: 9 }, () => FILE),
      search: (query) => {
        asked.push(query);
        return Promise.resolve({} as SearchDone);
      },
    });
    expect(asked).toEqual(Array(3).fill(`hash:${'07'.repeat(32)}`));
    expect(found).toMatchObject({ result: 'failed', file: 'song.ogg', problem: null });
    const away = await steps({ search: () => Promise.reject(new BanyanError('no_supernode')) });
    expect(away['found']).toMatchObject({ result: 'failed', problem: { code: 'no_supernode' } });
  });

  it('has a chunk of the newest file fetched that is not empty', async () => {
    const asked: unknown[] = [];
    const checkReach: ReachTestComponents['checkReach'] = (which) => {
      asked.push(which);
      return Promise.resolve(came());
    };
    const empty = { content: `${'0'.repeat(64)}-0`, name: 'nothing.txt' } as SharedFile;
    const { fetched } = await steps({ checkReach, files: () => [empty, FILE] });
    expect(fetched).toMatchObject({ result: 'passed', file: 'song.ogg' });
    await steps({ checkReach, files: () => [empty] });
    expect(asked).toEqual([content, undefined]);
  });

  it('tells a stranger who got nothing from one that was told to wait, and from one that found no address', async () => {
    const after = (fetch: ChunkFetch) => steps({ checkReach: () => Promise.resolve(fetch) });
    for (const code of ['bad_chunk', 'bad_proof', 'forbidden', 'timeout', 'unknown_content', 'key_mismatch'])
      expect((await after(came({ code, message: 'No.' })))['fetched']).toMatchObject({
        result: 'failed',
        problem: { code, message: 'No.' },
      });
    for (const code of ['no_slot', 'rate_limited', 'shutting_down'])
      expect((await after(came({ code, message: 'Later.' })))['fetched']).toMatchObject({
        result: 'unknown',
        problem: { code, message: 'Later.' },
      });
    expect((await after(came({ code: 'unreachable', address: null })))['fetched']).toMatchObject({
      result: 'unknown',
      problem: null,
    });
  });

  it('says that its supernode is too old to fetch, unless a real download showed it', async () => {
    const tooOld = { checkReach: () => Promise.resolve(null) };
    expect((await steps(tooOld))['fetched']).toMatchObject({
      result: 'unknown',
      problem: { code: 'unknown_message' },
    });
    expect((await steps({ ...tooOld, fetched: () => [DOWNLOADED] }))['fetched']).toMatchObject({
      result: 'passed',
      by: 'bob',
      file: 'song.ogg',
      bytes: 5,
      at: 9,
    });
  });

  it('keeps what was found last while the home does not want to look again', async () => {
    let answer: () => Promise<ChunkFetch> = () => Promise.resolve(came({ bytes: 3 }));
    const test = createReachTest({
      clock: systemClock,
      dialled: () => ({ home: 'oak', checks: [check()], at: 1_000 }),
      checkReach: () => answer(),
      files: () => [FILE],
      search: () => Promise.resolve({} as SearchDone),
      fetched: () => [],
      listen: () => ({ host: '0.0.0.0', port: 7740 }),
    });
    const last = async () => (await test(AbortSignal.timeout(5_000))).steps.at(-1);
    const first = await last();
    answer = () => Promise.reject(new BanyanError('rate_limited'));
    expect(await last()).toEqual(first);
    expect(first).toMatchObject({ result: 'passed', bytes: 3 });
  });
});
