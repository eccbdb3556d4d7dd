import { describe, expect, it } from '@jest/globals';
import { utf8Length } from '@banyan/proto';
import fc from 'fast-check';
import { Catalog } from '../../src/search-index/catalog.ts';
import { createIndexOn } from '../../src/search-index/search-index.ts';
import { createNearTerms } from '../../src/search-index/near-terms.ts';
import { batchOf, type Row } from './catalog-batches.ts';
import { NOW } from './random-catalogs.ts';
import { randomNumbers, type RandomNumbers } from './random-numbers.ts';

/** Letters added, removed, replaced or swapped with their neighbour (optimal string alignment), the whole matrix. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let edits = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = edits;
    }
  return rows[a.length]![b.length]!;
}

const ALPHABETS = ['abc', 'abcdefgh', 'приве', 'жшщ', 'αβγδ', '\u{10428}\u{10429}\u{1042a}'];

function wordOf({ below }: RandomNumbers, alphabet: readonly string[]): string {
  return Array.from({ length: 2 + below(7) }, () => alphabet[below(alphabet.length)]!).join('');
}

/** An index of which the dictionary has these terms: some sorted, the last ones fresh. */
function catalogOf(terms: readonly string[]): Catalog {
  const catalog = new Catalog({ random: () => 0.5 });
  const index = createIndexOn(catalog, { random: () => 0.5 });
  const leaf = index.openLeaf({ key: 'a', account: 'a' });
  for (let from = 0; from < terms.length; from += 500) {
    const rows = terms
      .slice(from, from + 500)
      .map((name, i): Row => ({ id: from + i, content: from + i + 1, name }));
    index.publish(leaf, batchOf(rows), NOW);
  }
  return catalog;
}

describe('createNearTerms', () => {
  it('finds the terms that a plain distance to every term finds, sorted ones and fresh ones', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...ALPHABETS), (seed, letters) => {
        const random = randomNumbers(seed);
        const alphabet = Array.from(letters);
        const terms = [...new Set(Array.from({ length: 1_500 }, () => wordOf(random, alphabet)))];
        const near = createNearTerms(catalogOf(terms));
        for (let n = 0; n < 12; n++) {
          const word = n % 2 === 0 ? wordOf(random, alphabet) : terms[random.below(terms.length)]!;
          for (const [most, sameStart] of [
            [1, false],
            [2, true],
            [2, false],
          ] as const) {
            const wanted = terms
              .filter((term) => !sameStart || term.startsWith(Array.from(word)[0]!))
              .map((term) => ({ text: term, edits: distance(word, term) }))
              .filter(({ edits }) => edits > 0 && edits <= most);
            const found = near(word, most, sameStart).map(({ text, edits }) => ({
              text,
              edits,
            }));
            const byText = (a: { text: string }, b: { text: string }): number => (a.text < b.text ? -1 : 1);
            expect({ word, most, found: found.sort(byText) }).toEqual({
              word,
              most,
              found: wanted.sort(byText),
            });
          }
        }
      }),
      { numRuns: 6 },
    );
  });

  it('ends, whatever begins alike: letters of four bytes, the longest terms', () => {
    const terms = Array.from({ length: 1_200 }, (_, n) => {
      const digits = Array.from(n.toString(8), (digit) => String.fromCodePoint(0x10428 + Number(digit))).join(
        '',
      );
      return n % 2 === 0
        ? `a${digits}`
        : `${'b'.repeat(58)}${n.toString(5).replace(/\d/g, (d) => 'cdefg'[Number(d)]!)}`;
    });
    const near = createNearTerms(catalogOf(terms));
    expect(utf8Length(terms[0]!)).toBeGreaterThan(4);
    for (const word of ['hello', `a${String.fromCodePoint(0x1042a)}`, 'b'.repeat(58), terms[1_000]!]) {
      const wanted = terms.filter((term) => term !== word && distance(word, term) === 1);
      expect(
        near(word, 1, false)
          .map(({ text }) => text)
          .sort(),
      ).toEqual(wanted.sort());
    }
  });

  it('finds what came since a word was asked, however much more came than is known to have come last', () => {
    const random = randomNumbers(7);
    const catalog = new Catalog({ random: () => 0.5 });
    const index = createIndexOn(catalog, { random: () => 0.5 });
    const leaf = index.openLeaf({ key: 'a', account: 'a' });
    const near = createNearTerms(catalog);
    let id = 0;
    const publish = (names: readonly string[]): void => {
      for (let from = 0; from < names.length; from += 500)
        index.publish(
          leaf,
          batchOf(names.slice(from, from + 500).map((name): Row => ({ id: ++id, content: id, name }))),
          NOW,
        );
    };
    const wanted = new Set<string>();
    let askedAt = 0;
    for (const [round, more] of [100, 3_000, 30_000, 3_000].entries()) {
      const come = `maple${'xyzq'[round]!}`;
      wanted.add(come);
      publish([come, ...Array.from({ length: more }, () => wordOf(random, Array.from('bcdfghijk')))]);
      // In the third round more comes than is known, in the others it does not.
      expect(catalog.sorted.recentFrom > askedAt).toBe(round === 2);
      askedAt = catalog.sorted.settled;
      expect(new Set(near('maple', 1, true).map(({ text }) => text))).toEqual(wanted);
    }
  });

  it('finds what one that remembers nothing finds, whatever came, went and came back meanwhile', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = randomNumbers(seed);
        const catalog = new Catalog({ random: () => 0.5 });
        const index = createIndexOn(catalog, { random: () => 0.5 });
        const leaf = index.openLeaf({ key: 'a', account: 'a' });
        const remembering = createNearTerms(catalog);
        const words = Array.from({ length: 12 }, () => wordOf(random, Array.from('abcd')));
        let found = 0;
        for (let round = 0; round < 10; round++) {
          // Beginnings in numbers that settle the fresh terms now and then.
          const rows = Array.from({ length: 500 }, (_, i): Row => {
            const id = random.below(3_000);
            return { id, content: id + 1, name: `${wordOf(random, Array.from('abcdefgh'))} ${round}x${i}` };
          });
          const once = [...new Map(rows.map((row) => [row.id, row])).values()];
          const removedIds = Array.from({ length: 200 }, () => random.below(3_000));
          index.publish(leaf, batchOf(once, { removedIds }), NOW);
          for (const word of words)
            for (const [most, sameStart] of [
              [1, false],
              [2, true],
            ] as const) {
              const anew = createNearTerms(catalog)(word, most, sameStart);
              const byText = (a: { text: string }, b: { text: string }): number => (a.text < b.text ? -1 : 1);
              expect(remembering(word, most, sameStart).sort(byText)).toEqual(anew.sort(byText));
              found += anew.length;
            }
        }
        expect(found).toBeGreaterThan(0);
      }),
      { numRuns: 4 },
    );
  });
});
