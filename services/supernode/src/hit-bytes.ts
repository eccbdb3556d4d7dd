import type { Hit } from '@banyan/proto';

/** Fields, root and object heads of a hit without its strings. */
const HIT_BYTES = 600;
const CHARACTER_BYTES = 2;

/** About how much memory hits take, from above. */
export function hitBytes(hits: readonly Hit[]): number {
  let bytes = 0;
  for (const { name, names, folder, tags, explain, supernodes } of hits) {
    let characters = name.length + folder.length;
    for (const text of [tags.title, tags.artist, tags.album, tags.genre, ...names, ...supernodes])
      characters += text.length;
    for (const [key, value] of Object.entries(tags.more)) characters += key.length + value.length;
    for (const part of explain) characters += part.name.length;
    bytes += HIT_BYTES + characters * CHARACTER_BYTES;
  }
  return bytes;
}
