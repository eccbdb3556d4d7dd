import type { Tags } from '@banyan/proto';
import { documentTags } from './found-tags.ts';
import { FoundTexts } from './found-texts.ts';
import { readMarkup } from './markup.ts';

/** Tags of Office Open XML: its core and extended properties (ECMA-376, part 2, section 8; part 1, section 22.2). */
export function officeTags(core: string, extended: string): Partial<Tags> {
  const found = new FoundTexts();
  for (const markup of [core, extended]) {
    readMarkup(markup, {
      onElement({ name, parents, text }) {
        if (parents.length === 1) found.add(name, text);
        return false;
      },
    });
  }
  // A presentation has no pages; programs write 0 for both where they do not count.
  const counts = [...found.all('slides'), ...found.all('pages')];
  return documentTags({
    title: found.first('title'),
    authors: found.first('creator', 'lastmodifiedby'),
    date: found.first('created', 'modified'),
    subject: found.first('subject', 'category'),
    keywords: found.first('keywords'),
    language: found.first('language'),
    publisher: found.first('company'),
    pages: counts.find((count) => Number(count) > 0),
  });
}
