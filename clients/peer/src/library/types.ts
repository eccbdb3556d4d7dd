/** What the library is to the other rooms of the peer. */
import type { Clock, Log, Startable } from '@banyan/kit';
import type {
  ContentId,
  ExclusionPreview,
  FilesResponse,
  PeerStatus,
  SharedFile,
  ShareView,
} from '@banyan/proto';
import type { Catalog } from '@banyan/sdk';
import type { ContentProvider, Ownership } from '../content.ts';
import type { Found } from '../local-api/rooms.ts';
import type { Pace } from './hash-pace.ts';
import type { HashPoolInit } from './hash-pool.ts';

export interface LibraryComponents {
  readonly clock: Clock;
  readonly log: Log;
}

export interface LibraryInit {
  /** Where the index is kept: a folder of the library's own, made if missing. */
  readonly stateDir: string;
  /** Folders with keys and state of Banyan: never shared, neither they nor what is in them. `stateDir` is one by itself. */
  readonly privateFolders?: readonly string[];
  /** Folder of everything of Banyan on this machine; what of it holds no state may be shared when that is confirmed. */
  readonly commonFolder?: string;
  /** Folders inside those that may be shared all the same: the download folder, a sample library. */
  readonly openFolders?: readonly string[];
  /** Issuer URL for links to files, once it is known. */
  readonly network?: () => string | undefined;
  /** Default: the system's. */
  readonly homeDir?: string;
  readonly hashing?: HashPoolInit;
  /** A file rests for so long before it is hashed; default {@link FILE_SETTLE_MS}. */
  readonly settleMs?: number;
  /** Folders of one share that are watched; default {@link MAX_WATCHED_FOLDERS}. */
  readonly maxWatchedFolders?: number;
  /** Files that may be published; default {@link MAX_LEAF_RECORDS}. */
  readonly maxRecords?: number;
}

export interface ShareInit {
  /** Absolute; links in it are resolved. */
  readonly path: string;
  /** For people; default the folder's own name. */
  readonly name?: string;
  /** Share although the folder looks private. */
  readonly confirm?: boolean;
  /** Patterns of what is left out. */
  readonly exclude?: readonly string[];
}

export interface FilesQuery {
  /** Files with larger ids; from {@link FilesResponse.next}. */
  readonly after?: number;
  /** Files left out in front, for windows over rows. */
  readonly offset?: number;
  /** 1 to 1000. */
  readonly limit: number;
}

export interface LibraryStats extends Omit<PeerStatus['library'], 'published' | 'pace'> {
  /** Files read and hashed since the start; those known from earlier are not among them. */
  readonly hashedFiles: number;
}

export interface FinishedFile {
  readonly path: string;
  readonly content: ContentId;
  /** The whole layer, 32 bytes per chunk. */
  readonly chunkHashes: Uint8Array;
}

/** The files that this device shares. */
export interface Library extends Startable, ContentProvider {
  /** What is published; complete from the end of `start` on, as it was at the last stop. */
  readonly catalog: Catalog;
  shares(): ShareView[];
  /**
   * Shares a folder: scanning begins, the answer does not wait for it.
   *
   * @throws BanyanError `folder_missing`, `folder_unreadable`, `folder_overlaps`, `folder_unsafe` (its
   *   `details.confirmable` tells whether `confirm` would help), `limit_exceeded`
   */
  addShare(share: ShareInit): Promise<ShareView>;
  /** Like {@link addShare}, for folders of the configuration: one that is shared already is answered as it is. */
  ensureShare(share: ShareInit): Promise<ShareView>;
  /** The share that a folder is, or lies in; undefined: it is not shared. */
  shareAround(path: string): Promise<{ readonly share: ShareView; readonly isItself: boolean } | undefined>;
  /**
   * Checks folders that {@link ensureShare} is to share, before anything else is done with them.
   *
   * @throws BanyanError as {@link addShare}
   */
  checkShares(paths: readonly string[]): Promise<void>;
  /**
   * Ends a share; its files are unpublished before this resolves. Nothing on the disk is touched.
   *
   * @throws BanyanError `not_found`
   */
  removeShare(id: string): Promise<void>;
  /** @throws BanyanError `not_found` */
  rescanShare(id: string): ShareView;
  /**
   * Leaves out of a share what matches, from now on; nothing on the disk is touched.
   *
   * @throws BanyanError `not_found`, `invalid_request`, `limit_exceeded`
   */
  setExclusions(id: string, exclude: readonly string[]): Promise<ShareView>;
  /**
   * What patterns leave out of a share, or of a folder that may become one, as it is now.
   *
   * @throws BanyanError `not_found`, `folder_missing`, `invalid_request`, `limit_exceeded`
   */
  previewExclusions(
    of: { readonly id: string } | { readonly path: string },
    exclude: readonly string[],
    signal: AbortSignal,
  ): Promise<ExclusionPreview>;
  readonly pace: Pace;
  /** Pauses hashing, makes it gentle, or lets it run; kept over starts. @throws BanyanError `disk_full`, `disk_failed` */
  setPace(pace: Partial<Pace>): Promise<Pace>;
  stats(): LibraryStats;
  /** Published files, in the order of their ids. */
  files(query: FilesQuery): FilesResponse;
  /**
   * Files whose names have every word of `filter`, while somebody looks at them.
   *
   * @param onChange - another window can be asked for
   */
  find(filter: string, onChange: () => void): Found<SharedFile>;
  owns(content: ContentId): Ownership;
  /** Where a whole, unchanged file of this content lies; undefined when there is none. */
  pathOf(content: ContentId): Promise<string | undefined>;
  /**
   * Takes a finished download into its share without hashing it again.
   *
   * @returns false when it lies in no share, or is left out by its name
   * @throws BanyanError `file_changed` when the file has another length by now
   */
  addFinished(file: FinishedFile): Promise<boolean>;
  /** Told of changes of anything shown here, at most twice a second. */
  onChange(listener: () => void): () => void;
  /** Resolves when everything there is has been scanned and hashed. */
  settled(signal?: AbortSignal): Promise<void>;
}
