import { setFlagsFromString } from 'node:v8';

/**
 * Percent by which a heap grows between full collections. 10,000 sessions with their records are some 150 MB in a supernode, 300
 * in the load tester. While 60 a second come and go a supernode is collected every 20 s at this, every 10 s at 25; at 100 it was
 * the buffers that had it collected, while the sessions came.
 */
const GROWTH_PERCENT = 50;

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
