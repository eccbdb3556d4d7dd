import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Rates } from '@banyan/core';
import { createManualClock, createMetrics, silentLog, type ManualClock } from '@banyan/kit';
import { NO_LIMIT, parseScheduleRule, type LimitsPatch } from '@banyan/proto';
import { createLimits, type Limits } from '../../src/bandwidth/limits.ts';

const HOUR_MS = 3_600_000;
let folder: string;
let clock: ManualClock;
let up: Rates | undefined;
let down: Rates | undefined;
let atOnce: number | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-limits-'));
  clock = createManualClock(Date.parse('2026-11-25T07:00:00Z'));
  up = down = atOnce = undefined;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'limits.json');

async function start(given: LimitsPatch = {}): Promise<Limits> {
  const limits = createLimits(
    {
      clock,
      log: silentLog(),
      setUploadRates: (rates) => (up = rates),
      setDownloadRates: (rates) => (down = rates),
      setDownloadsAtOnce: (count) => (atOnce = count),
      offsetAt: () => 0,
    },
    { file: file(), given, downloadsAtOnce: 5 },
  );
  await limits.start();
  return limits;
}

describe('the limits of a peer', () => {
  it('are none at first, and change what is named at once', async () => {
    const limits = await start();
    expect(limits.view()).toEqual({
      limits: NO_LIMIT,
      schedule: [],
      downloadsAtOnce: 5,
      now: { limits: NO_LIMIT, rule: null, until: null },
    });
    expect([up, down, atOnce]).toEqual([
      { total: undefined, each: undefined },
      { total: undefined, each: undefined },
      5,
    ]);
    await limits.change({ limits: { up: 1_000_000, downEach: 50_000 }, downloadsAtOnce: 2 });
    await limits.change({ limits: { up: 2_000_000 } });
    expect([up, down, atOnce]).toEqual([
      { total: 2_000_000, each: undefined },
      { total: undefined, each: 50_000 },
      2,
    ]);
  });

  it('are kept over restarts, privately; what a start names wins and is kept too', async () => {
    const first = await start();
    const schedule = [parseScheduleRule('08:00-18:00 up=1MB/s')];
    await first.change({ limits: { up: 2_000_000, down: 3_000_000 }, schedule, downloadsAtOnce: 7 });
    await first.stop();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    await (await start({ limits: { up: null } })).stop();
    const third = await start();
    expect(third.view()).toMatchObject({
      limits: { up: null, down: 3_000_000 },
      schedule,
      downloadsAtOnce: 7,
    });
    expect(atOnce).toBe(7);
  });

  it('follow the clock, and say until when what holds', async () => {
    const limits = await start();
    let told = 0;
    limits.onChange(() => (told += 1));
    await limits.change({ schedule: [parseScheduleRule('08:00-18:00 up=1MB/s')] });
    expect(limits.view().now).toMatchObject({ rule: null, until: Date.parse('2026-11-25T08:00:00Z') });
    const before = told;
    await clock.advance(HOUR_MS);
    expect(limits.view().now).toMatchObject({ rule: 0, until: Date.parse('2026-11-25T18:00:00Z') });
    expect(up?.total).toBe(1_000_000);
    expect(told).toBeGreaterThan(before);
    await clock.advance(10 * HOUR_MS);
    expect(limits.view().now.rule).toBeNull();
    expect(up?.total).toBeUndefined();
    await limits.stop();
    expect(clock.pending).toBe(0);
  });

  it('refuse a rule that makes no sense, and change nothing', async () => {
    const limits = await start();
    const rule = { from: '08:00', to: '08:00', limits: { up: 1_000_000 } };
    await expect(limits.change({ limits: { up: 1_000_000 }, schedule: [rule] })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect(limits.view().limits.up).toBeNull();
  });

  it.each(['{', '[]', '{"limits":{"up":5}}', '{"limits":{"speed":50000}}'])(
    'begin anew when their file is %s',
    async (text) => {
      await writeFile(file(), text);
      const limits = await start();
      expect(limits.view().limits).toEqual(NO_LIMIT);
      await limits.change({ limits: { up: 1_000_000 } });
      expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ limits: { up: 1_000_000 } });
    },
  );

  it('are measured', async () => {
    const metrics = createMetrics({ service: 'peer', processMetrics: false });
    const limits = createLimits(
      {
        clock,
        log: silentLog(),
        metrics,
        setUploadRates: () => undefined,
        setDownloadRates: () => undefined,
        setDownloadsAtOnce: () => undefined,
      },
      { file: file(), given: { limits: { up: 123_456 } }, downloadsAtOnce: 5 },
    );
    await limits.start();
    const { body } = await metrics.render();
    expect(body).toMatch(/banyan_upload_limit_bytes_per_second\{.*\} 123456/);
    expect(body).toMatch(/banyan_download_limit_bytes_per_second\{.*\} 0/);
  });
});
