/** The room that serves content to other peers. */
export { createFetched, type Fetched } from './fetched.ts';
export { createUploadServer, type UploadServer } from './upload-server.ts';
