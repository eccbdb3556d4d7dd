/** What a host lacks, in figures as people read them. */
import { versionText, type CriterionName, type HostView } from '@banyan/proto';

type CriterionView = HostView['criteria'][number];

const count = (value: number): string => round(value).toLocaleString('en-US');
const milliseconds = (value: number): string => `${count(value)} ms`;
const yesOrNo = (value: number): string => (value >= 1 ? 'yes' : 'no');

/** Thousands, as consoles and file managers count. */
function bytes(value: number): string {
  const [unit, name] = value >= 1e9 ? [1e9, 'GB'] : value >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB'];
  return value < 1e3 ? `${Math.round(value)} B` : `${(value / unit).toFixed(1)} ${name}`;
}

function span(ms: number): string {
  if (ms < 60_000) return `${count(ms / 1000)} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${count(ms / 3_600_000)} h`;
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

const WORDS: Readonly<Record<CriterionName, readonly [name: string, text: (value: number) => string]>> = {
  offered: ['offered now', yesOrNo],
  heard: ['last heard of before', span],
  version: ['version of Banyan', versionText],
  cores: ['processors', count],
  memory: ['memory', bytes],
  descriptors: ['file descriptors', count],
  disk: ['free disk', bytes],
  loop_delay: ['delay of its work', milliseconds],
  reachable: ['reachable from outside', yesOrNo],
  measured: ['measured before', span],
  round_trip: ['round trip', milliseconds],
  throughput: ['upload', (value) => `${bytes(value)}/s`],
  download: ['download', (value) => `${bytes(value)}/s`],
  session: ['connected for', span],
  clock_skew: ['clock off by', milliseconds],
};

/** `processors 1, at least 2 required`. */
export function failureText({ name, value, threshold, bound }: CriterionView): string {
  const [words, text] = WORDS[name];
  return `${words} ${value === null ? 'not known yet' : text(value)}, ${bound} ${text(threshold)} required`;
}
