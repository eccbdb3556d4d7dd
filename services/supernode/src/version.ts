import { VERSION } from '@banyan/kit';

/** What this program calls itself in sessions and beats. */
export const SOFTWARE = `banyan/${VERSION} (supernode)`;
