/** The room that fetches content from other peers. */
export { createDownloads } from './downloads.ts';
export type {
  Downloads,
  DownloadsComponents,
  DownloadsInit,
  FindSourcesOptions,
  FinishedFile,
  NewDownload,
} from './types.ts';
