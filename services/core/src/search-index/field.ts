/** Where a term stands; weights are in ranking.ts. */
export const FIELD = {
  name: 1,
  title: 2,
  artist: 4,
  album: 8,
  extension: 16,
  folder: 32,
  other: 64,
} as const;
