import type { OffsetAt } from '@banyan/core';

/** Minutes by which this machine's clock on the wall is ahead of UTC. */
export const localOffset: OffsetAt = (time) => -new Date(time).getTimezoneOffset();
