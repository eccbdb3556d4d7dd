/** The room that serves content to other peers. */
export { createUploadServer, type UploadServer } from './upload-server.ts';
