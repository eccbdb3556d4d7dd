/** The room that fetches content from other peers. */
export { MAX_ACTIVE_DOWNLOADS, MAX_REDIRECTS } from './constants.ts';
export { createDownloads } from './downloads.ts';
export type { Downloads, FinishedFile, NewDownload } from './types.ts';
