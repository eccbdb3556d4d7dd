/** Somebody pulls the plug while a file arrives: page and command line say so, and the file is whole in the end. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import {
  BIN,
  fileDigest,
  mountHangingDisk,
  ROOT,
  runCommand,
  startCommand,
  startSlowLine,
  startTestNetwork,
  waitFor,
  writeSeeded,
  type HangingDisk,
  type SlowLine,
  type TestNetwork,
  type TestPeer,
} from '../src/index.ts';
import { optionalProgram, startBrowser, type Browser } from './programs.ts';

jest.setTimeout(90_000);

const MIB = 1024 * 1024;
const SIZE = 24 * MIB;
/** Bytes a second of each source while somebody looks: two of them would take eight seconds. */
const RATE = 1.5 * MIB;
/** Once it has begun: nothing is through before everybody has looked, on a machine that is busy too. */
const TRICKLE = RATE / 4;
/** Enough to be worth keeping. */
const BEGUN = 4 * MIB;

const PLUGS = ['source', 'sources', 'supernodes', 'wish', 'machine', 'room', 'disk', 'hang'] as const;
type Plug = (typeof PLUGS)[number];
const fileOf = (plug: Plug): string => `Plug of the ${plug}.bin`;

const CHROMIUM = optionalProgram(
  'CHROMIUM',
  '/usr/bin/chromium',
  'what the page shows when a plug is pulled; install chromium to test it.',
);

let network: TestNetwork;
let alice: TestPeer;
let bob: TestPeer;
let dora: TestPeer;
let lines: SlowLine[];
let browser: Browser | undefined;
let page: Page | undefined;
/** A small disk of its own; undefined where nothing can be mounted. */
let disk: string | undefined;
/** One that can be made to answer no more; undefined as above. */
let hanging: HangingDisk | undefined;
const links = new Map<Plug, string>();

beforeAll(async () => {
  network = await startTestNetwork();
  const original = (name: string): string => join(network.folder, 'originals', name);
  for (const plug of PLUGS) await writeSeeded(original(fileOf(plug)), plug, SIZE);
  const files = Object.fromEntries(
    PLUGS.map(fileOf).map((name) => [name, (path: string) => link(original(name), path)]),
  );
  lines = [];
  const slow = async (): Promise<SlowLine['ports']> => {
    const line = await startSlowLine(RATE);
    lines.push(line);
    return line.ports;
  };
  [alice, bob, dora] = await Promise.all([
    network.peer('alice', { ...(await slow()), preferSupernode: 'oak', files }),
    network.peer('bob', { ...(await slow()), preferSupernode: 'elm', files }),
    network.peer('dora', { preferSupernode: 'elm' }),
  ]);
  await Promise.all([alice.settled(), bob.settled()]);
  for (const plug of PLUGS) {
    const hit = await dora.find(`plug of the ${plug}`, (one) => one.reachableSources === 2);
    links.set(plug, hit.link);
  }
  disk = await mountDisk();
  hanging = await mountHangingDisk(join(network.folder, 'hanging'), 4 * SIZE);
  if (CHROMIUM === undefined) return;
  browser = await startBrowser(CHROMIUM);
  ({ page } = await browser.openPage(30_000));
  await page.goto((await dora.api.loginLink()).url);
  await page.getByText(/Connected to/).waitFor();
  await page
    .getByRole('link', { name: /Transfers/ })
    .first()
    .click();
});
afterEach(() => setRates(RATE));
afterAll(async () => {
  await browser?.close();
  hanging?.unmount();
  if (disk !== undefined) execFileSync('umount', ['-l', disk]);
  await network?.stop();
  await Promise.all((lines ?? []).map((line) => line.close()));
});

