/** The door of the library: what this device shares. */
export { createLibrary } from './library.ts';
export { isInside } from './share-safety.ts';
export type { Library, LibraryInit, LibraryStats, ShareInit } from './types.ts';
