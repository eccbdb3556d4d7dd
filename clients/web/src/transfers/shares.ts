/** Who gave what of a download, and where in the file it lies. Pure. */

import { apportion, wholePercent, type DownloadView } from '@banyan/proto';

export interface GivenShare {
  /** Device id; 'earlier' for what sources gave that are no longer listed. */
  readonly id: string;
  readonly account: string;
  /** Place among the source colours; undefined for 'earlier'. */
  readonly colour: number | undefined;
  readonly bytes: number;
  /** Share of the whole file, 0–1. */
  readonly share: number;
  /** Share of the whole file for people: together they are the percentage of the download. */
  readonly percent: number;
  readonly active: boolean;
}

/** Colours of sources; further ones begin again, their names tell them apart. */
export const SOURCE_COLOURS = 8;

/** The colour of each source, by its place in the daemon's order: the same wherever the source is shown. */
export function sourceColours(deviceIds: readonly string[]): ReadonlyMap<string, number> {
  return new Map(deviceIds.map((id, i) => [id, i % SOURCE_COLOURS]));
}

/**
 * One share per source that has given something or is giving, in the daemon's order, so that a source keeps
 * its colour. They add up to what is proved.
 */
export function givenShares(download: DownloadView): GivenShare[] {
  const size = Math.max(1, download.size);
  const named = download.sources.reduce((sum, source) => sum + source.bytes, 0);
  // After a restart, bytes are on disk that no listed source gave; and a source's count may run ahead of a frame.
  const scale = named > download.bytes && named > 0 ? download.bytes / named : 1;
  const colours = sourceColours(download.sources.map(({ deviceId }) => deviceId));
  const shares = download.sources.map((source): Omit<GivenShare, 'percent'> => ({
    id: source.deviceId,
    account: source.account,
    colour: colours.get(source.deviceId),
    bytes: source.bytes,
    share: (source.bytes * scale) / size,
    active: source.state === 'active',
  }));
  // Under one percent it is the frame that lags, not an earlier run.
  const earlier = download.bytes - named;
  const given = [
    ...(earlier / size > 0.01
      ? [
          {
            id: 'earlier',
            account: '',
            colour: undefined,
            bytes: earlier,
            share: earlier / size,
            active: false,
          },
        ]
      : []),
    ...shares.filter((share) => share.bytes > 0 || share.active),
  ];
  const percents = apportion(
    given.map(({ bytes }) => bytes),
    wholePercent(download.bytes, size),
  );
  return given.map((share, i) => ({ ...share, percent: percents[i] ?? 0 }));
}

export interface ChunkPaths {
  /** Chunks in all; the width of the drawing. */
  readonly width: number;
  readonly proved: number;
  readonly requested: number;
  /** SVG paths of height 1. */
  readonly provedPath: string;
  readonly requestedPath: string;
}

/** Draws the run-lengths of a chunk map as two paths: two elements, however many chunks. */
export function chunkPaths(runs: DownloadView['chunks']): ChunkPaths {
  let at = 0;
  const count = [0, 0, 0];
  const paths = ['', '', ''];
  for (const [state, length] of runs) {
    if (length <= 0) continue;
    if (state === 1 || state === 2) {
      paths[state] = `${paths[state] ?? ''}M${at} 0h${length}v1h${-length}z`;
      count[state] = (count[state] ?? 0) + length;
    }
    at += length;
  }
  return {
    width: Math.max(1, at),
    proved: count[2] ?? 0,
    requested: count[1] ?? 0,
    provedPath: paths[2] ?? '',
    requestedPath: paths[1] ?? '',
  };
}
