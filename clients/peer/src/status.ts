/** The state of this peer in one look, put together from all rooms. */
import type { DownloadView, HashPaceView, LimitsView, PeerStatus, UploadView } from '@banyan/proto';
import { APPLIES } from './downloads-room.ts';
import type { LibraryStats } from './library/index.ts';
import type { LinkStatus } from './link/link.ts';
import { VERSION } from '@banyan/kit';

export interface StatusSources {
  readonly name: string;
  readonly deviceId: string;
  readonly startedAt: number;
  readonly downloadFolder: string;
  readonly downloadsShared: boolean;
  readonly link: () => LinkStatus;
  readonly library: () => LibraryStats;
  readonly pace: () => HashPaceView;
  readonly downloads: () => readonly DownloadView[];
  readonly uploads: () => readonly UploadView[];
  readonly limits: () => LimitsView;
}

const BUSY: ReadonlySet<DownloadView['state']> = new Set(['finding', 'downloading', 'finishing']);

const sum = (rows: readonly { readonly bytesPerSecond: number }[]): number =>
  Math.round(rows.reduce((total, row) => total + row.bytesPerSecond, 0));

export function peerStatus(sources: StatusSources): PeerStatus {
  const link = sources.link();
  const library = sources.library();
  const downloads = sources.downloads();
  const busy = downloads.filter((download) => BUSY.has(download.state));
  const uploads = sources.uploads();
  const serving = uploads.filter((upload) => upload.state === 'active');
  return {
    name: sources.name,
    account: link.account,
    deviceId: sources.deviceId,
    version: VERSION,
    startedAt: sources.startedAt,
    network: { issuer: link.issuer, name: link.networkName },
    downloadFolder: sources.downloadFolder,
    downloadsShared: sources.downloadsShared,
    auth: link.auth,
    list: link.list,
    home: link.home,
    secondHome: link.secondHome,
    homeProblem:
      link.homeProblem === undefined
        ? null
        : { code: link.homeProblem.code, message: link.homeProblem.message },
    reach: link.reach,
    library: {
      files: library.files,
      bytes: library.bytes,
      hashing: library.hashing,
      pace: sources.pace(),
      errors: library.errors,
      published: link.published,
    },
    transfers: {
      downloading: busy.length,
      pausable: downloads.filter(APPLIES.pause).length,
      resumable: downloads.filter(APPLIES.resume).length,
      downloadBytesPerSecond: sum(busy),
      uploading: serving.length,
      uploadBytesPerSecond: sum(serving),
      uploadQueue: uploads.length - serving.length,
    },
    limits: sources.limits(),
    ...(link.signIn === undefined ? {} : { signIn: link.signIn }),
  };
}
