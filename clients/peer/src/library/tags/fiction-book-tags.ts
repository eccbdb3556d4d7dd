import type { Tags } from '@banyan/proto';
import { documentTags } from './found-tags.ts';
import { FoundTexts } from './found-texts.ts';
import { readMarkup } from './markup.ts';

const NAME_PARTS = ['first-name', 'middle-name', 'last-name'];

/** Tags of FictionBook 2: of the work, and where that says nothing of the printed edition. */
export function fictionBookTags(markup: string): Partial<Tags> {
  const found = new FoundTexts();
  let author = new FoundTexts();
  readMarkup(markup, {
    onElement({ name, parents, text, attributes }) {
      const [section, inside] = parents.slice(-2);
      if (inside === 'author' && section === 'title-info') author.add(name, text.trim());
      else if (inside === 'title-info') {
        if (name === 'author') {
          const parts = NAME_PARTS.flatMap((part) => author.first(part) ?? []);
          found.add(name, parts.join(' ') || author.first('nickname'));
          author = new FoundTexts();
        } else if (name === 'sequence') {
          found.add('series', attributes['name']);
          found.add('series index', attributes['number']);
        } else {
          if (name === 'date') found.add(name, attributes['value']);
          found.add(name, text);
        }
      } else if (inside === 'publish-info') found.add(`publish ${name}`, text);
      return name === 'description';
    },
  });
  return documentTags({
    title: found.first('book-title'),
    authors: found.all('author'),
    series: found.first('series'),
    seriesIndex: found.first('series index'),
    date: found.first('date', 'publish year'),
    subject: found.all('genre'),
    keywords: found.first('keywords'),
    language: found.first('lang'),
    publisher: found.first('publish publisher'),
  });
}
