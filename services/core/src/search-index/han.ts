/**
 * Traditional and Simplified Chinese as one, character by character, by the tables of OpenCC.
 *
 * Phrases are not looked at: a character has one fold wherever it stands, so that texts and queries that are cut at
 * different places still meet. 乾 and 幹 are 干, and 著 is 着, in every word: that costs a false friend now and then.
 */
import { from, to } from 'opencc-js/preset/t2cn';

const HAN = /\p{Script=Han}/u;
/** No character below is Chinese. */
const FIRST_HAN = 0x2e80;

/** Code points by code points. */
let folds: ReadonlyMap<number, number> | undefined;

/** The same text with the Simplified form of each Chinese character, be it that of Taiwan or Hong Kong. Idempotent. */
export function foldHan(text: string): string {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) < FIRST_HAN) at++;
  if (at === text.length) return text;
  const table = (folds ??= buildTable());
  let folded = '';
  let copied = 0;
  for (; at < text.length; at++) {
    const code = text.codePointAt(at)!;
    const fold = table.get(code);
    if (fold !== undefined) folded += text.slice(copied, at) + String.fromCodePoint(fold);
    if (code > 0xffff) at++;
    if (fold !== undefined) copied = at + 1;
  }
  return folded + text.slice(copied);
}

/** The same for one code point. */
export function foldHanCharacter(code: number): number {
  const table = (folds ??= buildTable());
  return table.get(code) ?? code;
}

/** Reads the tables now, which takes some tens of milliseconds, and not with the first Chinese name. */
export function prepareHan(): void {
  folds ??= buildTable();
}

/** Regional forms to OpenCC's own Traditional ones, and those to Simplified, until nothing changes any more. */
function buildTable(): ReadonlyMap<number, number> {
  const regional = entries([from['tw'], from['hk']]);
  const simplified = entries([to['cn']]);
  if (regional.size === 0 || simplified.size === 0) {
    throw new Error('opencc-js has no table from Traditional to Simplified Chinese.');
  }
  const step = (character: string): string => {
    const traditional = regional.get(character) ?? character;
    return simplified.get(traditional) ?? traditional;
  };
  const table = new Map<number, number>();
  for (const character of [...regional.keys(), ...simplified.keys()]) {
    const seen = new Set([character]);
    let at = character;
    for (let next = step(at); next !== at && !seen.has(next); next = step(at)) {
      seen.add(next);
      at = next;
    }
    if (at !== character) table.set(character.codePointAt(0)!, at.codePointAt(0)!);
  }
  return table;
}

/** The entries for one character of tables such as `"來 来|侖 仑|…"`; the first counts. Longer keys are phrases. */
function entries(groups: readonly unknown[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const table of groups.flat(2)) {
    if (typeof table !== 'string') continue;
    for (const entry of table.split('|')) {
      const [character = '', fold = ''] = entry.split(' ');
      if (isOneHan(character) && isOneHan(fold) && !found.has(character)) found.set(character, fold);
    }
  }
  return found;
}

function isOneHan(text: string): boolean {
  return HAN.test(text) && [...text].length === 1;
}