/** Room for one and a half of the files. */
async function mountDisk(): Promise<string | undefined> {
  const path = join(network.folder, 'disk');
  await mkdir(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE * 1.5}`, 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    console.warn('SKIPPED: a disk that is really full; it takes the right to mount one.');
    return undefined;
  }
}

const it_ = (name: string, test: () => Promise<void>): void => it(name, () => network.during(name, test));
const setRates = (bytesPerSecond: number): void => {
  for (const line of lines) line.setRate(bytesPerSecond);
};

interface Arriving {
  /** What the page shows of it; nothing is looked at without a browser. */
  sees(check: (row: Locator, page: Page) => Promise<unknown>): Promise<void>;
  /** What `banyan downloads` prints, once it says this. */
  lists(what: RegExp): Promise<void>;
  /** What `banyan get` has printed, once it says this. */
  gets(what: RegExp): Promise<void>;
  /** The plug is in again: waits for the whole file, and for `banyan get` to say where it is. */
  arrives(): Promise<void>;
}

const banyan = (...args: readonly string[]) =>
  runCommand([BIN, ...args, '--peer', dora.dataDir], { cwd: ROOT });

/** Begins a download with the command line, and waits until some of it is here. */
async function begin(plug: Plug, init: { to?: string; columns?: number } = {}): Promise<Arriving> {
  const name = fileOf(plug);
  const to = init.to === undefined ? [] : ['--to', init.to];
  const get = startCommand([BIN, 'get', links.get(plug)!, ...to, '--peer', dora.dataDir], {
    cwd: ROOT,
    timeoutMs: 80_000,
    ...(init.columns === undefined ? {} : { columns: init.columns }),
  });
  const { id } = await waitFor(
    async () => (await dora.api.downloads()).find((one) => one.name === name && one.bytes >= BEGUN),
    { what: `${name} to be under way`, timeoutMs: 30_000 },
  );
  setRates(TRICKLE);
  const row = page?.getByRole('article', { name: new RegExp(name) });
  return {
    async sees(check) {
      if (row !== undefined) await check(row, page!);
    },
    async lists(what) {
      await waitFor(async () => what.test((await banyan('downloads')).stdout), {
        what: `\`banyan downloads\` to say ${what.source}`,
        timeoutMs: 30_000,
        everyMs: 200,
      });
    },
    async gets(what) {
      // A terminal breaks long sentences into lines.
      await waitFor(() => what.test(get.said().replace(/\s+/g, ' ')) || undefined, {
        what: `\`banyan get\` to say ${what.source}`,
        timeoutMs: 30_000,
      });
    },
    async arrives() {
      setRates(Infinity);
      const done = await dora.reaches(id, ['done']);
      expect(await fileDigest(done.path)).toBe(await fileDigest(join(alice.sharedFolder, name)));
      const outcome = await get.ended;
      expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining(done.path) });
      await row?.getByText('Done', { exact: true }).waitFor();
    },
  };
}

