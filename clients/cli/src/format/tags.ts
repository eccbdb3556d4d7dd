/** What is known of a recording, a picture or a text, as one short line. */
import { displayText, type TagsView } from '@banyan/proto';
import { playingTimeText } from './units.ts';

/** `Aerial Roots · The Leaves · Many Trunks (2024) · 0:12`, or `960×600`; empty when nothing is known. */
export function tagsText(tags: TagsView): string {
  const clean = (text: string | undefined): string => displayText(text ?? '', 80).trim();
  const album = clean(tags.album);
  const year = tags.year === undefined ? '' : String(tags.year);
  return [
    clean(tags.title),
    clean(tags.artist),
    album === '' ? year : year === '' ? album : `${album} (${year})`,
    tags.durationMs === undefined ? '' : playingTimeText(tags.durationMs),
    tags.width === undefined || tags.height === undefined ? '' : `${tags.width}×${tags.height}`,
    clean(tags.genre),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
