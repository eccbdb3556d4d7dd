// One of three sources is lost in mid-download: its process is killed (its connections close), or it stands still (they
// stay open and nothing comes). How long nothing at all comes, and what is fetched twice.
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest, startSlowLine, startTestNetwork, writeSeeded } from '@banyan/e2e';
import { bytesOf, median } from './lib/figures.mjs';

export const summary =
  'one of three sources is killed, or falls silent, in mid-download: the stall of the whole';

export const options = {
  size: { type: 'string', default: '256MiB' },
  rate: { type: 'string', default: '20MB' },
};

const FILE = 'failover.bin';
const SOURCES = 3;
const RUNS = 5;
const QUICK_RUNS = 3;
const STALL_MS = 250;
const MIB = 1024 ** 2;
/** What one source may have on its way to us: two requests, each with a chunk that is not whole. */
const IN_FLIGHT = 2 * MIB;
/** The share of the file that is here when the source is lost. */
const LOST_AT = 0.4;
/** How often the downloader is asked. */
const POLL_MS = 5;
const PATIENCE_MS = 120_000;

export async function run({ options: given, quick, scratch, signal, say }) {
  const size = bytesOf(given.size);
  const rate = bytesOf(given.rate);
  const runs = quick ? QUICK_RUNS : RUNS;
  const original = join(scratch, FILE);
  await writeSeeded(original, 'failover bench', size);
  const digest = await fileDigest(original);
  const figures = [];
  for (const kind of ['closed', 'silent']) {
    const results = [];
    for (let i = 1; i <= runs; i += 1) {
      signal.throwIfAborted();
      const result = await once({ kind, size, rate, original, digest, scratch });
      say(`${kind}, run ${i} of ${runs}: nothing came for ${result.stallMs.toFixed(0)} ms`);
      results.push(result);
    }
    figures.push(
      {
        name: `stall_${kind}_ms`,
        value: median(results.map(({ stallMs }) => stallMs)),
        unit: 'ms',
        target: STALL_MS,
      },
      {
        name: `stall_${kind}_longest_ms`,
        value: Math.max(...results.map(({ stallMs }) => stallMs)),
        unit: 'ms',
      },
      {
        name: `fetched_twice_${kind}_mib`,
        value: median(results.map(({ twice }) => twice)) / MIB,
        unit: 'MiB',
        target: IN_FLIGHT / MIB,
      },
    );
  }
  return figures;
}

/** One download in a network of its own: a lost source is not used again. */
async function once({ kind, size, rate, original, digest, scratch }) {
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  const lines = [];
  try {
    const sources = [];
    for (let i = 1; i <= SOURCES; i += 1) {
      const line = await startSlowLine(Infinity);
      lines.push(line);
      sources.push(
        await network.peer(`source${i}`, {
          ...line.ports,
          files: { [FILE]: (path) => link(original, path) },
        }),
      );
    }
    const dora = await network.peer('dora', { args: ['--no-share-downloads'] });
    await Promise.all(sources.map((peer) => peer.settled(120_000)));
    const hit = await dora.find('failover', (one) => one.reachableSources === SOURCES);
    for (const line of lines) line.setRate(rate);
    const { id } = await dora.api.startDownload({ content: hit.content, name: hit.name });

    let lostAt;
    let stallMs = 0;
    let last = { bytes: 0, at: performance.now() };
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const view = await dora.download(id);
      const now = performance.now();
      if (view.fetchedBytes > last.bytes || view.state === 'done') {
        if (lostAt !== undefined) stallMs = Math.max(stallMs, now - Math.max(last.at, lostAt));
        last = { bytes: view.fetchedBytes, at: now };
      }
      if (view.state === 'done') {
        if (lostAt === undefined) throw new Error('The file was there before a source was lost.');
        if ((await fileDigest(view.path)) !== digest) throw new Error('The file is not what was shared.');
        return { stallMs, twice: view.fetchedBytes - size };
      }
      if (view.state === 'failed' || now > until) throw new Error(view.problem?.message ?? 'It never ended.');
      if (lostAt === undefined && view.fetchedBytes > LOST_AT * size) {
        if (kind === 'closed') await sources[0].program.kill();
        else sources[0].program.freeze();
        lostAt = performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    for (const line of lines) await line.close();
    await network.stop();
  }
}
