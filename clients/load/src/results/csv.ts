/** The intervals of a run as a table for spreadsheets. */
import type { RunResults } from './results.ts';

/** RFC 4180 without anything to quote: names of supernodes are cleaned to words. */
export function intervalsCsv({ intervals }: RunResults): string {
  const columns: [string, readonly (number | null)[]][] = [
    ['at_ms', intervals.at],
    ['online', intervals.online],
    ['wanted', intervals.wanted],
    ['records', intervals.records],
    ['arrived', intervals.arrived],
    ['departed', intervals.departed],
    ['lost', intervals.lost],
    ['downloading', intervals.downloading],
    ['downloaded_bytes', intervals.downloadedBytes],
    ['bad_chunks', intervals.badChunks],
    ...Object.entries(intervals.operations).flatMap(([operation, figures]) =>
      Object.entries(figures).map(([figure, values]): [string, readonly (number | null)[]] => [
        `${operation}_${figure}${/^(p\d+|max)$/.test(figure) ? '_ms' : ''}`,
        values as readonly (number | null)[],
      ]),
    ),
    ...Object.entries(intervals.homes).map(([name, values]): [string, readonly number[]] => [
      `homes_${word(name)}`,
      values,
    ]),
    ['tester_cpu', intervals.tester.cpu],
    ['tester_rss_bytes', intervals.tester.rssBytes],
    ['tester_loop_delay_p99_ms', intervals.tester.loopDelayP99Ms],
    ['tester_lateness_p99_ms', intervals.tester.latenessP99Ms],
    ...Object.entries(intervals.processes).flatMap(
      ([name, { cpu, rssBytes }]): [string, readonly (number | null)[]][] => [
        [`${word(name)}_cpu`, cpu],
        [`${word(name)}_rss_bytes`, rssBytes],
      ],
    ),
  ];
  const rows = intervals.at.map((_, i) => columns.map(([, values]) => cell(values[i])).join(','));
  return `${[columns.map(([head]) => head).join(','), ...rows].join('\r\n')}\r\n`;
}

const word = (name: string): string => name.replaceAll(/[^\w-]/g, '_');

const cell = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(Number(value.toPrecision(6)));
