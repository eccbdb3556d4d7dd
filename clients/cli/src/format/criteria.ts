/** How hosts are judged, as operators and owners read it. */
import { versionText, type CriterionName, type CriterionView } from '@banyan/proto';
import type { Cli } from '../cli.ts';
import { tableLines } from './table.ts';
import { bytesText, countText, durationText, memoryText, rateText } from './units.ts';

interface Words {
  readonly label: string;
  readonly text: (value: number) => string;
  /** What helps where it is not met. @param wanted - its threshold in words */
  readonly advice: (wanted: string) => string;
}

const yesOrNo = (value: number): string => (value >= 1 ? 'yes' : 'no');
const ago = (value: number): string => `${durationText(value)} ago`;
const milliseconds = (value: number): string => `${Math.round(value * 10) / 10} ms`;

const WORDS: Readonly<Record<CriterionName, Words>> = {
  offered: {
    label: 'Offered now',
    text: yesOrNo,
    advice: () => 'its owner has to offer it, or now is outside the hours given',
  },
  heard: {
    label: 'Last heard of',
    text: ago,
    advice: () => 'its peer has not reported for a while: is it on and online?',
  },
  version: {
    label: 'Banyan',
    text: versionText,
    advice: (wanted) => `update Banyan there to ${wanted} or later`,
  },
  cores: { label: 'Processors', text: countText, advice: () => 'another host with more processors' },
  memory: { label: 'Memory', text: memoryText, advice: () => 'give more of it to the offer (--memory)' },
  descriptors: {
    label: 'Descriptors',
    text: countText,
    advice: () => 'raise the limit of open files (ulimit -n) for its peer',
  },
  disk: { label: 'Free disk', text: bytesText, advice: () => 'free some of its disk' },
  loop_delay: {
    label: 'Event loop delay',
    text: milliseconds,
    advice: () => 'it is busy with other work: wait, or choose another',
  },
  reachable: {
    label: 'Reachable',
    text: yesOrNo,
    advice: () => 'open its port in router and firewall, or let it use UPnP',
  },
  measured: {
    label: 'Measured',
    text: ago,
    advice: () => 'its home measures it within minutes; if not, look at that supernode',
  },
  round_trip: {
    label: 'Round trip',
    text: milliseconds,
    advice: () => 'it is far away or its line is slow: a host in the region of its leaves is better',
  },
  throughput: {
    label: 'Upload',
    text: rateText,
    advice: () => 'its line is slow, or busy with transfers: look again later',
  },
  download: {
    label: 'Download',
    text: rateText,
    advice: () =>
      'its line is slow, or busy; where it is not measured, its home or its peer is of 0.1.0: update that',
  },
  session: {
    label: 'Session lasts',
    text: durationText,
    advice: () => 'it has to stay connected for longer',
  },
  clock_skew: { label: 'Clock off by', text: milliseconds, advice: () => 'let it set its clock by NTP' },
};

/** A table of all of them, and below it what helps where one is not met. */
export function criterionLines(
  criteria: readonly CriterionView[],
  cli: Cli,
  origins: Readonly<Record<CriterionView['origin'], string>>,
): string[] {
  const { style } = cli;
  const textOf = ({ name }: CriterionView, value: number): string => WORDS[name].text(value);
  const failing = criteria.filter(({ passed }) => !passed);
  return [
    ...tableLines<CriterionView>(
      [
        {
          head: '',
          value: ({ passed }) => (passed ? '✓' : '✗'),
          style: (shown, { passed }) => (passed ? style.green(shown) : style.red(shown)),
        },
        { head: 'Criterion', value: ({ name }) => WORDS[name].label },
        {
          head: 'Value',
          value: (one) =>
            one.value !== null ? textOf(one, one.value) : one.origin === 'home' ? 'not measured' : 'unknown',
          align: 'right',
        },
        { head: 'Wanted', value: (one) => `${one.bound} ${textOf(one, one.threshold)}` },
        { head: 'Found out by', value: ({ origin }) => origins[origin] },
        {
          head: 'It says',
          value: (one) => (one.declared === undefined ? '' : textOf(one, one.declared)),
          align: 'right',
          optional: true,
        },
      ],
      criteria,
      { width: cli.ctx.out.width, headStyle: style.bold },
    ),
    ...(failing.length === 0 ? [] : ['']),
    ...failing.map((one) => {
      const { label, advice } = WORDS[one.name];
      return `${label}: ${advice(textOf(one, one.threshold))}.`;
    }),
  ];
}
