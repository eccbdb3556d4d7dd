/** The room that serves content to other peers. */
export {
  createUploadServer,
  type UploadServer,
  type UploadServerComponents,
  type UploadServerInit,
} from './upload-server.ts';
