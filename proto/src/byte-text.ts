/** Amounts of memory as people write them. */
import { BanyanError } from './errors.ts';
import { displayText } from './names.ts';

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/**
 * Reads an amount of memory: `512MB`, `1.5 GB`, `2GiB`, `2G`. As everybody who speaks of memory does, a GB is 1024³ bytes.
 *
 * @throws BanyanError `invalid_request` that says what is understood
 */
export function parseMemory(text: string): number {
  const [, amount, unit] = /^(\d{1,12}(?:\.\d{1,6})?) ?([bkmgt])(?:i?b)?$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit?.toLowerCase() ?? ''];
  if (amount === undefined || factor === undefined)
    throw new BanyanError(
      'invalid_request',
      `"${displayText(text, 80)}" is no amount of memory. Write it like 512MB or 2GB.`,
    );
  return Math.round(Number(amount) * factor);
}
