/** Several small contents served as one run of bytes (proto/spec/transfer.md, bundles). */
import { createChunkMap, type ChunkMap, type ContentId } from '@banyan/proto';
import type { OpenContent } from '../content.ts';

/** The contents of a bundle that are here, one after the other. */
export interface Bundle extends Pick<OpenContent, 'read' | 'close'> {
  /** By their place among those asked for. */
  readonly held: ChunkMap;
  readonly sources: readonly OpenContent[];
  /** Bytes of all of them. */
  readonly length: number;
}

interface Piece {
  readonly source: OpenContent;
  /** Where it begins in the bundle. */
  readonly start: number;
}

/**
 * Opens those of `contents` that are here as a whole.
 *
 * @param first - place of the one that is open already, which the bundle closes with the others
 * @param open - undefined for what is not here, or must not be served
 */
export async function openBundle(
  contents: readonly ContentId[],
  first: { readonly place: number; readonly source: OpenContent },
  open: (content: ContentId) => Promise<OpenContent | undefined>,
): Promise<Bundle> {
  const opened = await Promise.all(
    contents.map(async (content, place) => {
      if (place < first.place) return undefined;
      return place === first.place ? first.source : await open(content);
    }),
  );
  const held = createChunkMap(contents.length);
  const pieces: Piece[] = [];
  let length = 0;
  for (const [place, source] of opened.entries()) {
    if (source === undefined) continue;
    held.set(place);
    pieces.push({ source, start: length });
    length += source.content.length;
  }
  return {
    held,
    sources: pieces.map(({ source }) => source),
    length,
    async read(buffer, start) {
      const end = start + buffer.length;
      await Promise.all(
        pieces.map(async (piece) => {
          const from = Math.max(start, piece.start);
          const to = Math.min(end, piece.start + piece.source.content.length);
          if (from >= to) return;
          const isFollowed = to < piece.start + piece.source.content.length;
          await piece.source.read(buffer.subarray(from - start, to - start), from - piece.start, isFollowed);
        }),
      );
    },
    async close() {
      await Promise.all(pieces.map(({ source }) => source.close()));
    },
  };
}
