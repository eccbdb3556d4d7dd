/** Each command against a peer with scripted answers, over real HTTP. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { runCli } from '../../src/program.ts';
import { scriptDownload, startFakePeer, type FakePeer } from '../fake-peer.ts';
import { testContext } from '../test-context.ts';
import { until, useFakePeer } from '../use-fake-peer.ts';
import {
  downloadView,
  hitView,
  peerStatus,
  ROOT,
  searchView,
  shareView,
  sourceView,
  supernodeView,
} from '../views.ts';

const fake = useFakePeer();
const { run } = fake;
let peer: FakePeer;
let folder: string;
beforeEach(() => {
  ({ peer, folder } = fake);
});

describe('banyan get', () => {
  const done = downloadView({
    state: 'done',
    bytes: 100_000_000,
    sources: [
      sourceView({ bytes: 60_000_000, state: 'idle' }),
      sourceView({ account: 'carol', deviceId: 'c', bytes: 40_000_000, state: 'idle' }),
    ],
  });

  it('takes the number of a hit, waits, and prints the path', async () => {
    peer.on('POST /searches', () => searchView());
    peer.on('GET /searches/s1', () => ({
      search: searchView(),
      results: [hitView(), hitView({ name: 'two' })],
    }));
    peer.on('DELETE /searches/s1', () => undefined);
    await run(['search', 'banyan']);
    scriptDownload(peer, downloadView());
    const ctx = testContext({ env: { BANYAN_DATA_DIR: folder }, cwd: '/home/ada' });
    const got = runCli(['get', '2', '--to', 'Music', '--name', 'mine.bin'], ctx);
    await peer.opened('downloads');
    peer.show('downloads', [downloadView({ bytes: 70_000_000 })]);
    peer.show('downloads', [done]);
    expect(await got).toBe(0);
    expect(ctx.stdout()).toBe('/home/ada/Downloads/recordings.bin\n');
    expect(ctx.stderr()).toContain('50 %, 5.0 MB/s from 1 source, 10 s left');
    expect(ctx.stderr()).toContain('(bob 60 %, carol 40 %)');
    expect(peer.calls.findLast(({ method }) => method === 'POST')?.body).toEqual({
      link: hitView({ name: 'two' }).link,
      name: 'mine.bin',
      folder: '/home/ada/Music',
    });
  });

  it('draws a bar for the file and one for each source on a terminal', async () => {
    const sources = [
      sourceView(),
      sourceView({
        account: 'mallory',
        deviceId: 'm',
        state: 'dropped',
        bytes: 0,
        badChunks: 1,
        problem: { code: 'bad_chunk', message: 'Wrong bytes: the chunk does not match its proof.' },
      }),
    ];
    scriptDownload(peer, downloadView({ sources }));
    const ctx = testContext({ env: { BANYAN_DATA_DIR: folder, NO_COLOR: '1' }, terminal: { width: 160 } });
    const got = runCli(['get', `banyan:${ROOT}-100000000?dn=recordings.bin`], ctx);
    await until(() => ctx.stderr().includes('mallory'));
    peer.show('downloads', [{ ...done, sources }]);
    expect(await got).toBe(0);
    expect(ctx.stderr()).toMatch(
      /recordings\.bin +█+░+ +50 % +100 MB {2}5\.0 MB\/s from 1 source, 10 s left/,
    );
    expect(ctx.stderr()).toMatch(/bob +█+░+ +40 % +40\.0 MB {2}2\.0 MB\/s/);
    expect(ctx.stderr()).toMatch(/mallory .*dropped: Wrong bytes.*, 1 wrong chunk/);
  });

  it('says why a download failed', async () => {
    scriptDownload(
      peer,
      downloadView({ state: 'failed', problem: { code: 'disk_failed', message: 'The disk refused.' } }),
    );
    const { code, ctx } = await run(['get', `banyan:${ROOT}-5?dn=x`]);
    expect(code).toBe(1);
    expect(ctx.stderr()).toContain('recordings.bin failed: The disk refused.');
    expect(ctx.stdout()).toBe('');
  });

  it('says in a pipe why it waits, once a reason', async () => {
    const waiting = (code: string, message: string) =>
      downloadView({ state: 'waiting', problem: { code, message }, sources: [] });
    const dropped = (since: number) =>
      sourceView({ state: 'dropped', since, problem: { code: 'bad_chunk', message: 'Wrong bytes.' } });
    scriptDownload(peer, downloadView({ sources: [dropped(1)] }));
    const ctx = testContext({ env: { BANYAN_DATA_DIR: folder } });
    const got = runCli(['get', `banyan:${ROOT}-5?dn=x`], ctx);
    await peer.opened('downloads');
    peer.show('downloads', [downloadView({ sources: [dropped(2)] })]);
    peer.show('downloads', [waiting('no_slot', 'Number 3 in the queue of a source.')]);
    peer.show('downloads', [waiting('no_slot', 'Number 2 in the queue of a source.')]);
    peer.show('downloads', [waiting('disk_full', 'The disk is full\u001b[2J.')]);
    peer.show('downloads', [waiting('no_sources', 'Nobody has it now.')]);
    peer.show('downloads', [done]);
    expect(await got).toBe(0);
    expect(ctx.stderr().split('\n').slice(1, -2)).toEqual([
      'Source bob: dropped: Wrong bytes.',
      'recordings.bin: 50 %, waiting for a place',
      'recordings.bin: Number 3 in the queue of a source.',
      'recordings.bin: 50 %, waiting for room on the disk',
      expect.stringMatching(/^recordings\.bin: The disk is full[^\u001b]*$/),
      'recordings.bin: 50 %, waiting for a source',
      'recordings.bin: Nobody has it now.',
      'recordings.bin: 100 %, done',
    ]);
  });

  it('has nothing to do for a file that is here already, but says where it is', async () => {
    scriptDownload(peer, downloadView({ state: 'done', path: '/home/ada/Music/a.flac' }));
    const waited = await run(['get', `banyan:${ROOT}-5?dn=x`]);
    expect(waited.code).toBe(0);
    expect(waited.ctx.stderr()).toBe('You have it already: /home/ada/Music/a.flac\n');
    expect(waited.ctx.stdout()).toBe('/home/ada/Music/a.flac\n');
    const begun = await run(['get', `banyan:${ROOT}-5?dn=x`, '--no-wait']);
    expect(begun.ctx.stdout()).toBe('You have it already: /home/ada/Music/a.flac\n');
  });

  it('leaves the download running at Ctrl-C, and says so', async () => {
    scriptDownload(peer, downloadView());
    const ctx = testContext({ env: { BANYAN_DATA_DIR: folder } });
    const got = runCli(['get', `banyan:${ROOT}-5?dn=x`], ctx);
    await peer.opened('downloads');
    ctx.signal('SIGINT');
    expect(await got).toBe(130);
    expect(ctx.stderr()).toContain('goes on in the peer');
    expect(peer.calls.some(({ path }) => path.includes('cancel'))).toBe(false);
  });

  it('only begins it with --no-wait', async () => {
    scriptDownload(peer, downloadView());
    const { code, json } = await run(['get', `banyan:${ROOT}-5?dn=x`, '--no-wait', '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ id: downloadView().id, state: 'downloading' });
  });

  it.each([
    [['get', '7'], 1, 'There is no search yet'],
    [['get', 'banyan'], 2, 'neither the number'],
    [['get', `${ROOT}-5`], 2, '--name'],
    [['get', '1', '2', '--name', 'x'], 2, 'one file'],
  ])('%j ends with %i: %s', async (args, expected, words) => {
    const { code, ctx } = await run(args);
    expect(code).toBe(expected);
    expect(ctx.stderr()).toContain(words);
  });
});

describe('banyan share', () => {
  it('lists, with errors of files', async () => {
    peer.on('GET /shares', () => [
      shareView({ skipped: 3, errors: [{ path: 'a.txt', code: 'file_changed', message: 'It changed.' }] }),
    ]);
    const { ctx } = await run(['share']);
    expect(ctx.stdout()).toContain('/home/ada/Music');
    expect(ctx.stdout()).toContain('a.txt: It changed.');
  });

  it('shares a folder relative to where the command was typed', async () => {
    peer.on('POST /shares', () => shareView());
    const { code } = await run(['share', 'Music', '--name', 'Records'], { cwd: '/home/ada' });
    expect(code).toBe(0);
    expect(peer.calls.at(-1)?.body).toEqual({ path: '/home/ada/Music', name: 'Records' });
  });

  const unsafe = (): void =>
    peer.on('POST /shares', ({ body }) => {
      if ((body as { confirm?: boolean }).confirm === true) return shareView();
      throw new BanyanError('folder_unsafe', 'This is your home folder.');
    });

  it('asks on a terminal before it shares what looks private', async () => {
    unsafe();
    const yes = await run(['share', '/home/ada'], { terminal: { width: 80 }, answers: ['y'] });
    expect(yes.code).toBe(0);
    expect(yes.ctx.stderr()).toContain('This is your home folder.');
    const no = await run(['share', '/home/ada'], { terminal: { width: 80 }, answers: ['n'] });
    expect(no.code).toBe(1);
  });

  it('says elsewhere how to confirm, and takes --yes', async () => {
    unsafe();
    const refused = await run(['share', '/home/ada']);
    expect(refused.code).toBe(1);
    expect(refused.ctx.stderr()).toContain('--yes');
    expect((await run(['share', '/home/ada', '--yes'])).code).toBe(0);
  });

  it.each([{}, { terminal: { width: 80 }, answers: ['y'] }])(
    'asks nothing and hints at nothing when a folder may never be shared: %j',
    async (init) => {
      peer.on('POST /shares', () => {
        const message = '/etc holds settings of this machine. It is never shared; choose another folder.';
        throw new BanyanError('folder_unsafe', message, { details: { confirmable: false } });
      });
      const { code, ctx } = await run(['share', '/etc'], init);
      expect(code).toBe(1);
      expect(ctx.stderr()).toContain('It is never shared; choose another folder.');
      expect(ctx.stderr()).not.toMatch(/all the same|--yes/);
      expect(peer.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
    },
  );

  it('removes by id, name or path', async () => {
    peer.on('GET /shares', () => [shareView(), shareView({ id: 'sh2', path: '/srv/films', name: 'Films' })]);
    peer.on('DELETE /shares/sh2', () => undefined);
    for (const which of ['sh2', 'Films', '/srv/films'])
      expect((await run(['share', '--remove', which])).code).toBe(0);
    expect((await run(['share', '--remove', 'sh'])).ctx.stderr()).toContain('could be 2 of them');
    expect((await run(['share', '--remove', 'x'])).ctx.stderr()).toContain('There is no shared folder "x"');
  });
});

describe('the other commands', () => {
  it('status says how the peer is', async () => {
    peer.on('GET /status', () =>
      peerStatus({
        reach: {
          state: 'unreachable',
          address: null,
          problem: { code: 'unreachable', message: 'Nobody can dial.' },
        },
      }),
    );
    const { code, ctx } = await run(['status']);
    expect(code).toBe(0);
    expect(ctx.stdout()).toMatch(/Home +oak, connected, 1 ms away/);
    expect(ctx.stdout()).toContain('Nobody can dial.');
  });

  it('status says once, first and in local time that somebody is banned, and nothing that follows from it', async () => {
    const at = Date.UTC(2026, 11, 4, 13, 25);
    const message = (until: string) =>
      `This account has been banned until ${until}: just a test. Ask an operator of your network.`;
    const problem = { code: 'token_revoked', message: message(new Date(at).toISOString()) };
    const offline = { state: 'offline', problem } as const;
    peer.on('GET /status', () =>
      peerStatus({ auth: offline, list: offline, home: null, secondHome: null, homeProblem: problem }),
    );
    const { code, ctx } = await run(['status']);
    expect(code).toBe(0);
    const lines = ctx.stdout().split('\n');
    expect(lines[0]).toMatch(
      /^This account has been banned until \d+ December 2026 at \d\d:\d\d: just a test\. Ask/,
    );
    expect(lines.filter((line) => line.includes('banned'))).toHaveLength(1);
    expect(ctx.stdout()).not.toContain('looking for one');
  });

  it('supernodes lists home and second home', async () => {
    peer.on('GET /status', () => peerStatus());
    peer.on('GET /supernodes', () => [supernodeView(), supernodeView({ name: 'elm', relation: 'second' })]);
    const { ctx } = await run(['supernodes']);
    expect(ctx.stdout()).toMatch(/oak +home +connected +3 of 5,000 +40 +1 ms +127\.0\.0\.1:7710/);
    expect(ctx.stdout()).toContain('second home');
    expect(ctx.stderr()).toBe('');
  });

  it('supernodes and status say how old the list is while its store is away', async () => {
    // The clock of a test's command stands at one minute.
    peer.on('GET /status', () => peerStatus({ list: { state: 'connected', problem: null, asOf: 20_000 } }));
    peer.on('GET /supernodes', () => [supernodeView()]);
    const { code, ctx } = await run(['supernodes']);
    expect(code).toBe(0);
    expect(ctx.stderr()).toBe('As the list knew them 40 s ago: its store does not answer.\n');
    expect((await run(['status'])).ctx.stdout()).toMatch(/List +connected, as it was 40 s ago: its store/);
  });

  it('downloads lists, and acts on the beginning of an id', async () => {
    peer.on('GET /downloads', () => [downloadView(), downloadView({ id: '77', name: 'two', state: 'done' })]);
    peer.on(`POST /downloads/${downloadView().id}/pause`, () => downloadView({ state: 'paused' }));
    peer.on('DELETE /downloads/77', () => undefined);
    expect((await run(['downloads'])).ctx.stdout()).toMatch(/3f2a9c00 +recordings\.bin +100 MB +50 %/);
    expect((await run(['downloads', 'pause', '3f2'])).ctx.stdout()).toBe('Paused: recordings.bin\n');
    expect((await run(['downloads', 'remove', '77', '--json'])).json()).toEqual({ removed: '77' });
    expect((await run(['downloads', 'pause'])).code).toBe(2);
    expect((await run(['downloads', 'explode', '1'])).code).toBe(2);
  });

  it('files reads page after page', async () => {
    const file = (id: number) => ({
      id,
      content: `${ROOT}-${id}`,
      name: `${id}.txt`,
      folder: '故事',
      size: id,
      type: 'document',
      modified: 0,
      tags: {},
      link: `banyan:${ROOT}-${id}`,
    });
    peer.on('GET /files', ({ path }) =>
      path.includes('after=1')
        ? { files: [file(2)], total: 2, next: null }
        : { files: [file(1)], total: 2, next: 1 },
    );
    const { ctx } = await run(['files', '--limit', '0']);
    expect(ctx.stdout()).toContain('故事/1.txt');
    expect(ctx.stdout()).toContain('故事/2.txt');
  });

  it('open prints the link, and opens the browser only before a person', async () => {
    peer.on('POST /login-links', () => ({ url: 'http://localhost:1/#login=x', expiresAt: 1 }));
    const script = await run(['open']);
    expect(script.ctx.stdout()).toBe('http://localhost:1/#login=x\n');
    expect(script.ctx.opened).toEqual([]);
    const person = await run(['open'], { terminal: { width: 80 }, env: { DISPLAY: ':0' } });
    expect(person.ctx.opened).toEqual(['http://localhost:1/#login=x']);
    const ci = await run(['open'], { terminal: { width: 80 }, env: { DISPLAY: ':0', CI: 'true' } });
    expect(ci.ctx.opened).toEqual([]);
    const print = await run(['open', '--print'], { terminal: { width: 80 }, env: { DISPLAY: ':0' } });
    expect(print.ctx.opened).toEqual([]);
  });

  it('stop waits until the peer is gone', async () => {
    let stopping = false;
    peer.on('POST /stop', () => void (stopping = true));
    peer.on('GET /status', () => {
      if (stopping) throw new BanyanError('peer_not_running');
      return peerStatus();
    });
    const { code, ctx } = await run(['stop']);
    expect(code).toBe(0);
    expect(ctx.stdout()).toBe('alice has stopped.\n');
  });
});

describe('whom a command talks to', () => {
  it('is the named local peer, or a data folder', async () => {
    peer.on('GET /status', () => peerStatus({ name: 'carol' }));
    await peer.announce(join(folder, 'local', 'carol', 'peer'));
    await peer.announce(join(folder, 'elsewhere'));
    expect((await run(['--peer', 'carol', 'status', '--json'])).json()).toMatchObject({ name: 'carol' });
    expect((await run(['status', '--peer', join(folder, 'elsewhere'), '--json'])).code).toBe(0);
    expect((await run(['status', '--json'], { env: { BANYAN_PEER: 'carol' } })).code).toBe(0);
  });

  it('is the peer of this machine when no local network is there', async () => {
    await rm(join(folder, 'local'), { recursive: true });
    await peer.announce(join(folder, 'peer'));
    peer.on('GET /status', () => peerStatus());
    expect((await run(['status'])).code).toBe(0);
  });

  it('is said when it is another local peer than the first', async () => {
    await rm(join(folder, 'local', 'alice'), { recursive: true });
    await peer.announce(join(folder, 'local', 'bob', 'peer'));
    peer.on('GET /status', () => peerStatus({ name: 'bob' }));
    const { code, ctx } = await run(['status']);
    expect(code).toBe(0);
    expect(ctx.stderr()).toBe('alice is not running; asking bob\n');
    expect((await run(['--peer', 'bob', 'status'])).ctx.stderr()).toBe('');
    expect((await run(['status', '--json'])).ctx.stderr()).toBe('');
  });

  it('is said to be missing, with what to do, and code 69', async () => {
    await rm(join(folder, 'local'), { recursive: true });
    const { code, ctx } = await run(['status']);
    expect(code).toBe(69);
    expect(ctx.stderr()).toMatch(/No peer is running here .*npm start/);
    const named = await run(['--peer', 'bob', 'status', '--json']);
    expect(named.code).toBe(69);
    expect(named.json()).toMatchObject({ error: { code: 'peer_not_running' } });
    expect((await run(['--peer', 'nobody', 'status'])).ctx.stderr()).toContain('alice, bob, carol');
  });

  it('is told apart from the plain files that a running local network keeps beside its peers', async () => {
    await writeFile(join(folder, 'local', 'running.json'), '{}');
    await peer.announce(join(folder, 'local', 'dora', 'peer'));
    const wrong = await run(['--peer', 'nobody', 'status']);
    expect(wrong.code).toBe(1);
    expect(wrong.ctx.stderr()).toContain('give one of alice, bob, carol, dora, or');
    expect((await run(['--peer', 'running.json', 'status'])).code).toBe(1);
    const completion = await run(['completion', 'bash']);
    expect(completion.code).toBe(0);
    expect(completion.ctx.stdout()).toContain('dora');
    expect(completion.ctx.stdout()).not.toContain('running.json');
  });

  it('is said not to answer when it was killed', async () => {
    const dead = await startFakePeer();
    await dead.announce(join(folder, 'local', 'bob', 'peer'));
    await dead.close();
    const { code, ctx } = await run(['--peer', 'bob', 'status']);
    expect(code).toBe(69);
    expect(ctx.stderr()).toContain('The peer bob does not answer');
  });
});

describe('the last search', () => {
  it('is kept for its owner alone', async () => {
    peer.on('POST /searches', () => searchView());
    peer.on('GET /searches/s1', () => ({ search: searchView(), results: [hitView()] }));
    peer.on('DELETE /searches/s1', () => undefined);
    await run(['search', 'banyan']);
    const kept = await readFile(join(folder, 'local', 'alice', 'peer', 'last-search.json'), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ query: 'banyan', hits: [{ name: 'Banyan at dawn.png' }] });
    const { ctx, code } = await run(['get', '5']);
    expect(code).toBe(1);
    expect(ctx.stderr()).toContain('had one hit; there is no number 5');
  });
});
