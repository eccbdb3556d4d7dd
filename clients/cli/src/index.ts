/** The door of @banyan/cli for end-to-end tests; the command itself is main.ts. */
export {
  LOCAL_PEERS,
  LOCAL_SUPERNODES,
  localPeerFolder,
  startLocalNetwork,
} from './local-network/local-network.ts';
export type {
  LocalNetwork,
  LocalNetworkInit,
  LocalPeer,
  LocalPeerName,
} from './local-network/local-network.ts';
export { startChild } from '@banyan/kit';
export type { Child, ChildInit, ReadyLine } from '@banyan/kit';
export { makeSampleLibrary } from './local-network/sample-library.ts';
