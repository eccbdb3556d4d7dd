import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { startTestNetwork, type TestNetwork, type TestPeer } from '../src/index.ts';

jest.setTimeout(180_000);

/** Several times the bound; `npm run bench -- memory` moves 4 GiB. */
const SIZE = 1024 ** 3;
const MAX_RSS = 300 * 1024 ** 2;

// Resident memory is read from /proc, which only Linux has.
const onLinux = existsSync('/proc/self/status') ? describe : describe.skip;

onLinux('a file of 1 GiB', () => {
  let network: TestNetwork;
  let alice: TestPeer;
  let dora: TestPeer;
  beforeAll(async () => {
    network = await startTestNetwork({ supernodes: ['oak'] });
    const sparse = async (path: string): Promise<void> => {
      const file = await open(path, 'w');
      await file.truncate(SIZE);
      await file.close();
    };
    [alice, dora] = await Promise.all([
      network.peer('alice', { files: { 'huge.bin': sparse } }),
      network.peer('dora'),
    ]);
    await alice.settled();
  });
  afterAll(() => network?.stop());

  it('is hashed, served and downloaded in less than 300 MiB of memory per process', async () => {
    await network.during('memory', async () => {
      const hit = await dora.find('huge');
      const { id } = await dora.api.startDownload({ content: hit.content, name: hit.name });
      const done = await dora.reaches(id, ['done'], 150_000);
      expect((await stat(done.path)).size).toBe(SIZE);
      for (const { program } of [alice, dora]) {
        const peak = await program.peakRss();
        expect(peak).toBeGreaterThan(0);
        expect(peak).toBeLessThan(MAX_RSS);
      }
    });
  });
});
