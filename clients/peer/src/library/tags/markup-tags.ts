/** Tags of files that are XML or HTML as a whole: FictionBook, flat OpenDocument, web pages, drawings. */
import type { Tags } from '@banyan/proto';
import { fictionBookTags } from './fiction-book-tags.ts';
import type { FileBytes } from './file-bytes.ts';
import { documentTags } from './found-tags.ts';
import { FoundTexts } from './found-texts.ts';
import { decodeMarkup, readMarkup } from './markup.ts';
import { openDocumentTags } from './open-document-tags.ts';

/** Their metadata stand in front; a page's scripts may stand before its title. */
const MARKUP_HEAD_BYTES = 256 * 1024;

export function markupTags(bytes: FileBytes): Partial<Tags> {
  const markup = decodeMarkup(bytes.read(0, MARKUP_HEAD_BYTES));
  if (/<fictionbook[\s>]/i.test(markup)) return fictionBookTags(markup);
  if (/<office:document[\s>]/i.test(markup)) return openDocumentTags(markup);
  if (/<html[\s>]|<!doctype html|<title[\s>]/i.test(markup)) return htmlTags(markup);
  return {};
}

/** Of a web page its title, and what its `meta` elements say in the usual words. */
function htmlTags(markup: string): Partial<Tags> {
  const found = new FoundTexts();
  readMarkup(markup, {
    html: true,
    onElement({ name, parents, text, attributes }) {
      // A drawing's title is that of the file only where the drawing is the file.
      if (name === 'title' && !parents.slice(1).includes('svg')) found.add(name, text);
      else if (name === 'meta')
        found.add(`meta ${(attributes['name'] ?? '').trim().toLowerCase()}`, attributes['content']);
      return name === 'head';
    },
  });
  return documentTags({
    title: found.first('title', 'meta dc.title', 'meta citation_title'),
    authors: ['author', 'dc.creator', 'citation_author']
      .map((key) => found.all(`meta ${key}`))
      .find((authors) => authors.length > 0),
    date: found.first('meta dc.date', 'meta citation_publication_date'),
    keywords: found.first('meta keywords', 'meta dc.subject'),
    language: found.first('meta language', 'meta dc.language'),
    publisher: found.first('meta publisher', 'meta dc.publisher'),
  });
}
