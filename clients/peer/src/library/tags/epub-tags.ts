import type { Tags } from '@banyan/proto';
import { documentTags } from './found-tags.ts';
import { FoundTexts } from './found-texts.ts';
import { readMarkup } from './markup.ts';

/** Tags of an EPUB's package document, version 2 or 3, with the series as calibre and EPUB 3 tell it. */
export function epubTags(markup: string): Partial<Tags> {
  const found = new FoundTexts();
  readMarkup(markup, {
    onElement({ name, parents, text, attributes }) {
      if (parents.includes('metadata')) {
        if (name === 'date') found.add(`date ${attributes['event'] ?? ''}`, text);
        else if (name !== 'meta') found.add(name, text);
        else if (attributes['property'] !== undefined) found.add(`meta ${attributes['property']}`, text);
        else found.add(`meta ${attributes['name'] ?? ''}`, attributes['content']);
      }
      return name === 'metadata';
    },
  });
  return documentTags({
    title: found.first('title'),
    authors: found.all('creator'),
    series: found.first('meta calibre:series', 'meta belongs-to-collection'),
    seriesIndex: found.first('meta calibre:series_index', 'meta group-position'),
    date: found.first('date publication', 'date original-publication', 'date '),
    subject: found.all('subject'),
    language: found.all('language'),
    publisher: found.first('publisher'),
  });
}
