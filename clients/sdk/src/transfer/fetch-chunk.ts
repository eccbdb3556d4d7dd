/** One chunk of a content from one peer, proved, as any downloader fetches it; for those who want to know whether it can be had. */
import type { PinnedClient } from '@banyan/kit/tls';
import { BanyanError, chunkHash, chunkRange, sameBytes, type Sha256 } from '@banyan/proto/base';
import { rangeFault } from './answers.ts';
import { askPeer, fetchLayer, type PeerQuestion } from './ask-peer.ts';

/**
 * Fetches a chunk into memory: first its hash, with the proof that it leads to the root, then its bytes.
 *
 * @param question - its time is for each of both
 * @throws BanyanError `bad_proof`, `bad_chunk`, `wrong_range`; what the peer refuses it with, as `no_slot`,
 *   `unknown_content`; `source_stalled`, `source_closed`, `aborted`
 */
export async function fetchChunk(
  client: PinnedClient,
  question: PeerQuestion,
  chunk: number,
  sha256: Sha256,
): Promise<Uint8Array> {
  const { length } = question.content;
  const { start, end } = chunkRange(length, chunk);
  const { hashes } = await fetchLayer(client, question, chunk, 1, sha256);
  const { status, headers, body } = await askPeer(
    client,
    { ...question, headers: { ...question.headers, range: `bytes=${start}-${end - 1}` } },
    'GET',
    '',
    206,
    end - start,
  );
  const fault = rangeFault(status, headers, start, end, length);
  if (fault !== undefined)
    throw new BanyanError('wrong_range', `The source answered with another range: ${fault}.`);
  if (!sameBytes(chunkHash(sha256, body, length, chunk), hashes)) throw new BanyanError('bad_chunk');
  return body;
}
