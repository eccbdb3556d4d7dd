import { describe, expect, test } from '@jest/globals';
import { createContents, recordOf, syntheticWord } from '../../src/load-model/contents.ts';
import { createWishes, leafProfile, type PopulationInit } from '../../src/load-model/population.ts';

const CONTENTS = createContents({ seed: 1, count: 5_000, popularity: 0.8, vocabulary: 20_000, sizes: 1 });
const POPULATION: PopulationInit = {
  seed: 1,
  personas: { ordinary: 7, 'free-rider': 2, 'heavy-sharer': 1 },
  empty: 0.25,
  records: 20,
  spread: 1,
  maxRecords: 60,
  unreachable: 1 / 3,
};
const LEAVES = 4_000;
const profiles = Array.from({ length: LEAVES }, (_, i) => leafProfile(POPULATION, CONTENTS, i));
const share = (what: (profile: (typeof profiles)[number]) => boolean): number =>
  profiles.filter(what).length / LEAVES;

test('words are pronounceable, and no two numbers have the same', () => {
  const words = new Set(Array.from({ length: 50_000 }, (_, i) => syntheticWord(i)));
  expect(words.size).toBe(50_000);
  for (const word of words) expect(word).toMatch(/^[a-z]{6,16}$/);
});

describe('contents', () => {
  test('are the same each time, and different from each other', () => {
    expect(CONTENTS.content(12)).toEqual(
      createContents({ seed: 1, count: 9, popularity: 0, vocabulary: 20_000, sizes: 1 }).content(12),
    );
    expect(CONTENTS.content(12).root).not.toEqual(CONTENTS.content(13).root);
  });

  test('make records that can be published', () => {
    const content = CONTENTS.content(0);
    expect(recordOf(content, 7)).toMatchObject({ id: 7, name: content.name, length: content.length });
    for (const word of content.words) expect(content.name).toContain(word);
  });

  test('that are popular have many copies', () => {
    const copies = new Map<number, number>();
    for (const { library } of profiles)
      for (const rank of library) copies.set(rank, (copies.get(rank) ?? 0) + 1);
    const of = (from: number, to: number): number =>
      Array.from({ length: to - from }, (_, i) => copies.get(from + i) ?? 0).reduce((a, b) => a + b, 0) /
      (to - from);
    expect(of(0, 10)).toBeGreaterThan(10 * of(1_000, 2_000));
  });
});

describe('the population', () => {
  test('has the shares that were asked for', () => {
    expect(share(({ persona }) => persona === 'free-rider')).toBeCloseTo(0.2, 1);
    expect(share(({ persona }) => persona === 'heavy-sharer')).toBeCloseTo(0.1, 1);
    expect(share(({ isReachable }) => !isReachable)).toBeCloseTo(1 / 3, 1);
    // Free riders, and a quarter of the ordinary ones: heavy sharers are never empty.
    expect(share(({ library }) => library.length === 0)).toBeCloseTo(0.2 + 0.7 * 0.25, 1);
  });

  test('clips libraries, but those of heavy sharers at ten times as much', () => {
    const most = (persona: string): number =>
      Math.max(...profiles.filter((p) => p.persona === persona).map(({ library }) => library.length));
    expect(most('ordinary')).toBe(60);
    expect(most('heavy-sharer')).toBeGreaterThan(300);
    for (const { library } of profiles) expect(new Set(library).size).toBe(library.length);
  });

  test('is the same whoever makes it', () => {
    expect(leafProfile(POPULATION, CONTENTS, 77)).toEqual(profiles[77]);
  });
});

test('a leaf wants each content at most once, and never what it holds', () => {
  const wishes = createWishes([3, 4]);
  expect([3, 5, 5, 4, 6].map((rank) => wishes.take(rank))).toEqual([false, true, false, false, true]);
});
