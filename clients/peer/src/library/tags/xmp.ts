import { FoundTexts } from './found-texts.ts';
import { readMarkup } from './markup.ts';

/**
 * What a packet of XMP tells (ISO 16684-1), by the local names of its properties; of a list each item, of texts in
 * several languages the default one first.
 */
export function readXmp(packet: string): FoundTexts {
  const found = new FoundTexts();
  const add = (kind: string | undefined, text: string): void => {
    if (kind !== undefined) found.add(kind, text);
  };
  readMarkup(packet, {
    onElement({ name, parents, text, attributes }) {
      if (name === 'li') {
        // Inside Alt, Bag or Seq, inside the property.
        add(parents.at(-2), text);
      } else if (name === 'description') {
        for (const [key, value] of Object.entries(attributes)) add(key, value);
        // dc:description is a property of that name, with its text inside a list.
        if (parents.at(-1) === 'description') add(name, text);
      } else if (parents.at(-1) === 'description') add(name, text);
      return false;
    },
  });
  return found;
}
