/** A catalogue that nobody has written: every letter with a mark, a third longer, each sentence between brackets. */

const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const MARKED = 'àƀçđéƒĝĥíĵķļɱñóþƣŕšťúṽŵẋýžÀƁÇÐÉƑĜĤÍĴĶĻṀÑÓÞƢŔŠŤÚṼŴẊÝŽ';

/** Languages that are longer than English are so by about a third. */
const LONGER = 0.35;

const OPEN = '⟦';
const CLOSE = '⟧';

/** A sentence, its placeholders left as they are. */
function pseudo(message: string): string {
  const marked = message
    .split(/(\{\w+\})/)
    .map((part, i) =>
      i % 2 === 1 ? part : [...part].map((char) => MARKED[PLAIN.indexOf(char)] ?? char).join(''),
    )
    .join('');
  const more = Math.ceil(message.replaceAll(/\{\w+\}/g, '').length * LONGER);
  return `${OPEN}${marked}${' ~~~~'.repeat(Math.ceil(more / 5)).slice(0, more)}${CLOSE}`;
}

/** Each sentence of a catalogue, in each of its plural forms. */
export function pseudoCatalogue(catalogue: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(catalogue).map(([key, message]) => [
      key,
      typeof message === 'string' ? pseudo(message) : pseudoCatalogue(message as Record<string, unknown>),
    ]),
  );
}
