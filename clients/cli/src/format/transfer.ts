/** How a download is drawn: one line for the file, one per source. Pure text. */
import {
  apportion,
  displayText,
  wholePercent,
  type DownloadSourceView,
  type DownloadView,
} from '@banyan/proto';
import type { Style } from './style.ts';
import { bytesText, durationText, percentText, plural, rateText } from './units.ts';
import { cutMiddle, padToWidth, wrapToWidth } from './width.ts';

/** What percent, size, gaps and the longest state need beside name and bar. */
const REST_CELLS = 58;
const NAME_CELLS = { least: 14, most: 40 };
const BAR_CELLS = { least: 6, most: 24 };

/** Cells for name and bar: a narrow terminal shortens both, so that rate and time left stay in view. */
function layout(width: number): { readonly name: number; readonly bar: number } {
  const clamp = (cells: number, { least, most }: typeof NAME_CELLS): number =>
    Math.max(least, Math.min(most, Math.floor(cells)));
  const name = clamp((width - REST_CELLS) * 0.6, NAME_CELLS);
  return { name, bar: clamp(width - REST_CELLS - name, BAR_CELLS) };
}

/** `████████░░░░`, of `cells` cells. */
function barText(done: number, of: number, cells: number): string {
  const share = of <= 0 ? 1 : Math.max(0, Math.min(1, done / of));
  const full = Math.floor(share * cells);
  return '█'.repeat(full) + '░'.repeat(cells - full);
}

const FILE_STATE: Record<DownloadView['state'], string> = {
  queued: 'in the queue',
  finding: 'looking for sources',
  downloading: '',
  waiting: 'waiting for a source',
  paused: 'paused',
  finishing: 'checking the whole file',
  done: 'done',
  failed: 'failed',
};

/** What a waiting download waits for, where that is not a source. */
const WAITS_FOR: Readonly<Record<string, string>> = {
  disk_full: 'waiting for room on the disk',
  disk_failed: 'waiting for the disk',
  no_supernode: 'waiting for a supernode',
  // Of sources and supernodes it is said otherwise.
  unreachable: 'waiting to sign in',
  no_slot: 'waiting for a place',
};

/** What goes on, in a few words. */
export function stateText(view: DownloadView): string {
  if (view.state === 'waiting' && view.problem !== null && Object.hasOwn(WAITS_FOR, view.problem.code))
    return WAITS_FOR[view.problem.code]!;
  if (view.state !== 'downloading') return FILE_STATE[view.state];
  const active = view.sources.filter(({ state }) => state === 'active').length;
  if (active === 0) return 'connecting to sources';
  const eta = view.etaMs === null ? '' : `, ${durationText(view.etaMs)} left`;
  // Of mirrors whose bytes nobody can prove one by one.
  const proof = (view.unprovedBytes ?? 0) * 2 > view.bytes ? ', proved when it is whole' : '';
  return `${rateText(view.bytesPerSecond)} from ${plural(active, 'source')}${eta}${proof}`;
}

/** How long it has waited for sources, and when it looks again, as a sentence; '' when it does not wait. */
function waitingText({ waiting }: DownloadView, now: number): string {
  if (waiting === null || waiting === undefined) return '';
  const since = durationText(Math.max(0, now - waiting.since));
  const next = waiting.nextAt === null ? '' : `, again in ${durationText(Math.max(0, waiting.nextAt - now))}`;
  return `It has waited for ${since} and looked ${plural(waiting.asked, 'time')} for sources${next}.`;
}

