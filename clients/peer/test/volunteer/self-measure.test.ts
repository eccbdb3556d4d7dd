import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { tmpdir } from 'node:os';
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

  it('says nothing of a disk that is not there', async () => {
    expect((await createSelfMeasure('/nowhere/at/all').take()).freeDiskBytes).toBe(0);
  });
});
