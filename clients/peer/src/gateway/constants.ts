/** Bounds of the gateway, each with its reason. */

/** Links end: one that was pasted somewhere does not open a file for ever. A week outlasts a film paused on Sunday. */
export const LINK_TTL_MS = 7 * 24 * 3600 * 1000;
/**
 * Answers with bytes at once. Each holds two buffers of READ_BYTES at most, however slow its reader: 32 MiB in all. A
 * browser opens six, aria2 up to sixteen.
 */
export const MAX_READERS = 64;
/** Sockets, idle ones of players included. */
export const MAX_CONNECTIONS = 256;
/**
 * A paused player takes nothing for as long as its person is away, and costs little: only what was forgotten is cut.
 * Nor does waiting for a download end by itself: the loopback socket tells when the reader went.
 */
export const FORGOTTEN_READER_MS = 24 * 3600 * 1000;
/** The head of a request must be here by then. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** Idle connections of players are kept for their next range. */
export const KEEP_ALIVE_MS = 30_000;
/** Header bytes of one request: a link and what browsers add. */
export const MAX_HEADER_BYTES = 16 * 1024;
