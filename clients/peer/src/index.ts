/** The door of @banyan/peer; the process is main.ts. */
export { createPeer } from './service.ts';
export type { Peer, PeerComponents, PeerInit } from './service.ts';
export { PEER_SETTINGS } from './config.ts';
