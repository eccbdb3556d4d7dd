// How well work is shared out among unequal and unruly sources: one file from plain mirrors of which each sends so many bytes a
// second, beside the time that the best schedule needs; each also over lines with delay; aria2 over the same mirrors, with the
// same Metalink.
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileDigest, seededBytes, startTestNetwork, waitFor } from '@banyan/e2e';
import { requireSize, runAria2 } from './lib/aria2.mjs';
import { bytesOf, median } from './lib/figures.mjs';
import { startDelayedLine, startMirror } from './lib/mirrors.mjs';

export const summary =
  'one file from unequal, stalling, closing and lying mirrors, beside the ideal and aria2';

export const options = {
  size: { type: 'string', default: '256MiB' },
  scenario: { type: 'string' },
};

const FILE = 'schedule.bin';
const RUNS = 3;
const QUICK_RUNS = 1;
const MB = 1e6;
const CHUNK = 1024 ** 2;
const DELAY_MS = 50;
const WARM_UP_BYTES = 16 * CHUNK;
const TARGET = 1.05;
const TARGET_WITH_DELAY = 1.1;
/** What one of four sends before it stalls or closes. */
const STOPS_AFTER = 20 * MB;
/** aria2 waits for a silent server much longer than anybody would; it is not waited for without end. */
const ARIA2_PATIENCE_S = 60;

const usual = { rate: 20 * MB };
/** Mirrors of each scenario, and the seconds that the best schedule needs for so many bytes. */
const SCENARIOS = {
  even: { mirrors: [usual, usual, usual, usual], ideal: (size) => size / (80 * MB) },
  one_slow: { mirrors: [usual, usual, usual, { rate: 0.2 * MB }], ideal: (size) => size / (60.2 * MB) },
  unequal: {
    mirrors: [40, 20, 10, 5, 2].map((rate) => ({ rate: rate * MB })),
    ideal: (size) => size / (77 * MB),
  },
  stall: {
    mirrors: [usual, usual, usual, { ...usual, stopsAfter: STOPS_AFTER, how: 'stall' }],
    ideal: (size) => (size - STOPS_AFTER) / (60 * MB),
  },
  close: {
    mirrors: [usual, usual, usual, { ...usual, stopsAfter: STOPS_AFTER, how: 'close' }],
    ideal: (size) => (size - STOPS_AFTER) / (60 * MB),
  },
  liar: {
    // One byte of every tenth chunk.
    mirrors: [usual, usual, usual, { ...usual, lies: (offset) => offset % (10 * CHUNK) === 0 }],
    ideal: (size) => size / (60 * MB),
  },
};

export async function run({ options: given, quick, scratch, signal, findProgram, say }) {
  const size = bytesOf(given.size);
  const runs = quick ? QUICK_RUNS : RUNS;
  const chosen = given.scenario === undefined ? Object.keys(SCENARIOS) : given.scenario.split(',');
  for (const name of chosen)
    if (SCENARIOS[name] === undefined)
      throw new Error(`--scenario is "${name}", but must be of: ${Object.keys(SCENARIOS).join(', ')}.`);
  const bytes = Buffer.from(seededBytes('schedule bench', size));
  const digest = digestOf(bytes);
  const aria2 = findProgram('aria2c');
  if (aria2 === undefined) say('aria2c is not installed: ours alone is measured.');
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  try {
    const dora = await network.peer('dora', { args: ['--no-share-downloads'] });
    // The peer has been running for long wherever it is used: its first download, which starts threads, is not measured.
    const first = bytes.subarray(0, WARM_UP_BYTES);
    await withMirrors({ mirrors: [usual], bytes: first, digest: digestOf(first), delayMs: 0 }, (document) =>
      fetchOnce(dora, document, digestOf(first)),
    );
    const figures = [];
    for (const name of chosen) {
      for (const delayMs of [0, DELAY_MS]) {
        const { mirrors, ideal } = SCENARIOS[name];
        const ours = [];
        const theirs = [];
        for (let i = 1; i <= runs; i += 1) {
          signal.throwIfAborted();
          ours.push(
            await withMirrors({ mirrors, bytes, digest, delayMs }, (document) =>
              fetchOnce(dora, document, digest),
            ),
          );
          if (aria2 !== undefined)
            theirs.push(
              await withMirrors({ mirrors, bytes, digest, delayMs }, (document) =>
                aria2Once({ aria2, document, scratch, size, mirrors: mirrors.length }),
              ),
            );
        }
        const value = median(ours) / ideal(size);
        const suffix = delayMs === 0 ? '' : '_delay';
        const theirRatio = theirs.length === 0 ? undefined : median(theirs) / ideal(size);
        say(
          `${name}${suffix}: ${value.toFixed(3)} × ideal` +
            (theirRatio === undefined
              ? ''
              : `; aria2 ${theirRatio === Infinity ? 'did not end' : theirRatio.toFixed(2)}`),
        );
        figures.push({
          name: `${name}${suffix}`,
          value,
          unit: '× ideal',
          target: delayMs === 0 ? TARGET : TARGET_WITH_DELAY,
        });
        if (theirRatio !== undefined && theirRatio !== Infinity)
          figures.push({ name: `aria2_${name}${suffix}`, value: theirRatio, unit: '× ideal' });
      }
    }
    return figures;
  } finally {
    await network.stop();
  }
}

