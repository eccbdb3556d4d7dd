/** Numbers, sizes, times as the chosen language writes them. */
import { wholePercent } from '@banyan/proto';

export interface Format {
  number(value: number): string;
  /** Share of 1; never 100 % before it is whole. */
  percent(share: number): string;
  /** Decimal units, as file managers show them. */
  bytes(bytes: number): string;
  rate(bytesPerSecond: number): string;
  /** A rough time to wait: its two largest units. */
  wait(ms: number): string;
  /** A measured time: milliseconds, then tenths of a second. */
  seconds(ms: number): string;
  /** Length of a recording: 3:41 or 1:02:03. */
  playTime(ms: number): string;
  timeOfDay(ms: number): string;
  /** The time today, day and time before. */
  moment(ms: number, now: number): string;
  list(items: readonly string[]): string;
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

function scale(bytes: number): { value: number; unit: number } {
  let unit = 0;
  let value = Math.max(0, bytes);
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return { value, unit };
}

export function createFormat(language: string): Format {
  const cache = new Map<string, Intl.NumberFormat>();
  const numbers = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options);
    let format = cache.get(key);
    if (format === undefined) cache.set(key, (format = new Intl.NumberFormat(language, options)));
    return format;
  };
  const sized = (amount: number, suffix: string): string => {
    const { value, unit } = scale(amount);
    return numbers({
      style: 'unit',
      unit: `${BYTE_UNITS[unit] ?? 'byte'}${suffix}`,
      unitDisplay: unit === 0 && suffix === '' ? 'long' : 'short',
      maximumFractionDigits: unit === 0 || value >= 99.95 ? 0 : 1,
    }).format(value);
  };
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const items = new Intl.ListFormat(language, { type: 'conjunction', style: 'short' });
  const unit = (value: number, name: string, digits = 0) =>
    numbers({ style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);

  return {
    number: (value) => numbers({}).format(value),
    percent(share) {
      return numbers({ style: 'percent', maximumFractionDigits: 0 }).format(wholePercent(share, 1) / 100);
    },
    bytes: (bytes) => sized(bytes, ''),
    rate: (bytesPerSecond) => sized(bytesPerSecond, '-per-second'),
    wait(ms) {
      const seconds = Math.max(1, Math.round(ms / 1000));
      if (seconds < 60) return unit(seconds, 'second');
      const minutes = Math.round(seconds / 60);
      if (seconds < 600) {
        const rest = seconds % 60;
        const whole = unit(Math.floor(seconds / 60), 'minute');
        return rest === 0 ? whole : `${whole} ${unit(rest, 'second')}`;
      }
      if (minutes < 60) return unit(minutes, 'minute');
      if (minutes < 48 * 60) {
        const rest = minutes % 60;
        const whole = unit(Math.floor(minutes / 60), 'hour');
        return rest === 0 ? whole : `${whole} ${unit(rest, 'minute')}`;
      }
      return unit(Math.round(minutes / 1440), 'day');
    },
    // "0 sec" would read as if nothing had happened.
    seconds: (ms) =>
      ms < 95
        ? unit(Math.max(1, Math.round(ms)), 'millisecond')
        : unit(ms / 1000, 'second', ms < 10_000 ? 1 : 0),
    playTime(ms) {
      const total = Math.max(0, Math.round(ms / 1000));
      const two = (n: number) => String(n).padStart(2, '0');
      const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
      return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
    },
    timeOfDay: (ms) => time.format(ms),
    moment: (ms, now) =>
      new Date(ms).toDateString() === new Date(now).toDateString() ? time.format(ms) : day.format(ms),
    list: (texts) => items.format(texts),
  };
}
