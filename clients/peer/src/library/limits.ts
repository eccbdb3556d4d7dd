/** Every limit of the library, each with its reason. */

/** A file is looked at again after this long without a change before it is hashed: copies and recordings grow. */
export const FILE_SETTLE_MS = 1_000;
/** A file that goes on changing is looked at in growing steps up to this: a log would be hashed without end. */
export const MAX_SETTLE_MS = 5 * 60_000;
/** Files waited for at once; beyond it they are hashed at once, and hashing itself notices a change. */
export const MAX_SETTLING_FILES = 10_000;
/** Events of the file system are gathered this long: unpacking an archive makes thousands. */
export const WATCH_DEBOUNCE_MS = 200;
/** Names of one folder that are looked at one by one; with more the folder is read as a whole. */
export const MAX_CHANGED_NAMES = 64;
/** Folders watched per share: Linux allows 65,536 watches to small machines, shared with all other programs. */
export const MAX_WATCHED_FOLDERS = 50_000;
/** The watcher counts as failed when it is not ready by then; scans go on without it. */
export const WATCH_READY_MS = 10 * 60_000;
/** Where watching is impossible, changes are found by scans at this pace. */
export const UNWATCHED_RESCAN_MS = 10 * 60_000;
/** A watched folder is scanned too: systems drop events when too many come. */
export const WATCHED_RESCAN_MS = 6 * 3600_000;
/** How soon a vanished or returned folder (a drive pulled or put in) is noticed. */
export const PRESENCE_CHECK_MS = 10_000;
/** Files looked at together: keeps the thread pool busy, and a slice of the event loop below 10 ms. */
export const SCAN_BATCH = 64;
/** Rows changed in one transaction when a folder goes: keeps the event loop free. */
export const REMOVE_BATCH = 100;
/** Errors shown per share; more are only counted. */
export const MAX_SHARE_ERRORS = 100;
/** Shares of one peer: each has its own watcher and scans. */
export const MAX_SHARES = 64;
/** Changes of the catalog that are remembered for deltas, in 0.6 MiB; a home further behind is sent everything. */
export const MAX_CHANGE_HISTORY = 131_072;
/** Listeners hear of changes at most this often, the first one at once. */
export const CHANGE_NOTICE_MS = 500;
/** Hashes of a file that went are kept this long for its return: a drive, a renamed folder, a share added again. */
export const KEPT_HASHES_MS = 30 * 24 * 3600_000;
/** Most workers that hash: beyond four the disk is the limit. */
export const MAX_HASH_WORKERS = 4;
/** Files handed to a worker at once, so that small ones do not wait for messages: waking a thread costs 80 µs. */
export const JOBS_PER_WORKER = 32;
/** And their bytes, of more than one file: behind large files others would wait while another worker is idle. */
export const BYTES_PER_WORKER = 16 * 1024 * 1024;
/** Hashes that wait for the disk: many files share one commit, whose work is one slice of the event loop. */
export const MAX_UNWRITTEN = 64;
/** Records of one batch of the catalog: half of what the protocol allows, for a slice of some 5 ms. */
export const CATALOG_BATCH = 500;
/** An idle worker is ended after this; it holds some 30 MiB. */
export const WORKER_IDLE_MS = 15_000;
/** Heap of a worker: a metadata block that claims to be huge ends the worker, not the peer. */
export const WORKER_HEAP_MIB = 256;
/** One read of a file that is hashed. */
export const READ_BYTES = 4 * 1024 * 1024;
/** Tags of one file have this long; a parser in an endless loop is ended with its worker. */
export const TAG_TIMEOUT_MS = 5_000;
/** Bytes read of one file for its tags: covers are large, titles stand in front or at the end. */
export const MAX_TAG_READ_BYTES = 16 * 1024 * 1024;
/** Grows when more kinds of files have tags: those shared without any are then looked into once. 1: media; 2: documents. */
export const TAGS_VERSION = 2;
/** Of those, read together: few, since what is new is to be hashed meanwhile. */
export const REFRESH_BATCH = 8;
/** Files that a preview of exclusions looks at: some seconds of a disk. */
export const MAX_PREVIEW_FILES = 100_000;
/** Paths that it names. */
export const PREVIEW_EXAMPLES = 5;
/**
 * Reads for uploads under way at once: twice what libuv's four threads do together, so that they never wait for more. If
 * a hundred streams had theirs under way, a busy event loop would find all of them done at once, and serve nobody else
 * until all were encrypted and sent.
 */
export const MAX_READS_AT_ONCE = 8;
/** Open files kept for the next request of the same content. */
export const MAX_IDLE_HANDLES = 32;
/** And how long: on Windows an open file cannot be deleted by its owner. */
export const HANDLE_IDLE_MS = 10_000;
/** Large contents whose upper layers are kept for proofs: 32 bytes per GiB each. */
export const MAX_PROOF_CONTENTS = 256;
/** Records of one content that are tried when it is opened. */
export const MAX_HOLDERS_TRIED = 16;
