import { displayText, extensionOf, mediaTypeOf, type StreamView } from '@banyan/proto';

/** How a file can be looked at in the page. */
export type PreviewKind = 'audio' | 'video' | 'image' | 'text' | 'pdf';

/** Why nothing is to be seen or heard. */
export type Trouble =
  /** The browser knows no such format; a player may. */
  | 'unsupported'
  /** What came stopped coming. */
  | 'broken';

/** Pictures that browsers draw and that the gateway says are such. */
const IMAGES = new Set('avif bmp gif jpeg jpg png webp'.split(' '));
/** What is text by its nature; the daemon looks whether it is. */
const TEXTS = new Set(
  (
    'ass bib c cc cfg conf cpp cs css csv cue diff go h hpp htm html ics ini java js json key kt log lua m3u m3u8 markdown ' +
    'md nfo org patch php pl pls ps1 py r rb rs rst rtf sfv sh sql srt ssa sub svg tex toml tsv txt vcf vtt xhtml xml yaml yml'
  ).split(' '),
);

/** Undefined: the page cannot show it. */
export function previewKind(name: string): PreviewKind | undefined {
  const extension = extensionOf(name);
  if (extension === 'pdf') return 'pdf';
  if (IMAGES.has(extension)) return 'image';
  if (TEXTS.has(extension)) return 'text';
  const type = mediaTypeOf(name);
  return type === 'audio' || type === 'video' ? type : undefined;
}

/** Browsers deny these by their name, and play them when they know what is inside: only trying tells. */
const TRIED = new Set(['audio/x-matroska', 'video/quicktime', 'video/x-matroska']);

/** Whether it is worth trying to play a file of this type in the page. */
export function isPlayable(kind: 'audio' | 'video', type: string): boolean {
  return TRIED.has(type) || document.createElement(kind).canPlayType(type) !== '';
}

/**
 * A playlist of the one link, which the system opens in its player. A page cannot start a program; a file that it lets the
 * browser download can be opened by a person.
 */
export function playlistHref({ url, name }: Pick<StreamView, 'url' | 'name'>): string {
  const lines = ['#EXTM3U', `#EXTINF:-1,${displayText(name, 120)}`, url, ''];
  return `data:audio/x-mpegurl;charset=utf-8,${encodeURIComponent(lines.join('\n'))}`;
}
