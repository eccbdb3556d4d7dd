/** Periods on the command line. */
import { displayText } from '@banyan/proto';
import { UsageError } from '../../cli.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** `30s`, `30m`, `12h`, `7d`, `2w` in seconds. */
export function periodSeconds(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text.trim()) ?? [];
  if (count === undefined || Number(count) === 0)
    throw new UsageError(`'${displayText(text, 40)}' is no period. It looks like 30s, 30m, 12h, 7d or 2w.`);
  return Number(count) * UNITS[unit]!;
}
