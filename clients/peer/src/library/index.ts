/** The door of the library: what this device shares. */
export {
  createLibrary,
  type FilesQuery,
  type FinishedFile,
  type Library,
  type LibraryComponents,
  type LibraryInit,
  type LibraryStats,
  type ShareInit,
} from './library.ts';
