// One file from several peers: real processes, mutual TLS, every chunk proved, from the request to the finished file on
// the disk. aria2 does the same work beside it: the same file from the same peers, over the same protocol, with the
// certificate and the token of an enrolled device; once with its SHA-256 check of the whole file, once without any.
import { existsSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest, startTestNetwork, waitFor, writeSeeded } from '@banyan/e2e';
import { enrolledProgram, peerFlags, requireSize, runAria2 } from './lib/aria2.mjs';
import { bytesOf, median } from './lib/figures.mjs';
import { memoryFiller } from './lib/used-memory.mjs';

export const summary = 'one file from several peers, proved, to disk; aria2 beside it';

export const options = {
  size: { type: 'string', default: '1GiB' },
  sources: { type: 'string', default: '4' },
};

const FILE = 'bench.bin';
/** What a downloader may hold, whatever the file. */
const PEAK_RSS_MIB = 250;
const RUNS = 5;
const QUICK = { size: '256MiB', runs: 3 };

export async function run({ options: given, quick, scratch, signal, findProgram, say }) {
  const size = bytesOf(quick && given.size === options.size.default ? QUICK.size : given.size);
  const count = Number(given.sources);
  const runs = quick ? QUICK.runs : RUNS;
  const original = join(scratch, FILE);
  say(`Writing ${size} bytes and starting a network with ${count} sources …`);
  await writeSeeded(original, 'download bench', size);
  const digest = await fileDigest(original);
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  try {
    const sources = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        network.peer(`source${i + 1}`, { files: { [FILE]: (path) => link(original, path) } }),
      ),
    );
    const dora = await network.peer('dora', { args: ['--no-share-downloads'] });
    await Promise.all(sources.map((peer) => peer.settled(120_000)));
    const hit = await dora.find('bench', (one) => one.reachableSources === count);
    const aria2 = findProgram('aria2c');
    if (aria2 === undefined) say('aria2c is not installed: ours alone is measured.');
    const rival = aria2 === undefined ? undefined : await prepareAria2(network, aria2, scratch, sources, hit);

    const fillMemory = memoryFiller(scratch);
    const ours = [];
    const checked = [];
    const unchecked = [];
    for (let i = 0; i < runs; i += 1) {
      signal.throwIfAborted();
      await fillMemory();
      ours.push(await download(dora, hit, digest, i === 0));
      if (rival !== undefined) {
        await fillMemory();
        checked.push(await rival([`--checksum=sha-256=${digest}`], size));
        await fillMemory();
        unchecked.push(await rival([], size));
      }
      say(
        `run ${i + 1} of ${runs}: ${ours.at(-1).toFixed(2)} s` +
          (rival === undefined
            ? ''
            : `; aria2 ${checked.at(-1).toFixed(2)} s checked, ${unchecked.at(-1).toFixed(2)} s not`),
      );
    }
    const value = median(ours);
    const beside = (name, times, target) =>
      times.length === 0
        ? []
        : [{ name, value, unit: 's', peer: 'aria2', peer_value: median(times), target }];
    const peaks = await Promise.all(sources.map((peer) => peer.program.peakRss()));
    return [
      { name: 'time', value, unit: 's' },
      { name: 'rate', value: size / value / 1e6, unit: 'MB/s' },
      ...beside('vs_aria2_verified', checked, 0.5),
      ...beside('vs_aria2_unverified', unchecked, 1),
      {
        name: 'peak_rss_mib',
        value: (await dora.program.peakRss()) / 1024 ** 2,
        unit: 'MiB',
        target: PEAK_RSS_MIB,
      },
      { name: 'source_peak_rss_mib', value: Math.max(...peaks) / 1024 ** 2, unit: 'MiB' },
    ];
  } finally {
    await network.stop();
  }
}

/** Seconds from the request to the finished file. What was fetched is removed again. */
async function download(peer, hit, digest, isFirst) {
  const began = performance.now();
  const { id, path } = await peer.api.startDownload({ content: hit.content, name: hit.name });
  // Its name is the last thing a file gets. Asking the peer over and over instead would slow down what is measured.
  await waitFor(() => existsSync(path), { what: 'the download', timeoutMs: 600_000, everyMs: 5 });
  const seconds = (performance.now() - began) / 1000;
  const view = await waitFor(async () => (await peer.download(id)).state === 'done' && peer.download(id), {
    what: 'the end of the download',
  });
  // A fast download of the wrong bytes would be no figure; once is enough, and reading is not timed.
  if (isFirst && (await fileDigest(view.path)) !== digest)
    throw new Error('The file is not what was shared.');
  await peer.api.forgetDownload(id);
  await rm(view.path, { force: true });
  return seconds;
}

/** aria2 as an enrolled device: its certificate and its token open the same sources. */
async function prepareAria2(network, program, scratch, sources, hit) {
  const flags = peerFlags(await enrolledProgram(network, 'aria2', scratch));
  const out = join(scratch, 'aria2');
  const urls = sources.map(
    (peer) => `https://127.0.0.1:${peer.program.ready.transferPort}/v1/content/${hit.content}`,
  );
  return async (more, size) => {
    const seconds = await runAria2(program, [
      ...['--dir', out, '--out', FILE, ...flags, '--file-allocation=none', '--min-split-size=1M'],
      ...[`--split=${sources.length}`, '--max-connection-per-server=1', ...more, ...urls],
    ]);
    await requireSize(join(out, FILE), size);
    await rm(out, { recursive: true });
    return seconds;
  };
}
