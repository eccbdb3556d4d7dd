import { chunkMapFromText, fullChunkMap, type ChunkMap } from '@banyan/proto';

/** The chunk map that a header tells, no header: all; undefined when it cannot be read, which says nothing. */
export function readMap(text: string | undefined, chunksInAll: number): ChunkMap | undefined {
  if (text === undefined) return fullChunkMap(chunksInAll);
  try {
    return chunkMapFromText(text, chunksInAll);
  } catch {
    return undefined;
  }
}
