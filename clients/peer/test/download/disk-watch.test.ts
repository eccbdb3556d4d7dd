import { beforeEach, describe, expect, it } from '@jest/globals';
import { createManualClock, type ManualClock } from '@banyan/kit';
import { DISK_LOOK_MS, SILENT_CALL_LOOKS, SILENT_WRITE_LOOKS } from '../../src/download/constants.ts';
import { createDiskWatch, isOverWithin, silentDisk, type DiskWatch } from '../../src/download/disk-watch.ts';

const WRITE_MS = DISK_LOOK_MS * SILENT_WRITE_LOOKS;
const CALL_MS = DISK_LOOK_MS * SILENT_CALL_LOOKS;

let clock: ManualClock;
let watch: DiskWatch;
let told: boolean[];
beforeEach(() => {
  clock = createManualClock(0);
  told = [];
  watch = createDiskWatch(clock, () => told.push(watch.isSilent));
});

describe('a disk', () => {
  it('that does nothing while a chunk waits is silent, until it answers', async () => {
    watch.asked();
    watch.asked();
    await clock.advance(WRITE_MS - 1);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual([true]);
    watch.answered();
    expect(told).toEqual([true, false]);
    // The second one waits still.
    await clock.advance(WRITE_MS);
    expect(told).toEqual([true, false, true]);
    watch.answered();
    expect(watch.isSilent).toBe(false);
  });

  it('that is slow is not: each thing that it does counts', async () => {
    watch.asked();
    for (let i = 0; i < 20; i++) {
      watch.asked();
      // A look comes right behind an answer at the earliest.
      await clock.advance(WRITE_MS - DISK_LOOK_MS);
      watch.answered();
    }
    expect(told).toEqual([]);
  });

  it('of which nothing is wanted is not', async () => {
    watch.asked();
    watch.answered();
    await clock.advance(2 * CALL_MS);
    // Nothing is looked at any more.
    expect(clock.pending).toBe(0);
    watch.asked();
    await clock.advance(WRITE_MS - 1);
    expect(told).toEqual([]);
  });

  it('is not when nobody is left to hear of the chunk that waited', async () => {
    watch.asked();
    watch.asked();
    await clock.advance(WRITE_MS);
    watch.forgotten();
    expect(watch.isSilent).toBe(true);
    watch.forgotten();
    expect(watch.isSilent).toBe(false);
  });

  it('may take longer over a call, and as long as it likes while it gets on', async () => {
    let end = (): void => undefined;
    const call = watch.during(new Promise<void>((resolve) => (end = resolve)));
    await clock.advance(CALL_MS - 1);
    watch.heard();
    await clock.advance(CALL_MS - DISK_LOOK_MS);
    expect(told).toEqual([]);
    await clock.advance(2 * DISK_LOOK_MS);
    expect(told).toEqual([true]);
    end();
    await call;
    expect(told).toEqual([true, false]);
  });

  it('is looked at no more when the watch was stopped', async () => {
    watch.asked();
    watch.stop();
    await clock.advance(CALL_MS);
    expect(told).toEqual([]);
    watch.asked();
    expect(clock.pending).toBe(0);
  });

  it('is named by its folder, with what to do', () => {
    const { code, message } = silentDisk('/media/stick');
    expect(code).toBe('disk_failed');
    expect(message).toBe(
      'The disk of /media/stick does not answer. Check the disk, its cable or its network; the download goes on by itself as soon as it answers.',
    );
  });
});

describe('whoever waits with patience', () => {
  it('goes on after it, or with the end of the work', async () => {
    const never = isOverWithin(clock, 1_000, new Promise(() => undefined));
    await clock.advance(1_000);
    expect(await never).toBe(false);
    expect(await isOverWithin(clock, 1_000, Promise.resolve())).toBe(true);
    await expect(isOverWithin(clock, 1_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(clock.pending).toBe(0);
  });
});
