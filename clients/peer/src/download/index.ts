/** The room that fetches content from other peers. */
export { createDownloads } from './downloads.ts';
export type { Downloads, FinishedFile, NewDownload } from './types.ts';
