import type { TagsView } from '@banyan/proto';
import type { I18n } from '../i18n/i18n.tsx';

export interface TagText {
  readonly kind: 'by' | 'time' | 'rate' | 'pixels' | 'year';
  readonly text: string;
}

/** What a file says of itself, in the order people look for it. Texts are others': show them with `Name`. */
export function tagTexts(tags: TagsView, { t, format }: I18n): TagText[] {
  const texts: TagText[] = [];
  const by = [tags.artist, tags.title].filter((text) => text !== undefined && text !== '');
  if (by.length > 0) texts.push({ kind: 'by', text: by.join(' – ') });
  if (tags.durationMs !== undefined && tags.durationMs > 0) {
    texts.push({ kind: 'time', text: format.playTime(tags.durationMs) });
  }
  if (tags.bitrateKbps !== undefined && tags.bitrateKbps > 0) {
    texts.push({ kind: 'rate', text: t('tags.kbps', { rate: tags.bitrateKbps }) });
  }
  if (tags.width !== undefined && tags.height !== undefined && tags.width > 0 && tags.height > 0) {
    texts.push({ kind: 'pixels', text: `${tags.width} × ${tags.height}` });
  }
  if (tags.year !== undefined && tags.year > 0) texts.push({ kind: 'year', text: String(tags.year) });
  return texts;
}
