/** Bounds of the upload server, each with its reason. What both sides must know is in `@banyan/proto`'s limits. */

import { CHUNK_BYTES } from '@banyan/proto';

/** One read and one write: sixteen TLS records' worth twice over, and small enough for hundreds of streams. */
export const READ_BYTES = 256 * 1024;
/** The same for a reader who is quick, while there are few: a chunk. */
export const LARGE_READ_BYTES = CHUNK_BYTES;
/** Streams that are few: their large buffers take 16 MiB. */
export const LARGE_STREAMS = 8;
/**
 * Bytes/s from which a reader counts as quick: it takes a chunk in a quarter of a second. One that becomes slow in the middle
 * of a chunk has STALLED_READER_MS for what is left of it.
 */
export const QUICK_READER_RATE = 4 * 1024 * 1024;
/** Buffers kept for the next stream; those beyond are left to the collector. */
export const POOLED_BUFFERS = 64;
/**
 * A reader that does not take READ_BYTES within this (about 4 kB/s) is cut: it would hold a slot that others wait
 * for, and a downloader drops such a source itself long before.
 */
export const STALLED_READER_MS = 60_000;
/** Connections of all devices together: what one process can watch without being hurt. */
export const MAX_CONNECTIONS = 1024;
/** The head of a request must be here by then. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than SLOT_IDLE_MS, so that a lease and its connection end in that order. */
export const KEEP_ALIVE_MS = 20_000;
/** Header bytes of one request: a token has up to 4 KiB. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** How often connections are looked over for late request heads. */
export const TIMEOUT_CHECK_MS = 5_000;
/** How often connections are looked over for ended tokens, and the certificate for its age. Bans come by push. */
export const SWEEP_MS = 30_000;
/** Requests on one connection that have not been answered: one, and the next while the last bytes of one leave. */
export const MAX_PIPELINED = 4;
/** Changes are told at most this often. */
export const CHANGE_MS = 250;
/** Window over which bytes/s are taken. */
export const RATE_WINDOW_MS = 3_000;
/** An upload that sent nothing for so long has stood still: its rate says nothing of the line. */
export const FLOW_GAP_MS = 1_000;
/** What a device that is over its connections is told to wait. */
export const BUSY_RETRY_MS = 2_000;
