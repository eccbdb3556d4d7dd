/** How a download is drawn: one line for the file, one per source. Pure text. */
import { displayText, type DownloadSourceView, type DownloadView } from '@banyan/proto';
import type { Style } from './style.ts';
import { bytesText, durationText, percentText, plural, rateText } from './units.ts';
import { cutMiddle, padToWidth } from './width.ts';

const BAR_CELLS = 24;
const NAME_CELLS = 32;

/** `████████░░░░`, of `cells` cells. */
export function barText(done: number, of: number, cells = BAR_CELLS): string {
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

/** What goes on, in a few words. */
export function stateText(view: DownloadView): string {
  if (view.state !== 'downloading') return FILE_STATE[view.state];
  const active = view.sources.filter(({ state }) => state === 'active').length;
  const eta = view.etaMs === null ? '' : `, ${durationText(view.etaMs)} left`;
  return `${rateText(view.bytesPerSecond)} from ${plural(active, 'source')}${eta}`;
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
  waiting: 'waits',
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

/** The lines of one download, for a terminal. */
export function downloadLines(view: DownloadView, style: Style): string[] {
  const name = padToWidth(cutMiddle(displayText(view.name), NAME_CELLS), NAME_CELLS);
  const file = [
    style.bold(name),
    style.green(barText(view.bytes, view.size)),
    percentText(view.bytes, view.size).padStart(5),
    bytesText(view.size).padStart(8),
    stateText(view),
  ].join('  ');
  if (view.state === 'done' || view.state === 'queued') return [file];
  const sources = shownSources(view).map((source) => {
    const line = [
      padToWidth(`  ${cutMiddle(sourceName(source), NAME_CELLS - 2)}`, NAME_CELLS),
      barText(source.bytes, view.size),
      percentText(source.bytes, view.size).padStart(5),
      bytesText(source.bytes).padStart(8),
      sourceText(source),
    ].join('  ');
    return source.state === 'dropped' ? style.yellow(line) : style.dim(line);
  });
  const problem = view.problem === null ? [] : [style.yellow(`  ${displayText(view.problem.message, 300)}`)];
  return [file, ...problem, ...sources];
}

/** Who gave what of a finished download: `alice 40 %, bob 60 %`. */
export function sharesText(view: DownloadView): string {
  const gave = shownSources(view).filter(({ bytes }) => bytes > 0);
  return gave.map((source) => `${sourceName(source)} ${percentText(source.bytes, view.size)}`).join(', ');
}
