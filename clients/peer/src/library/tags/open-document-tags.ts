import type { Tags } from '@banyan/proto';
import { documentTags } from './found-tags.ts';
import { FoundTexts } from './found-texts.ts';
import { readMarkup } from './markup.ts';

/** Tags of OpenDocument: its `meta.xml`, or the file of a flat one (OpenDocument 1.3, part 3, section 4.3). */
export function openDocumentTags(markup: string): Partial<Tags> {
  const found = new FoundTexts();
  readMarkup(markup, {
    onElement({ name, parents, text, attributes }) {
      if (parents.at(-1) === 'meta') {
        if (name === 'document-statistic') found.add('pages', attributes['page-count']);
        else found.add(name, text);
      }
      return name === 'meta';
    },
  });
  return documentTags({
    title: found.first('title'),
    // `creator` is who changed it last.
    authors: found.first('initial-creator', 'creator'),
    date: found.first('creation-date', 'date'),
    subject: found.all('subject'),
    keywords: found.all('keyword'),
    language: found.first('language'),
    publisher: found.first('publisher'),
    pages: found.first('pages'),
  });
}
