/**
 * How Node itself is to be started for a process that holds thousands of sessions.
 *
 * V8 marks what is alive beside the program, by default on as many threads as its platform has: four, however few cores there are. For
 * the fifth of a second that a heap of 10,000 sessions takes they left the program a fraction of a core, and every session
 * waited up to 0.5 s; they also waited for each other (1.0 s of work instead of 0.25 s). One thread marks as quickly. It must
 * be said at the start: V8 reads it once.
 *
 * Meanwhile the program does not mark itself. V8 has it do so in tasks of a millisecond, one after another, until all is marked:
 * they took 0.26 of the 0.42 s that it lasts, and what comes in that time waits long after it where most of a core is in use.
 * The thread beside it needs no longer without them (0.2 to 0.5 s), and where the program outruns it, V8 makes up for it as memory is taken.
 */
export const SESSION_NODE_ARGS: readonly string[] = [
  '--concurrent-marking-max-worker-num=1',
  '--no-incremental-marking-task',
];
