import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createSelfMeasure } from '../../src/volunteer/self-measure.ts';

describe('what a host says of itself', () => {
  it('is what it could use, and no more', async () => {
    const self = createSelfMeasure(tmpdir());
    self.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const declared = await self.take();
    self.stop();
    expect(declared.cores).toBeGreaterThanOrEqual(1);
    expect(declared.memoryBytes).toBeGreaterThan(0);
    expect(declared.memoryBytes).toBeLessThanOrEqual(totalmem());
    expect(declared.freeDiskBytes).toBeGreaterThan(0);
    expect(declared.loopDelayMs).toBeGreaterThanOrEqual(0);
    expect(declared.uptimeMs).toBeGreaterThan(0);
    const { stdout } = spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' });
    if (process.platform === 'linux')
      expect(declared.descriptors).toBe(stdout.trim() === 'unlimited' ? 1e9 : Number(stdout));
  });

  it('looks at the disk on which a folder will be made', async () => {
    const there = await createSelfMeasure(tmpdir()).take();
    const later = await createSelfMeasure(join(tmpdir(), 'not', 'made', 'yet')).take();
    expect(later.freeDiskBytes).toBeGreaterThan(0);
    // Others write there meanwhile.
    expect(later.freeDiskBytes / there.freeDiskBytes).toBeCloseTo(1, 1);
  });

  it('says nothing of a disk that cannot be looked at', async () => {
    expect((await createSelfMeasure('/dev/null/below').take()).freeDiskBytes).toBe(0);
  });
});
