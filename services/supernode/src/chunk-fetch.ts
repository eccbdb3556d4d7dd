/**
 * Fetches one chunk of a leaf's file with its proof, as any downloader would: to the leaf's transfer port the home is a
 * stranger like all others. Only where the leaf was dialled back already, and only with its key: a file that it names can
 * aim nobody at anybody else.
 */
import { createHash } from 'node:crypto';
import {
  BanyanError,
  chunkCount,
  toBanyanError,
  type AddressCheck,
  type ChunkFetch,
  type ContentId,
} from '@banyan/proto';
import type { Clock } from '@banyan/kit';
import { fetchChunk } from '@banyan/sdk/transfer';
import type { DialBack } from './dial-back.ts';
import type { ReachableLeaf } from './reach.ts';

export interface ChunkFetcherComponents {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly dialBack: Pick<DialBack, 'visit'>;
  /** Of this supernode's device, for audience peer. */
  readonly token: (signal: AbortSignal) => Promise<string>;
  /** Told of each fetch: '' when the chunk came and is proved, else why not; and of the bytes that came. */
  readonly onFetched?: (code: string, bytes: number) => void;
}

export interface ChunkFetcher {
  /**
   * Fetches a chunk, chosen by chance, from the first address that was found to answer.
   *
   * @param checks - of the leaf's addresses, just now
   * @returns what came of it; never throws for what the leaf's side does
   */
  fetch(
    leaf: ReachableLeaf,
    content: ContentId,
    checks: readonly AddressCheck[],
    signal: AbortSignal,
  ): Promise<ChunkFetch>;
}

/** For the proof, and again for the chunk: a line that takes longer for 1 MiB is of no use to others. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Each may hold 1 MiB of memory and a place among the dial-backs; who comes later tries again. */
const MAX_FETCHES_AT_ONCE = 8;
/** Says that nobody wants the file: the owner is not to read that somebody fetched it. */
const TEST_HEADER = { 'banyan-reach-test': '1' } as const;

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

export function createChunkFetcher(components: ChunkFetcherComponents): ChunkFetcher {
  const { clock, random, dialBack, token, onFetched } = components;
  let underWay = 0;

  const fetchFrom = async (
    leaf: ReachableLeaf,
    content: ContentId,
    port: number,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly tookMs: number }> => {
    const chunks = chunkCount(content.length);
    if (chunks === 0) throw new BanyanError('range_unsatisfiable', 'An empty file has no chunk to fetch.');
    if (underWay >= MAX_FETCHES_AT_ONCE)
      throw new BanyanError(
        'rate_limited',
        'The supernode fetches from others just now. Try again in a minute.',
      );
    underWay += 1;
    try {
      const bearer = await token(signal);
      let came: { readonly bytes: number; readonly tookMs: number } | undefined;
      let fault: BanyanError | undefined;
      const check = await dialBack.visit(
        { deviceId: leaf.deviceId, observedHost: leaf.remoteHost, ports: [port] },
        async (client) => {
          const started = clock.monotonic();
          try {
            const chunk = await fetchChunk(
              client,
              { content, token: bearer, headers: TEST_HEADER, signal, timeoutMs: ANSWER_TIMEOUT_MS },
              Math.floor(random() * chunks),
              sha256,
            );
            came = { bytes: chunk.length, tookMs: Math.round(clock.monotonic() - started) };
          } catch (error) {
            fault = explained(toBanyanError(error, 'source_closed'));
          }
        },
        signal,
      );
      if (came !== undefined) return came;
      throw fault ?? new BanyanError('unreachable', check?.message);
    } finally {
      underWay -= 1;
    }
  };

  return {
    async fetch(leaf, content, checks, signal) {
      const address = checks.find(({ reachable }) => reachable)?.address ?? null;
      const nothing: ChunkFetch = { address, code: '', message: '', bytes: 0, tookMs: 0 };
      try {
        if (address === null)
          throw new BanyanError(
            'unreachable',
            'No address of this device answers, so nothing could be fetched.',
          );
        const ends = AbortSignal.any([leaf.life.signal, signal]);
        const came = await fetchFrom(leaf, content, address.port, ends);
        onFetched?.('', came.bytes);
        return { ...nothing, ...came };
      } catch (error) {
        const { code, message } = toBanyanError(error, 'unavailable');
        onFetched?.(code, 0);
        return { ...nothing, code, message };
      }
    },
  };
}

function explained(error: BanyanError): BanyanError {
  return error.code === 'source_stalled'
    ? new BanyanError(
        'timeout',
        `It did not come whole within ${ANSWER_TIMEOUT_MS / 1000} s: the line, or the limit on uploads, is too slow.`,
      )
    : error;
}
