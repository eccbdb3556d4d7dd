/** The door of @banyan/supernode; the process is main.ts. */
export { createSupernode } from './service.ts';
export type { Supernode, SupernodeComponents, SupernodeInit } from './service.ts';
export { SUPERNODE_SETTINGS } from './config.ts';
