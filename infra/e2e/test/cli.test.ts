import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadView, PeerStatus, SearchResult, ShareView, SupernodeView } from '@banyan/proto';
import {
  BIN,
  fileDigest,
  ROOT,
  runCommand,
  startTestNetwork,
  writeSeeded,
  type Outcome,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';

jest.setTimeout(60_000);

const MIB = 1024 * 1024;
const FILE = 'Banyan Field Recordings.bin';

let network: TestNetwork;
let alice: TestPeer;
let dora: TestPeer;

beforeAll(async () => {
  network = await startTestNetwork();
  [alice, dora] = await Promise.all([
    network.peer('alice', {
      preferSupernode: 'oak',
      files: { [FILE]: (path) => writeSeeded(path, FILE, 16 * MIB), '榕樹的故事.txt': '榕樹\n' },
    }),
    network.peer('dora', { preferSupernode: 'elm' }),
  ]);
  await alice.settled();
  await dora.find('field recordings');
});
afterAll(() => network?.stop());

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
// The file that npm links as `banyan`.
const banyan = (...args: readonly string[]): Promise<Outcome> =>
  runCommand([BIN, ...args], { cwd: ROOT, env: { BANYAN_DATA_DIR: join(network.folder, 'nobody') } });
const atDora = (...args: readonly string[]): Promise<Outcome> => banyan(...args, '--peer', dora.dataDir);
const json = (outcome: Outcome): unknown => JSON.parse(outcome.stdout);

describe('the banyan command against a running peer', () => {
  it_('searches, for people and for programs', async () => {
    const people = await atDora('search', 'field', 'recordings');
    expect(people).toMatchObject({ code: 0 });
    expect(people.stdout).toContain(FILE);
    const programs = await atDora('search', '--json', '榕樹');
    expect(programs.code).toBe(0);
    const { search, results } = json(programs) as SearchResult;
    expect(search).toMatchObject({ state: 'done', asked: 2, answered: 2 });
    expect(results.map((hit) => hit.name)).toEqual(['榕樹的故事.txt']);
  });

  it_('gets a hit of the last search by its number, and prints where the file is', async () => {
    expect((await atDora('search', 'field', 'recordings')).code).toBe(0);
    const outcome = await atDora('get', '1');
    expect(outcome).toMatchObject({ code: 0 });
    const path = join(dora.downloadFolder, FILE);
    expect(outcome.stdout.trim()).toBe(path);
    expect(await fileDigest(path)).toBe(await fileDigest(join(alice.sharedFolder, FILE)));
    const downloads = json(await atDora('downloads', '--json')) as DownloadView[];
    expect(downloads.map((d) => [d.name, d.state])).toContainEqual([FILE, 'done']);
  });

  it_('shows the status and the supernodes', async () => {
    const status = json(await atDora('status', '--json')) as PeerStatus;
    expect(status).toMatchObject({ account: 'dora', home: { name: 'elm', state: 'connected' } });
    expect((await atDora('status')).stdout).toContain('dora');
    const supernodes = json(await atDora('supernodes', '--json')) as SupernodeView[];
    expect(supernodes.map((s) => s.name).sort()).toEqual(['elm', 'oak']);
  });

  it_('shares a folder, and says what is wrong with one that it cannot share', async () => {
    const folder = join(network.folder, 'notes');
    await mkdir(folder);
    await writeFile(join(folder, 'shopping list.txt'), 'bananas\n');
    const shared = await atDora('share', folder, '--json');
    expect(shared.code).toBe(0);
    expect(JSON.stringify(json(shared))).toContain(folder);
    expect((await alice.find('shopping list')).name).toBe('shopping list.txt');
    const shares: ShareView[] = await dora.api.shares();
    expect(shares.map((s) => s.path)).toContain(folder);
    const missing = await atDora('share', join(network.folder, 'not there'));
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('There is no folder');
  });

  it_('says in words and by its exit code what went wrong', async () => {
    const nobody = await banyan('status');
    expect(nobody.code).toBe(69);
    expect(nobody.stderr).toContain('npm start');
    const bad = await atDora('get', 'banyan:nonsense');
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain('Copy the whole link');
    const usage = await atDora('serach', 'banyan');
    expect(usage.code).toBe(2);
    expect(usage.stderr).toContain('search');
    const error = await atDora('get', 'banyan:nonsense', '--json');
    expect(error.code).toBe(1);
    expect(error.stdout + error.stderr).toContain('"link_invalid"');
    const number = await atDora('get', '999');
    expect(number.code).not.toBe(0);
    expect(number.stderr).not.toMatch(/^ {4}at /m);
  });

  it_('has help with examples and completion', async () => {
    const help = await banyan('get', '--help');
    expect(help).toMatchObject({ code: 0 });
    expect(help.stdout).toContain('banyan get 1');
    const completion = await banyan('completion', 'bash');
    expect(completion).toMatchObject({ code: 0 });
    expect(completion.stdout).toContain('banyan');
  });

  it_('stops a peer', async () => {
    const eve = await network.peer('eve');
    expect((await banyan('stop', '--peer', eve.dataDir)).code).toBe(0);
    await eve.program.stop();
    expect(eve.program.running).toBe(false);
    expect((await banyan('status', '--peer', eve.dataDir)).code).toBe(69);
    expect(existsSync(eve.dataDir)).toBe(true);
  });
});
