import { setFlagsFromString } from 'node:v8';

/**
 * Percent by which a heap grows between full collections. 10,000 sessions with their records are some 150 MB in a supernode, 250
 * in the load tester: with the young generation that V8 adds, the next collection begins 50 to 80 MB later.
 * At 50 there are half as many while 60 leaves a second come and go, but the queries of leaves that stay missed their target (`leaves`).
 */
const GROWTH_PERCENT = 25;

/**
 * For a process with thousands of sessions: collects its heap before the buffers that hang on it make V8 do so.
 *
 * What lies outside the heap (buffers, and 48 KB that Node says of each TLS connection) counts towards the next full
 * collection, which is done beside the program, but for some 40 ms. Once 64 MiB of it have come since the last one, V8 stops
 * waiting: it marks 5 to 10 ms at each new buffer, which is each message that comes, until all is marked: 0.2 s in which
 * nothing else is done. By itself V8 lets a large heap grow by far more than that; connections of 1,400 leaves are enough.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
