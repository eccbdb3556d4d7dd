import { describe, expect, it } from '@jest/globals';
import { fold } from '@banyan/core';
import type { SharedFile } from '@banyan/proto';
import { createManualClock, silentLog } from '@banyan/kit';
import fc from 'fast-check';
import { createLibraryPhrases, type LibraryPhrases } from '../../src/searches/library-phrases.ts';

const file = (id: number, name: string, tags: SharedFile['tags'] = {}): SharedFile => ({
  id,
  content: '',
  name,
  folder: '',
  size: 1,
  type: 'audio',
  modified: 1,
  tags,
  link: '',
});

/** Phrases over files that a test sets; time moves when it says so. */
function setUp(names: readonly (string | SharedFile)[]): {
  phrases: LibraryPhrases;
  clock: ReturnType<typeof createManualClock>;
  world: { files: SharedFile[]; pages: number; largest: number; fails: boolean };
} {
  const clock = createManualClock();
  const world = {
    files: names.map((one, i) => (typeof one === 'string' ? file(i + 1, one) : one)),
    pages: 0,
    largest: 0,
    fails: false,
  };
  const phrases = createLibraryPhrases({
    clock,
    log: silentLog(),
    files: ({ after = 0, limit }) => {
      if (world.fails) throw new Error('closed');
      world.pages += 1;
      world.largest = Math.max(world.largest, limit);
      const left = world.files.filter((one) => one.id > after);
      const page = left.slice(0, limit);
      return {
        files: page,
        total: world.files.length,
        next: left.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  });
  return { phrases, clock, world };
}

/** Words that are known once the library was read. */
async function read(names: readonly (string | SharedFile)[]): Promise<LibraryPhrases> {
  const { phrases, clock } = setUp(names);
  phrases.complete('', 1);
  await clock.advance(60_000);
  return phrases;
}

describe('the words of the own library', () => {
  it('complete the last word, the most frequent first, and offer the word that follows', async () => {
    const phrases = await read(['Oak Song.ogg', 'Oak Song (live).mp3', 'The_Oak-Tree.txt', 'oasis.jpg']);
    expect(phrases.complete('oa', 8)).toEqual(['oak', 'oak song', 'oasis', 'oak tree']);
    expect(phrases.complete('oa', 2)).toEqual(['oak', 'oak song']);
    expect(phrases.complete('Oak s', 8)).toEqual(['Oak song']);
    expect(phrases.complete('the best oak ', 8)).toEqual(['the best oak song', 'the best oak tree']);
    expect(phrases.complete('elm so', 8)).toEqual([]);
    expect(phrases.complete('oasis', 8)).toEqual([]);
    expect(phrases.complete('', 8)).toEqual([]);
    // The name's end is no word that people look for.
    expect(phrases.complete('og', 8)).toEqual([]);
  });

  it('come from titles, artists and albums too, in any script, found without accents', async () => {
    const phrases = await read([
      file(1, '01.mp3', { title: 'Gymnopédie', artist: 'Érik Satie', album: '夜の歌' }),
      'Straße zum Wald.txt',
    ]);
    expect(phrases.complete('erik', 8)).toEqual(['érik satie']);
    expect(phrases.complete('GYMNOPE', 8)).toEqual(['gymnopédie']);
    expect(phrases.complete('夜', 8)).toEqual(['夜の歌']);
    expect(phrases.complete('strass', 8)).toEqual(['straße', 'straße zum']);
    expect(phrases.complete('Strasse z', 8)).toEqual(['Strasse zum']);
  });

  it('complete words only: not what belongs to an operator', async () => {
    const phrases = await read(['oak song.ogg']);
    expect(phrases.complete('type:oa', 8)).toEqual([]);
    expect(phrases.complete('-oa', 8)).toEqual([]);
    expect(phrases.complete('type:audio oa', 8)).toEqual(['type:audio oak', 'type:audio oak song']);
    expect(phrases.complete('elm OR oa', 8)).toEqual(['elm OR oak', 'elm OR oak song']);
    expect(phrases.complete('"oak s', 8)).toEqual(['"oak song']);
    expect(phrases.complete('oak "', 8)).toEqual([]);
  });

  it('are read in slices when somebody types, again after a change, and not more often than a minute', async () => {
    const { phrases, clock, world } = setUp(Array.from({ length: 250 }, (_, i) => `oak${i} tree.txt`));
    await clock.advance(60_000);
    expect(world.pages).toBe(0);
    expect(phrases.complete('tr', 8)).toEqual([]);
    await clock.advance(10);
    expect(world.pages).toBe(1);
    // Words are offered as soon as they were read.
    expect(phrases.complete('tr', 8)).toEqual(['tree']);
    await clock.advance(1_000);
    expect([world.pages, world.largest]).toEqual([3, 100]);

    phrases.complete('tr', 8);
    await clock.advance(60_000);
    expect(world.pages).toBe(3);
    world.files = [file(900, 'elm.txt')];
    phrases.changed();
    phrases.complete('el', 8);
    await clock.advance(1_000);
    expect(world.pages).toBe(4);
    expect(phrases.complete('el', 8)).toEqual(['elm']);
    expect(phrases.complete('tr', 8)).toEqual([]);
    phrases.changed();
    phrases.complete('el', 8);
    await clock.advance(30_000);
    expect(world.pages).toBe(4);
    await clock.advance(30_000);
    phrases.complete('el', 8);
    await clock.advance(10);
    expect(world.pages).toBe(5);
  });

  it('stay as they were when the library cannot be read, or the peer stops', async () => {
    const { phrases, clock, world } = setUp(['oak.txt']);
    phrases.complete('o', 8);
    await clock.advance(60_000);
    world.fails = true;
    phrases.changed();
    phrases.complete('o', 8);
    await clock.advance(120_000);
    expect(phrases.complete('o', 8)).toEqual(['oak']);
    // That has begun a reading.
    world.fails = false;
    world.files = [file(2, 'olive.txt')];
    await clock.advance(60_000);
    expect(phrases.complete('o', 8)).toEqual(['olive']);
    expect(world.pages).toBe(2);
    await clock.advance(60_000);
    phrases.changed();
    phrases.complete('o', 8);
    expect(clock.pending).toBe(1);
    phrases.stop();
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
    expect(world.pages).toBe(2);
  });

  it('are bounded: the rarest of an enormous library are not offered', async () => {
    const letters = (n: number): string =>
      [...n.toString(26)].map((digit) => String.fromCharCode(97 + parseInt(digit, 26))).join('');
    const files = Array.from({ length: 60_000 }, (_, i) => file(i + 1, `rare${letters(i)}.txt`));
    const often = Array.from({ length: 300 }, (_, i) => file(i * 200 + 1, 'rarely heard.txt'));
    for (const one of often) files[one.id - 1] = one;
    const phrases = await read(files);
    expect(phrases.complete('rarel', 1)).toEqual(['rarely']);
    const known = phrases.complete('ra', 1_000_000).length;
    expect(known).toBeGreaterThan(25_000);
    expect(known).toBeLessThanOrEqual(45_000);
  });

  it('only ever continue what is typed, whatever names there are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), { maxLength: 6 }),
        fc.string({ unit: 'grapheme', maxLength: 5 }),
        async (names, typed) => {
          const phrases = await read(names);
          for (const query of [typed, ...names.map((name) => name.slice(0, 3))]) {
            for (const one of phrases.complete(query, 100)) {
              expect(fold(one).startsWith(fold(query))).toBe(true);
              expect(fold(one).length).toBeGreaterThan(fold(query).length);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
