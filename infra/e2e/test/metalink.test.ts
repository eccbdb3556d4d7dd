import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContentLink, DownloadView } from '@banyan/proto';
import {
  BIN,
  fileDigest,
  ROOT,
  runCommand,
  sharedContent,
  startMirror,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type FolderMirror,
  type Outcome,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram } from './programs.ts';

jest.setTimeout(90_000);

const ARIA2 = optionalProgram(
  'ARIA2',
  '/usr/bin/aria2c',
  'a real aria2 that downloads by our Metalink; install aria2 to run this test.',
);
const withAria2 = ARIA2 === undefined ? it.skip : it;

const MIB = 1024 * 1024;
const SIZE = 24 * MIB + 321;
const FILE = 'Banyan & <Field> Recordings.bin';

let network: TestNetwork;
let alice: TestPeer;
let dora: TestPeer;
let content: string;
let mirrors: readonly FolderMirror[];
let metalink: string;

beforeAll(async () => {
  network = await startTestNetwork();
  [alice, dora] = await Promise.all([
    network.peer('alice', {
      preferSupernode: 'oak',
      files: { [FILE]: (path) => writeSeeded(path, FILE, SIZE) },
    }),
    network.peer('dora', { preferSupernode: 'elm' }),
  ]);
  await alice.settled();
  content = await sharedContent(alice, FILE);
  mirrors = [await startMirror(alice.sharedFolder), await startMirror(alice.sharedFolder)];
});
afterAll(async () => {
  await network?.stop();
  for (const mirror of mirrors ?? []) await mirror.close();
});

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const at = (peer: TestPeer, ...args: readonly string[]): Promise<Outcome> =>
  runCommand([BIN, ...args, '--peer', peer.dataDir], { cwd: ROOT, timeoutMs: 60_000 });
const urls = (): string[] => mirrors.map(({ url }) => url);
const mirrorFlags = (): string[] => urls().flatMap((url) => ['--mirror', url]);

describe('banyan link', () => {
  it_('writes a link with mirrors, and a Metalink of a file that is here', async () => {
    const made = await at(alice, 'link', content, ...mirrorFlags());
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toMatch(new RegExp(`^banyan:${content}\\?dn=.*&ws=http`));
    const written = await at(alice, 'link', content, '--metalink', ...mirrorFlags());
    expect(written).toMatchObject({ code: 0 });
    metalink = join(network.folder, 'a.meta4');
    await writeFile(metalink, written.stdout);
    expect(written.stdout).toContain(await fileDigest(join(alice.sharedFolder, FILE)));
    const json = JSON.parse((await at(alice, 'link', content, '--json')).stdout) as ContentLink;
    expect(json).toMatchObject({ content, name: FILE, size: SIZE });
  });

  it_('says what is wrong', async () => {
    expect((await at(alice, 'link', content, '--metalink')).stderr).toContain('--mirror');
    expect((await at(alice, 'link', content, '--mirror', 'ftp://a/b')).stderr).toContain('not an http');
    const nobody = await at(dora, 'link', content, '--mirror', urls()[0]!);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain('not in your library');
  });

  withAria2('writes what aria2 accepts and completes from the mirrors', async () => {
    const folder = join(network.folder, 'aria2');
    await mkdir(folder);
    await promisify(execFile)(ARIA2!, [
      '--no-conf',
      '--allow-overwrite=true',
      '--check-integrity=true',
      '--console-log-level=warn',
      '--dir',
      folder,
      '--metalink-file',
      metalink,
    ]);
    const [name] = (await readdir(folder)).filter((one) => !one.endsWith('.meta4'));
    expect(await fileDigest(join(folder, name!))).toBe(await fileDigest(join(alice.sharedFolder, FILE)));
  });
});

describe('banyan get', () => {
  it_('downloads the files of a Metalink from its mirrors, through kill -9, and shares them', async () => {
    for (const mirror of mirrors) mirror.setRate(4 * MIB);
    const begun = await at(dora, 'get', metalink, '--no-wait', '--json');
    expect(begun).toMatchObject({ code: 0 });
    const { id } = JSON.parse(begun.stdout) as DownloadView;
    const before = await waitFor(
      async () => {
        const view = await dora.download(id);
        return view.bytes >= 8 * MIB && view;
      },
      { what: 'a third of the file' },
    );
    expect(before.sources.map(({ kind, account }) => [kind, account])).toEqual([
      ['mirror', '127.0.0.1'],
      ['mirror', '127.0.0.1'],
    ]);
    await dora.program.kill();
    for (const mirror of mirrors) mirror.setRate(Infinity);
    await dora.restart();
    const done = await dora.reaches(id, ['done']);
    expect(done.content).toBe(content);
    expect(await fileDigest(done.path)).toBe(await fileDigest(join(alice.sharedFolder, FILE)));
    // What was in flight when it was killed came twice, not more.
    expect(done.fetchedBytes).toBeLessThan(2 * SIZE);
    expect(await sharedContent(dora, done.path.slice(dora.downloadFolder.length + 1))).toBe(content);
  });

  it_('downloads by a link from peers and mirrors in one swarm', async () => {
    const eve = await network.peer('eve', { preferSupernode: 'oak' });
    await waitFor(async () => (await eve.api.status()).home !== null, { what: 'eve to have a home' });
    const link = (await at(alice, 'link', content, ...mirrorFlags())).stdout.trim();
    const outcome = await at(eve, 'get', link);
    expect(outcome).toMatchObject({ code: 0 });
    expect(await fileDigest(outcome.stdout.trim())).toBe(await fileDigest(join(alice.sharedFolder, FILE)));
  });

  it_('refuses what is no Metalink, with a reason', async () => {
    const bad = join(network.folder, 'bad.meta4');
    await writeFile(bad, '<metalink/>');
    const outcome = await at(dora, 'get', bad);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('not a Metalink 4');
    expect((await at(dora, 'get', join(network.folder, 'none.meta4'))).stderr).toContain('cannot be read');
    const none = await at(dora, 'get', `${urls()[0]!}none.meta4`);
    expect(none.stderr).toContain('has no Metalink there (404)');
  });
});
