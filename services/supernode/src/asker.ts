import type { Viewer } from '@banyan/core';

/** Who asks. */
export interface Asker {
  /** Left out of the sources it asks for; '': another supernode. */
  readonly deviceId: string;
  /** Undefined for queries of other supernodes, which see only what every member may see. */
  readonly viewer: Viewer | undefined;
  readonly signal: AbortSignal;
}
