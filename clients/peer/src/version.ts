import { VERSION } from '@banyan/kit';

/** What this program calls itself in sessions. */
export const SOFTWARE = `banyan/${VERSION} (peer)`;
