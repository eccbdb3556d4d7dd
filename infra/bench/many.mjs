// Very many small files, and one that is very large: what the book-keeping of a download costs when there are hardly any bytes
// to carry, and whether it grows with the length of a file no faster than the number of its chunks.
import { link, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededBytes, startTestNetwork, waitFor } from '@banyan/e2e';
import { MAX_BATCH_DOWNLOADS } from '@banyan/proto';
import { enrolledProgram, peerFlags, runAria2 } from './lib/aria2.mjs';
import { median } from './lib/figures.mjs';

export const summary = '10,000 files of 16 KiB from three peers, aria2 beside it; one file of 64 GiB';

export const options = { files: { type: 'string', default: '10000' } };

const SOURCES = 3;
const FILE_BYTES = 16 * 1024;
const RUNS = 3;
const QUICK = { files: 1_000, runs: 1, large: 16 };
/** GiB of the large file, and of the one that it is compared with. */
const LARGE = 64;
const ORDINARY = 4;
/** More at once make aria2 slower here. */
const ARIA2_AT_ONCE = 16;
const PATIENCE_MS = 900_000;
const MIB = 1024 ** 2;

export async function run({ options: given, quick, scratch, signal, findProgram, say }) {
  const count = quick && given.files === options.files.default ? QUICK.files : Number(given.files);
  const runs = quick ? QUICK.runs : RUNS;
  const small = await measureSmall({ count, runs, scratch, signal, findProgram, say });
  const large = quick ? QUICK.large : LARGE;
  const ordinary = await measureLarge({ gib: ORDINARY, scratch, signal, say });
  const huge = await measureLarge({ gib: large, scratch, signal, say });
  const beside = { peer: `${ORDINARY} GiB`, target: large / ORDINARY };
  return [
    ...small,
    { name: 'large_plan_ms', value: huge.planMs, unit: 'ms', peer_value: ordinary.planMs, ...beside },
    { name: 'large_resume_ms', value: huge.resumeMs, unit: 'ms', peer_value: ordinary.resumeMs, ...beside },
    { name: 'large_view_ms', value: huge.viewMs, unit: 'ms', peer_value: ordinary.viewMs, ...beside },
    { name: 'large_peak_rss_mib', value: huge.rss / MIB, unit: 'MiB', target: 250 },
  ];
}

// ---- many small files ----

async function measureSmall({ count, runs, scratch, signal, findProgram, say }) {
  const originals = join(scratch, 'originals');
  await mkdir(originals);
  say(`Writing ${count} files of ${FILE_BYTES} bytes …`);
  const names = Array.from({ length: count }, (_, i) => `small-${String(i).padStart(5, '0')}.bin`);
  for (const name of names) await writeFile(join(originals, name), seededBytes(name, FILE_BYTES));
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  try {
    const files = Object.fromEntries(
      names.map((name) => [name, (path) => link(join(originals, name), path)]),
    );
    const sources = [];
    for (let i = 1; i <= SOURCES; i += 1) sources.push(await network.peer(`source${i}`, { files }));
    const dora = await network.peer('dora', { args: ['--no-share-downloads'] });
    await Promise.all(sources.map((peer) => peer.settled(300_000)));
    const contents = await allContents(sources[0], count);
    await dora.find('small', (hit) => hit.reachableSources === SOURCES);
    const aria2 = findProgram('aria2c');
    if (aria2 === undefined) say('aria2c is not installed: ours alone is measured.');
    const rival = aria2 && (await prepareAria2({ network, aria2, scratch, sources, contents }));
    const ours = [];
    const theirs = [];
    for (let i = 1; i <= runs; i += 1) {
      signal.throwIfAborted();
      ours.push(count / (await fetchAll(dora, contents)));
      if (rival !== undefined) theirs.push(count / (await rival(signal)));
      say(
        `run ${i} of ${runs}: ${ours.at(-1).toFixed(0)} files/s` +
          (rival === undefined ? '' : `; aria2 ${theirs.at(-1).toFixed(0)}`),
      );
    }
    return [
      {
        name: 'vs_aria2_files',
        value: median(ours),
        unit: 'files/s',
        ...(rival === undefined
          ? {}
          : { peer: 'aria2', peer_value: median(theirs), target: 2, bound: 'at least' }),
      },
      { name: 'many_peak_rss_mib', value: (await dora.program.peakRss()) / MIB, unit: 'MiB', target: 250 },
    ];
  } finally {
    await network.stop();
    await rm(originals, { recursive: true });
  }
}

