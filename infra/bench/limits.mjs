// Limits of transfers: how far what goes over the line is from what was set, with real processes. Bytes are those that
// the downloader took off its connections, over seconds; a limit is kept by not reading and by not sending.
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestNetwork, waitFor, writeSeeded } from '@banyan/e2e';

export const summary = 'how exactly limits of downloads and uploads are kept, in all and for each';

export const options = {
  limit: { type: 'string', default: '8000000' },
  seconds: { type: 'string', default: '20' },
};

const NONE = { up: null, down: null, upEach: null, downEach: null };
/** What may be off, as the issue has it. */
const OFF = 0.05;
const SAMPLE_MS = 100;
const FILES = ['first.bin', 'second.bin'];

export async function run({ options: given, quick, scratch, signal, say }) {
  const limit = Number(given.limit);
  const seconds = quick ? Math.min(6, Number(given.seconds)) : Number(given.seconds);
  // Enough for every phase, and what has no limit for a moment.
  const size = Math.ceil(limit * seconds * 3) + 512 * 1024 ** 2;
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  try {
    const originals = [];
    for (const name of FILES) {
      originals.push(join(scratch, name));
      await writeSeeded(originals.at(-1), name, size);
    }
    const files = Object.fromEntries(FILES.map((name, i) => [name, (path) => link(originals[i], path)]));
    const sources = await Promise.all(['anna', 'bert', 'carl'].map((name) => network.peer(name, { files })));
    const dora = await network.peer('dora', { args: ['--no-share-downloads'] });
    await Promise.all(sources.map((peer) => peer.settled(180_000)));

    const begin = async (count, limits) => {
      await dora.api.changeLimits({ limits: { ...NONE, ...limits } });
      const ids = [];
      for (const name of FILES.slice(0, count)) {
        const hit = await dora.find(name.split('.')[0], (one) => one.reachableSources === sources.length);
        ids.push((await dora.api.startDownload({ content: hit.content, name })).id);
      }
      await waitFor(
        async () => (await Promise.all(ids.map((id) => dora.download(id)))).every((d) => d.fetchedBytes > 0),
        {
          what: 'bytes',
          timeoutMs: 60_000,
        },
      );
      return ids;
    };
    const end = (ids) => Promise.all(ids.map((id) => dora.api.forgetDownload(id)));

    const results = [];
    const figure = (name, { mean, worst }, wanted) => {
      say(
        `${name}: ${Math.round(mean)} of ${wanted} B/s; the worst second was ${(worst * 100).toFixed(1)} % off`,
      );
      results.push(
        { name: `${name}_off`, value: Math.abs(mean / wanted - 1), unit: 'of the limit', target: OFF },
        { name: `${name}_worst_second_off`, value: worst, unit: 'of the limit' },
      );
    };

    for (const [name, wanted, long] of [
      ['download', limit, seconds],
      // One read off a connection is a third of a second of this: only longer spans are even.
      ['download_slow', 200_000, Math.max(20, seconds)],
    ]) {
      signal.throwIfAborted();
      const ids = await begin(1, { down: wanted });
      figure(name, await measure(dora, ids, wanted, long), wanted);
      const { sources: seen } = await dora.download(ids[0]);
      const blamed = seen.filter((source) => source.problem !== null).length;
      results.push({ name: `${name}_sources_blamed`, value: blamed, unit: 'sources', target: 0 });
      await end(ids);
    }
    const two = await begin(2, { downEach: limit / 2 });
    figure('download_each', await measure(dora, two.slice(0, 1), limit / 2, seconds), limit / 2);
    await end(two);

    for (const peer of sources) await peer.api.changeLimits({ limits: { ...NONE, up: limit / 4 } });
    const up = await begin(1, {});
    figure(
      'upload',
      await measure(dora, up, (limit / 4) * sources.length, seconds),
      (limit / 4) * sources.length,
    );
    await end(up);
    return results;
  } finally {
    await network.stop();
  }
}

/** Mean rate, and how far the worst second was from `wanted`; the first second belongs to the beginning. */
async function measure(peer, ids, wanted, seconds) {
  const samples = [];
  const began = performance.now();
  for (let at = began; at < began + (seconds + 1) * 1000; at = performance.now()) {
    const views = await Promise.all(ids.map((id) => peer.download(id)));
    samples.push({ at: performance.now(), bytes: views.reduce((sum, view) => sum + view.fetchedBytes, 0) });
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  const counted = samples.filter(({ at }) => at >= began + 1000);
  const [first] = counted;
  const last = counted.at(-1);
  let worst = 0;
  for (const from of counted) {
    const to = counted.find(({ at }) => at >= from.at + 1000);
    if (to === undefined) break;
    const rate = ((to.bytes - from.bytes) * 1000) / (to.at - from.at);
    worst = Math.max(worst, Math.abs(rate / wanted - 1));
  }
  return { mean: ((last.bytes - first.bytes) * 1000) / (last.at - first.at), worst };
}
