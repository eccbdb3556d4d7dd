import type { Viewer } from '@banyan/core';

/** Who asks. */
export interface Asker {
  /** Left out of the sources it asks for; '': another supernode. */
  readonly deviceId: string;
  /** Undefined for queries of other supernodes, which see only what every member may see. */
  readonly viewer: Viewer | undefined;
  readonly signal: AbortSignal;
}

/** Who asks, as figures and traces name it. */
export function originOf({ deviceId }: Pick<Asker, 'deviceId'>): 'leaf' | 'supernode' {
  return deviceId === '' ? 'supernode' : 'leaf';
}