/** Why it does not go on, and what happens next; '' when nothing is wrong. */
export function problemText(view: DownloadView, now: number): string {
  return [view.problem === null ? '' : displayText(view.problem.message, 500), waitingText(view, now)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Sources that gave up on us, or we on them. */
export function troubledSources({ sources }: DownloadView): readonly DownloadSourceView[] {
  return sources.filter(
    ({ state, problem }) =>
      state === 'dropped' || (problem !== null && (state === 'waiting' || state === 'idle')),
  );
}

/** Name for people of a source: its account, else the start of its device id. */
export function sourceName(source: DownloadSourceView): string {
  return source.account === '' ? source.deviceId.slice(0, 8) : displayText(source.account, 24);
}

const SOURCE_STATE: Record<DownloadSourceView['state'], string> = {
  connecting: 'connecting',
  active: '',
  idle: 'idle',
  queued: 'in its queue',
  waiting: 'tried again soon',
  dropped: 'dropped',
};

/** What a source does, and why it does not give when it does not. */
export function sourceText(source: DownloadSourceView): string {
  const state =
    source.state === 'active'
      ? rateText(source.bytesPerSecond)
      : source.state === 'queued' && source.queuePosition !== null
        ? `place ${source.queuePosition} in its queue`
        : SOURCE_STATE[source.state];
  const why =
    source.problem !== null && source.state !== 'active'
      ? `: ${displayText(source.problem.message, 160)}`
      : '';
  const bad = source.badChunks > 0 ? `, ${plural(source.badChunks, 'wrong chunk')}` : '';
  return `${state}${why}${bad}`;
}

/** Sources worth a line: who gives, gave, or failed. */
function shownSources(view: DownloadView): readonly DownloadSourceView[] {
  return [...view.sources].sort((a, b) => b.bytes - a.bytes || a.deviceId.localeCompare(b.deviceId));
}

/** Where lines are drawn, and when. */
export interface DrawInit {
  readonly style: Style;
  readonly width: number;
  readonly now: number;
}

/** The lines of one download, for a terminal. */
function downloadLines(view: DownloadView, init: DrawInit): string[] {
  const { style } = init;
  const cells = layout(init.width);
  const name = padToWidth(cutMiddle(displayText(view.name), cells.name), cells.name);
  const file = [
    style.bold(name),
    style.green(barText(view.bytes, view.size, cells.bar)),
    percentText(view.bytes, view.size).padStart(5),
    bytesText(view.size).padStart(8),
    stateText(view),
  ].join('  ');
  if (view.state === 'done' || view.state === 'queued') return [file];
  const percents = givenPercents(view);
  const sources = shownSources(view).map((source) => {
    const line = [
      padToWidth(`  ${cutMiddle(sourceName(source), cells.name - 2)}`, cells.name),
      barText(source.bytes, view.size, cells.bar),
      `${percents.get(source) ?? 0} %`.padStart(5),
      bytesText(source.bytes).padStart(8),
      sourceText(source),
    ].join('  ');
    return source.state === 'dropped' ? style.yellow(line) : style.dim(line);
  });
  const why = problemText(view, init.now);
  const problem = why === '' ? [] : wrapToWidth(why, init.width - 3).map((line) => style.yellow(`  ${line}`));
  return [file, ...problem, ...sources];
}

/** Downloads of several that are drawn: more than these would not fit on a screen. */
const MAX_DRAWN = 6;
/** Worth drawing first. */
const DRAW_ORDER: readonly DownloadView['state'][] = [
  'finishing',
  'downloading',
  'waiting',
  'finding',
  'paused',
  'queued',
];

/** One block for several downloads: those at work, and a line for all of them. */
export function batchLines(views: readonly DownloadView[], init: DrawInit): string[] {
  if (views.length <= MAX_DRAWN) return views.flatMap((view) => downloadLines(view, init));
  const open = views.filter(({ state }) => state !== 'done' && state !== 'failed');
  const drawn = [...open]
    .sort((a, b) => DRAW_ORDER.indexOf(a.state) - DRAW_ORDER.indexOf(b.state))
    .slice(0, MAX_DRAWN);
  const sum = (of: (view: DownloadView) => number): number =>
    views.reduce((total, view) => total + of(view), 0);
  const [bytes, size] = [sum((view) => view.bytes), sum((view) => view.size)];
  const failed = views.filter(({ state }) => state === 'failed').length;
  const done = views.length - open.length - failed;
  const all = [
    `${done} of ${plural(views.length, 'file')} done`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    `${bytesText(bytes)} of ${bytesText(size)}, ${percentText(bytes, size)}`,
    rateText(sum((view) => view.bytesPerSecond)),
  ].join('  ');
  return [...drawn.flatMap((view) => downloadLines(view, init)), init.style.bold(all)];
}

/** Who gave what of a finished download: `alice 40 %, bob 60 %`. */
export function sharesText(view: DownloadView): string {
  const percents = givenPercents(view);
  const gave = shownSources(view).filter(({ bytes }) => bytes > 0);
  return gave.map((source) => `${sourceName(source)} ${percents.get(source) ?? 0} %`).join(', ');
}

/** What of a download is nobody's, and no more than a count that lags behind. */
const LAG = 0.01;

/** What each source gave, in whole percent of the file: together what has arrived, less what is of an earlier start. */
function givenPercents(view: DownloadView): ReadonlyMap<DownloadSourceView, number> {
  const { sources, bytes, size } = view;
  const named = sources.reduce((sum, source) => sum + source.bytes, 0);
  const given = bytes - named > size * LAG ? named : bytes;
  const percents = apportion(
    sources.map((source) => source.bytes),
    wholePercent(given, size),
  );
  return new Map(sources.map((source, i) => [source, percents[i] ?? 0]));
}