/** Mirrors of their own for each run: one that closed stays closed. */
async function withMirrors({ mirrors, bytes, digest, delayMs }, use) {
  const open = [];
  try {
    const urls = [];
    for (const [i, init] of mirrors.entries()) {
      // Addresses of their own: what comes from one is one server to aria2, whatever the port.
      const host = `127.0.0.${i + 1}`;
      const mirror = await startMirror({ bytes, host, ...init });
      open.push(mirror);
      let { port } = mirror;
      if (delayMs > 0) {
        const line = await startDelayedLine({ host, target: port, delayMs });
        open.push(line);
        ({ port } = line);
      }
      urls.push(`http://${host}:${port}/${FILE}`);
    }
    return await use(metalinkOf({ urls, bytes, digest }));
  } finally {
    for (const each of open) each.close();
  }
}

function digestOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function metalinkOf({ urls, bytes, digest }) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += CHUNK) pieces.push(digestOf(bytes.subarray(at, at + CHUNK)));
  return `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="${FILE}"><size>${bytes.length}</size>
<hash type="sha-256">${digest}</hash>
<pieces length="${CHUNK}" type="sha-256">${pieces.map((hash) => `<hash>${hash}</hash>`).join('')}</pieces>
${urls.map((url) => `<url>${url}</url>`).join('\n')}
</file></metalink>
`;
}

/** Seconds from the request to the finished file. */
async function fetchOnce(peer, document, digest) {
  const began = performance.now();
  const [{ id }] = await peer.api.startMetalink({ document });
  const view = await waitFor(
    async () => {
      const now = await peer.download(id);
      if (now.state === 'failed') throw new Error(now.problem?.message);
      return now.state === 'done' && now;
    },
    { what: 'the download', timeoutMs: 300_000, everyMs: 10 },
  );
  const seconds = (performance.now() - began) / 1000;
  await requireDigest(view.path, digest);
  await peer.api.forgetDownload(id);
  await rm(view.path, { force: true });
  return seconds;
}

async function requireDigest(path, digest) {
  if ((await fileDigest(path)) !== digest) throw new Error('The file is not what was shared.');
}

/** Seconds; Infinity when it failed or did not end in time. */
async function aria2Once({ aria2, document, scratch, size, mirrors }) {
  const out = join(scratch, 'aria2');
  const file = join(scratch, 'schedule.meta4');
  await rm(out, { recursive: true, force: true });
  await writeFile(file, document);
  try {
    const seconds = await runAria2(aria2, [
      ...[`--metalink-file=${file}`, '--dir', out, '--file-allocation=none', `--split=${mirrors}`],
      ...['--max-connection-per-server=1', '--min-split-size=1M', `--stop=${ARIA2_PATIENCE_S}`],
    ]);
    await requireSize(join(out, FILE), size);
    return seconds;
  } catch {
    return Infinity;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
