/**
 * The door for programs that talk to a peer of this machine and to nobody else: it loads in a fraction of the time of
 * the whole, which a command feels.
 */
export { createLocalApiClient, LOCAL_API_FILE, readLocalApiFile } from './local-api-client.ts';
export type { LocalApiClient, LocalApiClientInit } from './local-api-client.ts';
export type { DownloadAction } from './browser/client.ts';