/** Name and content of every shared file. */
async function allContents(peer, count) {
  const found = [];
  for (let after; after !== null;) {
    const page = await peer.api.files({ limit: 200, ...(after === undefined ? {} : { after }) });
    found.push(...page.files.map(({ name, content }) => ({ name, content })));
    after = page.next;
  }
  if (found.length !== count)
    throw new Error(`${peer.name} shares ${found.length} files instead of ${count}.`);
  return found;
}

/** Seconds until every file is whole; what was fetched is removed again. */
async function fetchAll(peer, contents) {
  const began = performance.now();
  const ids = [];
  // As a person asks for a folder.
  for (let at = 0; at < contents.length; at += MAX_BATCH_DOWNLOADS) {
    const { results } = await peer.api.startDownloads({
      downloads: contents.slice(at, at + MAX_BATCH_DOWNLOADS),
    });
    ids.push(...results.map(({ download }) => download.id));
  }
  // Its name is the last thing a file gets. Asking the peer for all of them over and over would slow down what is measured.
  const names = async () =>
    (await readdir(peer.downloadFolder)).filter((name) => !name.startsWith('.')).length;
  await waitFor(async () => (await names()) === contents.length, {
    what: `${contents.length} downloads`,
    timeoutMs: PATIENCE_MS,
    everyMs: 50,
  });
  const seconds = (performance.now() - began) / 1000;
  const views = await waitFor(
    async () => {
      const all = await peer.api.downloads();
      return all.every(({ state }) => state === 'done') && all;
    },
    { what: 'the end of all downloads' },
  );
  if (views.length !== contents.length) throw new Error(`There are ${views.length} downloads.`);
  for (const id of ids) await peer.api.forgetDownload(id);
  await rm(peer.downloadFolder, { recursive: true });
  await mkdir(peer.downloadFolder);
  return seconds;
}

async function prepareAria2({ network, aria2, scratch, sources, contents }) {
  const flags = peerFlags(await enrolledProgram(network, 'aria2', scratch));
  const out = join(scratch, 'aria2');
  const list = join(scratch, 'aria2-input.txt');
  const entries = contents.map(({ name, content }) => {
    const urls = sources.map(
      (peer) => `https://127.0.0.1:${peer.program.ready.transferPort}/v1/content/${content}`,
    );
    return `${urls.join('\t')}\n  out=${name}\n`;
  });
  await writeFile(list, entries.join(''));
  return async (signal) => {
    const seconds = await runAria2(
      aria2,
      [
        ...['--dir', out, '--input-file', list, ...flags, '--file-allocation=none', '--split=1'],
        ...[
          `--max-concurrent-downloads=${ARIA2_AT_ONCE}`,
          '--uri-selector=inorder',
          '--enable-http-keep-alive=true',
        ],
      ],
      signal,
    );
    await rm(out, { recursive: true });
    return seconds;
  };
}

// ---- one large file ----

/** Plans, resumes after a kill, and shows a sparse file of so many GiB. */
async function measureLarge({ gib, scratch, signal, say }) {
  signal.throwIfAborted();
  say(`Sharing a sparse file of ${gib} GiB …`);
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  try {
    const source = await network.peer('source');
    const path = join(source.sharedFolder, 'large.bin');
    const file = await open(path, 'w');
    await file.truncate(gib * 1024 ** 3);
    await file.close();
    const share = await source.api.addShare({ path: source.sharedFolder, confirm: true });
    await waitFor(
      async () => (await source.api.shares()).find(({ id }) => id === share.id)?.state === 'ready',
      {
        what: 'the file to be hashed',
        timeoutMs: PATIENCE_MS,
        everyMs: 500,
      },
    );
    const dora = await network.peer('dora', { args: ['--no-share-downloads'] });
    await source.settled(120_000);
    const hit = await dora.find('large');
    const began = performance.now();
    const { id } = await dora.api.startDownload({ content: hit.content, name: hit.name });
    const flows = (more) =>
      waitFor(async () => (await dora.download(id)).fetchedBytes > more, {
        what: 'bytes to come',
        timeoutMs: PATIENCE_MS,
        everyMs: 5,
      });
    await flows(0);
    const planMs = performance.now() - began;
    await flows(512 * MIB);
    const before = (await dora.download(id)).fetchedBytes;
    await dora.program.kill();
    const again = performance.now();
    await dora.restart();
    await flows(before);
    const resumeMs = performance.now() - again;
    const asked = performance.now();
    const VIEWS = 20;
    for (let i = 0; i < VIEWS; i += 1) await dora.download(id);
    const viewMs = (performance.now() - asked) / VIEWS;
    const rss = await dora.program.peakRss();
    await dora.api.forgetDownload(id);
    return { planMs, resumeMs, viewMs, rss };
  } finally {
    await network.stop();
  }
}
