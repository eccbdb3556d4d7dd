import type { Viewer } from '@banyan/core';
import type { Cancellation } from '@banyan/kit';

/** Who asks. */
export interface Asker {
  /** Left out of the sources it asks for; '': another supernode. */
  readonly deviceId: string;
  /** Undefined for queries of other supernodes, which see only what every member may see. */
  readonly viewer: Viewer | undefined;
  /** The list tries whether this supernode answers. */
  readonly isProbe?: boolean;
  readonly cancel: Cancellation;
}

export type Origin = 'leaf' | 'supernode' | 'probe';

/** Who asks, as figures and traces name it. */
export function originOf({ deviceId, isProbe = false }: Pick<Asker, 'deviceId' | 'isProbe'>): Origin {
  if (isProbe) return 'probe';
  return deviceId === '' ? 'supernode' : 'leaf';
}
