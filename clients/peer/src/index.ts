/** The door of @banyan/peer; the process is main.ts. */
export { createPeer } from './service.ts';
export type { PeerInit } from './peer-init.ts';
export type { Peer, PeerComponents } from './service.ts';
export type { MovedPort } from './own-ports.ts';
export { PEER_SETTINGS } from './config.ts';