describe('somebody pulls the plug on', () => {
  it_('a source: it is named, with the reason, and the others give the rest', async () => {
    const file = await begin('source');
    await alice.program.kill();
    // Which of the two it is depends on whether it was just giving something.
    const why = '.*(cannot be reached|ended its answer early)';
    await file.sees((row) => row.getByText(new RegExp(`alice was dropped: ${why}`, 'i')).waitFor());
    await file.gets(new RegExp(`Source alice: dropped: ${why}`));
    await file.lists(new RegExp(`source alice: dropped: ${why}`));
    await file.arrives();
    await alice.restart();
    await alice.settled();
  });

  it_('all sources: it waits, says for what and until when, and goes on when one is back', async () => {
    const file = await begin('sources', { columns: 80 });
    await Promise.all([alice, bob].map((peer) => peer.program.kill()));
    await file.sees(async (row) => {
      await row.getByText('Waiting for a source').waitFor();
      await row.getByText('None of the 2 known sources gives anything just now.').waitFor();
      await row.getByText(/since .*, looked \d/).waitFor();
      await row.getByText(/looks again in \d|looking now/).waitFor();
    });
    await file.gets(/None of the 2 known sources gives anything just now\. .* looked \d times? for sources/);
    await file.lists(/waiting for a source[^]*again in \d/);
    await bob.restart();
    await file.arrives();
    await alice.restart();
    await Promise.all([alice.settled(), bob.settled()]);
  });

  it_('the supernodes: what arrives goes on, what needs one waits for it', async () => {
    const file = await begin('supernodes');
    const supernodes = ['oak', 'elm'].map((name) => network.supernode(name));
    await Promise.all(supernodes.map((program) => program.kill()));
    await file.sees((_row, all) => all.getByText(/The network does not answer just now/).waitFor());
    await waitFor(async () => /Home +none, looking for one/.test((await banyan('status')).stdout), {
      what: '`banyan status` to say that there is no supernode',
    });
    await file.arrives();

    expect((await banyan('get', links.get('wish')!, '--no-wait')).code).toBe(0);
    const wish = (await dora.api.downloads()).find(({ name }) => name === fileOf('wish'))!;
    await file.sees((_row, all) =>
      all
        .getByRole('article', { name: new RegExp(wish.name) })
        .getByText(/Waiting for the network/)
        .waitFor(),
    );
    await file.lists(/waiting for a supernode[^]*No supernode answers/);
    setRates(Infinity);
    await Promise.all(supernodes.map((program) => program.start()));
    const { path } = await dora.reaches(wish.id, ['done']);
    expect(await fileDigest(path)).toBe(await fileDigest(join(alice.sharedFolder, wish.name)));
    await file.sees((_row, all) =>
      all.getByText(/The network does not answer/).waitFor({ state: 'detached' }),
    );
    await Promise.all([alice.settled(), bob.settled()]);
  });

  it_('their own machine: page and command say so, and go on with it', async () => {
    const file = await begin('machine');
    await dora.program.kill();
    await file.sees((_row, all) =>
      all
        .getByRole('alert')
        .getByText(/Banyan does not answer on this machine.*trying again by itself/)
        .waitFor(),
    );
    await file.gets(/does not answer: it was stopped or killed\. What has arrived is kept/);
    const listed = await banyan('downloads');
    expect(listed.code).toBe(69);
    expect(listed.stderr).toMatch(/was stopped or killed\. Start it again/);
    await dora.restart();
    await file.sees((_row, all) => all.getByRole('alert').waitFor({ state: 'detached' }));
    await file.gets(/The peer is back/);
    await file.arrives();
  });

  it_('the room on the disk: it waits for room, and goes on by itself when there is some', async () => {
    if (disk === undefined) return;
    const file = await begin('room', { to: disk });
    const filler = join(disk, 'filler');
    await fill(filler);
    await file.sees(async (row) => {
      await row.getByText('Waiting for room on the disk').waitFor();
      await row
        .getByText(/The disk of .* is full.* Make room; the download then goes on by itself/)
        .waitFor();
    });
    await file.gets(/The disk of .* is full.*Make room/);
    await file.lists(/waiting for room on the disk[^]*The disk of .* is full/);
    await rm(filler);
    await file.arrives();
  });

  it_('the disk itself: it waits for the folder, and goes on by itself when that is back', async () => {
    const folder = join(network.folder, 'unplugged');
    await mkdir(folder);
    const file = await begin('disk', { to: folder });
    await rename(folder, `${folder}.away`);
    await file.sees(async (row) => {
      await row.getByText('Waiting for the disk').waitFor();
      await row.getByText(/The folder .* is away: was its disk unplugged/).waitFor();
    });
    await file.gets(/The folder .* is away.*Bring it back/);
    await file.lists(/waiting for the disk[^]*The folder .* is away/);
    await rename(`${folder}.away`, folder);
    await file.arrives();
  });

  it_(
    'a disk that says nothing to it: that is said, and it goes on by itself when the disk answers',
    async () => {
      if (hanging === undefined) return;
      const file = await begin('hang', { to: hanging.path });
      hanging.freeze();
      await file.sees(async (row) => {
        await row.getByText('Waiting for the disk').waitFor();
        await row
          .getByText(/The disk of .* does not answer\. Check the disk, its cable or its network/)
          .waitFor();
      });
      await file.gets(/The disk of .* does not answer.*goes on by itself/);
      await file.lists(/waiting for the disk[^]*The disk of .* does not answer/);
      hanging.thaw();
      await file.arrives();
    },
  );
});

/** Writes until nothing fits any more. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (;;) await file.write(Buffer.alloc(256 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
