/** How a downloader speaks with a peer, light enough for worker threads: it loads neither schemas nor sockets of sessions. */
export {
  exchangeError,
  headerText,
  rangeFault,
  refusalOf,
  retryAfterMs,
  type Headers,
} from './transfer/answers.ts';
export { askPeer, fetchLayer, type PeerQuestion } from './transfer/ask-peer.ts';
export { fetchChunk } from './transfer/fetch-chunk.ts';
