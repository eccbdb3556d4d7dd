import type { DownloadSourceView, DownloadState, DownloadView, SourceState } from '@banyan/proto';
import type { I18n } from '../i18n/i18n.tsx';
import { isMessageKey } from '../i18n/catalogues.ts';
import {
  BusyIcon,
  DoneIcon,
  DownloadIcon,
  PausedIcon,
  ProblemIcon,
  WaitingIcon,
  type Icon,
} from '../ui/icons.tsx';

/** Within this time a cancelled download can be had back, s. */
export const UNDO_S = 10;

/** The icon and colour of each state; its word stands beside it. */
export const STATE_LOOK: Readonly<Record<DownloadState, { icon: Icon; tone: string; spin?: boolean }>> = {
  queued: { icon: WaitingIcon, tone: '' },
  finding: { icon: BusyIcon, tone: '', spin: true },
  downloading: { icon: DownloadIcon, tone: 'accent' },
  waiting: { icon: WaitingIcon, tone: 'warn' },
  paused: { icon: PausedIcon, tone: '' },
  finishing: { icon: BusyIcon, tone: 'accent', spin: true },
  done: { icon: DoneIcon, tone: 'good' },
  failed: { icon: ProblemIcon, tone: 'bad' },
};

/** The state in words. */
export function stateWords(download: DownloadView, { t }: I18n): string {
  if (download.state === 'downloading') {
    const giving = download.sources.filter((source) => source.state === 'active').length;
    return t('download.state.downloading', { count: giving });
  }
  if (download.state === 'waiting' && download.problem !== null) {
    const key = `download.waits.${download.problem.code}`;
    if (isMessageKey(key)) return t(key);
  }
  return t(`download.state.${download.state}`);
}

/** Sources of an unfinished download that were dropped, or failed and are tried again. */
export function troubledSources({ state, sources }: DownloadView): readonly DownloadSourceView[] {
  if (state === 'done') return [];
  return sources.filter(
    (source) => source.problem !== null && source.queuePosition === null && TROUBLED.has(source.state),
  );
}

const TROUBLED: ReadonlySet<SourceState> = new Set<SourceState>(['dropped', 'waiting', 'idle']);

/** What follows the state: amount, rate, time left. Never an infinite time. */
export function progressWords(download: DownloadView, { t, format }: I18n, now: number): string[] {
  const { state } = download;
  if (state === 'done') {
    return [
      format.bytes(download.size),
      ...(download.finishedAt === null
        ? []
        : [t('download.finished', { time: format.moment(download.finishedAt, now) })]),
    ];
  }
  const amount = t('download.of', {
    done: format.bytes(download.bytes),
    total: format.bytes(download.size),
  });
  if (state === 'waiting' && download.waiting !== null && download.waiting !== undefined) {
    const { since, asked, nextAt } = download.waiting;
    return [
      amount,
      t('download.waiting', { time: format.moment(since, now), count: asked }),
      ...(nextAt === null
        ? []
        : [
            nextAt <= now
              ? t('download.waiting.now')
              : t('download.waiting.next', { time: format.wait(nextAt - now) }),
          ]),
    ];
  }
  if (state !== 'downloading') return [amount];
  return [
    amount,
    format.rate(download.bytesPerSecond),
    download.etaMs === null || !Number.isFinite(download.etaMs)
      ? t('download.left.unknown')
      : t('download.left', { time: format.wait(download.etaMs) }),
  ];
}

/** What can be done with it; only valid actions are offered. */
export function actionsFor(
  state: DownloadState,
): readonly ('pause' | 'resume' | 'retry' | 'cancel' | 'remove')[] {
  switch (state) {
    case 'queued':
    case 'finding':
    case 'downloading':
      return ['pause', 'cancel'];
    case 'waiting':
      return ['retry', 'pause', 'cancel'];
    case 'paused':
      return ['resume', 'cancel'];
    case 'failed':
      return ['retry', 'cancel'];
    case 'done':
      return ['remove'];
    case 'finishing':
      return [];
  }
}
