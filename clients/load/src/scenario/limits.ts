/** Bounds of a run: a slip of the pen in a scenario must not become an attack. */

/** Leaves of one run: ten supernodes full, several machines of testers. */
export const MAX_LEAVES = 200_000;
/** Operations of one kind per second: far more than one network's supernodes answer. */
export const MAX_RATE_PER_SECOND = 50_000;
/** A run stops by itself after this: a week of soaking. */
export const MAX_RUN_MS = 7 * 24 * 3600 * 1000;
/** Stages of one scenario: more belong into a module that makes them. */
export const MAX_STAGES = 1_000;
/** Different contents: names and roots are computed, not stored, but nobody holds more. */
export const MAX_CONTENTS = 100_000_000;
/** Supernodes of a network that the tester starts on this machine; each is a process. */
export const MAX_OWN_SUPERNODES = 32;
/** A scenario file in bytes. */
export const MAX_SCENARIO_BYTES = 1024 * 1024;
