// A file far larger than the memory that its transfer may take: peak resident memory of both ends.
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestNetwork } from '@banyan/e2e';

export const summary = 'peak memory of source and downloader while a file of 4 GiB moves';

export const options = { gib: { type: 'string', default: '4' } };

const FILE = 'huge.bin';
/** What issue and README promise per process. */
const TARGET_MIB = 300;

export async function run({ options: given, quick, scratch, signal, say }) {
  const size = (quick ? 1 : Number(given.gib)) * 1024 ** 3;
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  try {
    say(`Sharing ${size} bytes of a sparse file …`);
    const source = await network.peer('source', {
      files: {
        [FILE]: async (path) => {
          const file = await open(path, 'w');
          await file.truncate(size);
          await file.close();
        },
      },
    });
    const dora = await network.peer('dora');
    await source.settled(120_000);
    signal.throwIfAborted();
    const hit = await dora.find('huge');
    say('Downloading …');
    const began = performance.now();
    const { id } = await dora.api.startDownload({ content: hit.content, name: hit.name });
    const view = await dora.reaches(id, ['done'], 600_000);
    const seconds = (performance.now() - began) / 1000;
    const peak = async (peer) => (await peer.program.peakRss()) / 1024 ** 2;
    const figures = [
      { name: 'downloader_peak_rss_mib', value: await peak(dora), unit: 'MiB', target: TARGET_MIB },
      { name: 'source_peak_rss_mib', value: await peak(source), unit: 'MiB', target: TARGET_MIB },
      { name: 'rate', value: size / seconds / 1e6, unit: 'MB/s' },
    ];
    await rm(join(view.path), { force: true });
    return figures;
  } finally {
    await network.stop();
  }
}
