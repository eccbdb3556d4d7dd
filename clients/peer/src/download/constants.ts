/** Bounds of the download engine, each with its reason. */

/** Downloads that fetch at once; the rest wait their turn. One that waits for sources counts for none. */
export const MAX_ACTIVE_DOWNLOADS = 5;
/** A layer of more chunks would not fit beside everything else: 16 TiB, the largest file ext4 takes. */
export const MAX_DOWNLOAD_BYTES = 16 * 1024 ** 4;
/** Unfinished downloads and their history together. */
export const MAX_DOWNLOADS = 100_000;
/**
 * Lanes at most. Two take 800 MB/s off TLS, prove and write them: more than most disks and networks; and each costs
 * the process 35 MiB, of which it has 250.
 */
export const MAX_LANES = 2;
/** Connections to one source: two requests of the planner, a race, a layer and a map, over several downloads. */
export const CONNECTIONS_PER_SOURCE = 6;
/** From the first packet to the checked key; below the planner's patience for a first byte. */
export const DIAL_TIMEOUT_MS = 5_000;
/** The planner gives a source up long before; these only free what it forgot. */
export const ANSWER_TIMEOUT_MS = 30_000;
/** Connections to a source that nobody uses are closed after this. */
export const IDLE_SOURCE_MS = 30_000;
/** Redirects of one request that are followed, as curl's users and browsers' are used to; more is a loop. */
export const MAX_REDIRECTS = 5;
/** Mirrors asked at first; further ones when these do not do. Whoever lists sixty does not mean all at once. */
export const MIRRORS_AT_FIRST = 5;
/** A mirror waits so long for a peer's chunk hashes before its bytes are kept unproved. */
export const PROOF_PATIENCE_MS = 1_000;
/** After one that did not give them in time, mirrors go on without for so long. */
export const ASK_PEERS_AGAIN_MS = 30_000;
/** Bytes that arrived are told at this interval: the planner's finest measure is a quarter second. */
export const PROGRESS_MS = 50;
/**
 * While chunks arrive one after the other, what is said of them goes at this interval: the main loop wakes for four at
 * 400 MB/s instead of for each, twice. A player waits no longer than a frame of its film for it.
 */
export const CHUNK_NEWS_MS = 10;
/** Chunk buffers of one request: one fills while the other is written. */
export const BUFFERS_PER_REQUEST = 2;
/**
 * One call of the file system writes so much. A larger one makes it look for memory in larger pieces, which may have to be
 * found, cleared or fetched from a host first: a chunk in one call took five times the processor time of four.
 */
export const WRITE_BYTES = 256 * 1024;
/**
 * A write of that size into the page cache takes a tenth of a millisecond. One that takes two hundred times as long waits
 * for the disk, and a lane that waits with it reads from no source meanwhile: 20 ms more than that it does not lose.
 */
export const SLOW_WRITE_MS = 20;
/** Writes in a row that were not slow, before a lane writes by itself: 4 MiB. */
export const QUICK_WRITES = 16;
/** After a pause as long as this a disk may be asleep, or away; and whoever writes so seldom gains nothing. */
export const WRITE_PAUSE_MS = 1_000;
/**
 * A lane that is inside of one write at four looks, one and a half seconds apart at least, is given up. The planner calls
 * a source stalled after three seconds; it is not to be blamed for our disk. More than one pair of looks, because after a
 * sleep of the whole machine one comes at once.
 */
export const LANE_LOOK_MS = 500;
export const STUCK_LOOKS = 3;
/**
 * A disk that has done nothing at four looks, one and a half seconds apart at least, though chunks wait to be written, is said
 * not to answer, and its sources are let go: the planner would call them stalled after three. More than a pair of looks, as
 * above. To open a file, to make it safe or to give it its name may take longer: a disk that slept has to start.
 */
export const DISK_LOOK_MS = 500;
export const SILENT_WRITE_LOOKS = 4;
export const SILENT_CALL_LOOKS = 20;
/**
 * Downloads whose disk does not answer take no turn, up to so many, so that those of other disks go on. Each may hold three
 * threads of those that wait for files (`FILE_THREADS` of kit): one for each lane, and one that opens or syncs.
 */
