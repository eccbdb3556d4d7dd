import type { DownloadState, DownloadView } from '@banyan/proto';
import type { I18n } from '../i18n/i18n.tsx';
import {
  BusyIcon,
  DoneIcon,
  DownloadIcon,
  PausedIcon,
  ProblemIcon,
  WaitingIcon,
  type Icon,
} from '../ui/icons.tsx';

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
  return t(`download.state.${download.state}`);
}

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
        : [t('download.waiting.next', { time: format.wait(Math.max(0, nextAt - now)) })]),
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
    case 'waiting':
      return ['pause', 'cancel'];
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
