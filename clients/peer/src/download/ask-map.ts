/** Asks a peer what it has of a content, and whom it knows that has it. */
import { chunkCount, type ChunkMap, type ContentId } from '@banyan/proto';
import type { Lanes } from './lanes.ts';
import type { PeerTarget } from './lane-messages.ts';
import { readMap } from './read-map.ts';

/** What asking takes. */
export interface AskMapComponents {
  readonly content: ContentId;
  readonly lanes: Pick<Lanes, 'request'>;
  readonly token: () => Promise<string>;
  readonly signal: AbortSignal;
}

/** What a peer says. */
export interface MapAnswer {
  /** Undefined: its map cannot be read. */
  readonly chunks: ChunkMap | undefined;
  /** As the header has it. */
  readonly sources: string | undefined;
}

/**
 * Asks once.
 *
 * @param servesAt - where we serve what we have of it ourselves; undefined: it is not told
 * @returns undefined when it did not answer, or does not have the content
 */
export async function askMap(
  { content, lanes, token, signal }: AskMapComponents,
  target: PeerTarget,
  servesAt?: number,
): Promise<MapAnswer | undefined> {
  const bearer = await token().catch(() => undefined);
  if (bearer === undefined || signal.aborted) return undefined;
  const port = servesAt === undefined ? {} : { servesAt };
  return await new Promise((resolve) => {
    let said: MapAnswer | undefined;
    lanes.request({ type: 'map', content, target, token: bearer, ...port }, (event) => {
      if (event.type === 'map')
        said = { chunks: readMap(event.chunks, chunkCount(content.length)), sources: event.sources };
      else if (event.type === 'settled') resolve(signal.aborted ? undefined : said);
    });
  });
}