export const MAX_HELD_UP = 8;
/** Bundles that such a disk holds take no turn either, up to so many; each keeps its files in memory. */
export const MAX_HELD_UP_BUNDLES = 2;
/** Files of a bundle that are written at once, each of which may hold such a thread; and of them those of one folder. */
export const SMALL_WRITES_PER_BUNDLE = 8;
export const SMALL_WRITES_PER_FOLDER = 4;
/** Whoever pauses or cancels waits so long for a disk that does not answer; what is left to do is done when it does. */
export const STOP_PATIENCE_MS = 2_000;
/** Whoever adds a download waits so long for its disk: one that slept has started by then. */
export const FOLDER_PATIENCE_MS = 10_000;
/** What a request asks for when it may read no more under a limit; how much it gets is the limit's affair. */
export const ALLOWANCE_BYTES = 256 * 1024;
/** Free chunk buffers that a lane keeps. */
export const POOLED_CHUNK_BUFFERS = 8;
/** A request waits this long for a part of the layer that another source was asked for, then asks its own. */
export const LAYER_PATIENCE_MS = 400;
/** A layer's or a map's answer must be here by then. */
export const SMALL_ANSWER_MS = 8_000;
/**
 * Proved bytes and time after which the part file is synced. More is fetched again only after a power cut; and what is not
 * synced when the last chunk comes is waited for.
 */
export const SYNC_BYTES = 64 * 1024 * 1024;
export const SYNC_MS = 2_000;
/**
 * Waits between attempts while the disk is full or gone. An attempt looks at two files; somebody who has just made room
 * watches.
 */
export const DISK_RETRY = { minMs: 1_000, maxMs: 10_000 } as const;
/** Between two looks when the network is there again and many downloads wait: a home answers others too. */
export const LOOK_AGAIN_MS = 50;
/** One look for sources may take this long. */
export const FIND_TIMEOUT_MS = 15_000;
/** Sources that are asked for others at a time, and how long each is then left alone. */
export const SOURCES_ASKED_AT_ONCE = 3;
export const ASK_SOURCES_AGAIN_MS = 10_000;
/** A content of fewer bytes is here before others that were named would be of use. */
export const MIN_SWARM_BYTES = 8 * 1024 * 1024;
/**
 * Claims of sources that one download follows, each with one small request: in all, of one source, and to one address
 * (behind which a campus may be). Whoever names strangers makes us dial no more than that.
 */
export const MAX_CLAIMS = 64;
export const MAX_CLAIMS_PER_SOURCE = 16;
export const MAX_CLAIMS_PER_HOST = 4;
/** Changes of one download are told at most this often. */
export const CHANGE_MS = 100;
/**
 * A reader's place leads the planner for so long after the reader went: a player that seeks, or reads in pieces, comes
 * back at once.
 */
export const PLAYHEAD_LINGER_MS = 3_000;
/** Runs of the chunk map in a view. */
export const MAX_VIEW_RUNS = 1_000;
/** Other names tried when the wanted one is taken. */
export const MAX_NAME_CLASHES = 10_000;
/** Names that are looked at for a small file that an earlier process may have finished. */
export const MAX_PLACED_LOOKS = 16;
/**
 * Downloads that are being finished take no turn, up to so many: their bytes are here, and the disk makes many files
 * safe nearly as fast as one.
 */
export const MAX_FINISHING = 32;
/** A download folder that was found good is not looked at again for so long: a hundred files of it may be asked for at once. */
export const FOLDER_LOOK_MS = 1_000;
/** Folders of which that is remembered. */
export const MAX_GOOD_FOLDERS = 1_000;
/** A source's refusal of our token makes us fetch another at most this often: sources may lie. */
export const TOKEN_REFUSAL_MS = 600_000;
/**
 * A lane's JavaScript is small, but what mirrors send comes in buffers outside of it. Small objects hold those buffers:
 * with a small young generation they are collected (0.3 ms) every 16 MiB or so. With 4 MiB it was too late for
 * that: V8 marked the whole heap for the buffers' sake, which cost a third of the lane's time and 15 MiB.
 */
export const LANE_MEMORY = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 256 } as const;
