/** Small questions to a peer, by its transfer protocol (proto/spec/transfer.md), each answered in one piece. */
import type { PinnedAnswer, PinnedClient } from '@banyan/kit/tls';
import {
  BanyanError,
  contentIdText,
  HASH_BYTES,
  MAX_JSON_BODY_BYTES,
  MAX_LAYER_HASHES,
  verifyLayer,
  type ContentId,
  type Sha256,
} from '@banyan/proto/base';
import { headerText, refusalOf } from './answers.ts';

/** What every question has. */
export interface PeerQuestion {
  readonly content: ContentId;
  /** Of audience peer. */
  readonly token: string;
  /** Beside the token. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** For the whole answer, ms. */
  readonly timeoutMs: number;
}

/** A run of the chunk layer that leads to the root of its content. */
export interface LayerRun {
  readonly count: number;
  /** HASH_BYTES each. */
  readonly hashes: Uint8Array;
  readonly uncles: Uint8Array;
  /** Of the answer. */
  readonly bytes: number;
}

/** Hashes and uncles: two per level of the largest tree. */
const MAX_LAYER_BYTES = (MAX_LAYER_HASHES + 2 * 64) * HASH_BYTES;

/**
 * Asks about a content.
 *
 * @param suffix - behind the content's path
 * @param status - of the answer that is wanted
 * @param maxBytes - of its body
 * @throws BanyanError what the peer refused it with; `source_stalled` after the time; what dialling throws
 */
export async function askPeer(
  client: PinnedClient,
  { content, token, headers = {}, signal, timeoutMs }: PeerQuestion,
  method: 'GET' | 'HEAD',
  suffix: string,
  status: 200 | 206,
  maxBytes: number,
): Promise<PinnedAnswer> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await client.request(
      {
        path: `/v1/content/${contentIdText(content)}${suffix}`,
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
      },
      {
        maxBytes: (given) => (given === status ? maxBytes : MAX_JSON_BODY_BYTES),
        signal: AbortSignal.any([signal, late]),
      },
    );
    if (answer.status !== status) throw refusalOf(answer.status, answer.headers, answer.body);
    return answer;
  } catch (error) {
    if (late.aborted && !signal.aborted) throw new BanyanError('source_stalled', undefined, { cause: error });
    throw error;
  }
}

/**
 * Fetches hashes of the chunk layer with their proof, and checks it.
 *
 * @returns the first of those that were asked for; the peer may give fewer
 * @throws BanyanError `bad_proof`; as {@link askPeer}
 */
export async function fetchLayer(
  client: PinnedClient,
  question: PeerQuestion,
  first: number,
  count: number,
  sha256: Sha256,
): Promise<LayerRun> {
  const suffix = `/layers?first=${first}&count=${count}`;
  const { headers, body } = await askPeer(client, question, 'GET', suffix, 200, MAX_LAYER_BYTES);
  const given = Number(headerText(headers, 'banyan-layer-count') ?? count);
  const hashBytes = given * HASH_BYTES;
  const isSane = Number.isSafeInteger(given) && given >= 1 && given <= count && hashBytes <= body.length;
  const hashes = isSane ? body.subarray(0, hashBytes) : body;
  const uncles = isSane ? body.subarray(hashBytes) : body;
  if (!isSane || !verifyLayer(sha256, question.content, first, given, hashes, uncles))
    throw new BanyanError('bad_proof');
  return {
    count: given,
    hashes: Uint8Array.from(hashes),
    uncles: Uint8Array.from(uncles),
    bytes: body.length,
  };
}
