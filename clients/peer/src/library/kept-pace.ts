/** How hard hashing was last told to drive the machine, kept over starts. */
import { readJsonFile, writePrivateFile } from '../private-file.ts';
import type { Pace } from './hash-pace.ts';

export const FULL_PACE: Pace = { paused: false, gentle: false };

export interface KeptPace {
  readonly value: Pace;
  /** Holds at once. @throws BanyanError `disk_full`, `disk_failed`: but not over a start */
  change(change: Partial<Pace>): Promise<void>;
}

/** A file that cannot be read holds nothing up. */
export async function openPace(file: string): Promise<KeptPace> {
  const kept = (await readJsonFile(file)) as Partial<Record<keyof Pace, unknown>> | undefined;
  let value: Pace = { paused: kept?.paused === true, gentle: kept?.gentle === true };
  return {
    get value() {
      return value;
    },
    change(change) {
      value = { ...value, ...change };
      return writePrivateFile(file, `${JSON.stringify(value)}\n`);
    },
  };
}
