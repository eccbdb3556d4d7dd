/** Things that a person names by a part of their id. */
import { BanyanError, displayText } from '@banyan/proto';

/**
 * The one item whose id is, or begins with, `wanted`, or that `also` takes.
 *
 * @param what - for messages: "download"
 * @throws BanyanError `not_found` when there is none, `invalid_request` when several could be meant
 */
export function onlyMatch<T>(
  items: readonly T[],
  wanted: string,
  what: string,
  id: (item: T) => string,
  also: (item: T) => boolean = () => false,
): T {
  const exact = items.filter((item) => id(item) === wanted);
  const found =
    exact.length > 0
      ? exact
      : items.filter((item) => also(item) || (wanted !== '' && id(item).startsWith(wanted)));
  if (found.length === 1) return found[0]!;
  const said = displayText(wanted, 80);
  if (found.length === 0)
    throw new BanyanError('not_found', `There is no ${what} "${said}". List them to see their ids.`);
  throw new BanyanError(
    'invalid_request',
    `"${said}" could be ${found.length} of them: ${found
      .slice(0, 5)
      .map((item) => displayText(id(item), 64))
      .join(', ')}. Give more of the id.`,
  );
}
