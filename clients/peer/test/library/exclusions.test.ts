import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseContentId } from '@banyan/proto';
import { compileExclusions, leadsTo, tidyExclusions } from '../../src/library/exclusions.ts';
import { createWorld, sharedNames, until, type World } from './fixture.ts';

describe('patterns of what is left out', () => {
  it.each([
    ['*.tmp', 'a.tmp', true],
    ['*.tmp', 'deep/er/B.TMP', true],
    ['*.tmp', 'a.tmp.ogg', false],
    ['Drafts', 'Drafts/x.doc', true],
    ['Drafts', 'work/drafts/deep/x.doc', true],
    ['Drafts/', 'work/Drafts/x.doc', true],
    ['Drafts', 'Drafts 2/x.doc', false],
    ['/Drafts', 'work/Drafts/x.doc', false],
    ['/Drafts', 'Drafts/x.doc', true],
    ['Work/secret', 'Work/secret/plan.txt', true],
    ['Work/secret', 'Home/Work/secret/plan.txt', false],
    ['Work/*/old', 'Work/a/old/x', true],
    ['Work/*/old', 'Work/a/b/old/x', false],
    ['Work/**/old', 'Work/a/b/old/x', true],
    ['Work/**/old', 'Work/old/x', true],
    ['Work/**', 'Work/x', true],
    ['Work/**', 'Workshop/x', false],
    ['photo-????.jpg', 'photo-2024.jpg', true],
    ['photo-????.jpg', 'photo-24.jpg', false],
    ['榕樹*', '書/榕樹的故事.txt', true],
    ['Cafe\u0301', 'Caf\u00e9/menu.txt', true],
    ['[a].txt', '[a].txt', true],
    ['.*', 'a.b', false],
  ])('%s and %s: %s', (pattern, path, leftOut) => {
    expect(compileExclusions(tidyExclusions([pattern]))(path)).toBe(leftOut);
  });

  it('are trimmed, told apart from nothing, and never lead out of the folder', () => {
    expect(tidyExclusions([' *.tmp ', '', '/', '*.tmp', 'a\\b'])).toEqual(['*.tmp', 'a/b']);
    for (const wrong of ['../x', 'a/../b', './x'])
      expect(() => tidyExclusions([wrong])).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    expect(() => tidyExclusions(Array.from({ length: 65 }, (_, i) => `n${i}`))).toThrow(
      expect.objectContaining({ code: 'limit_exceeded' }),
    );
  });

  it('without wildcards leave out a name and what is below it, and nothing else', () => {
    const name = fc.string({
      minLength: 1,
      maxLength: 8,
      unit: fc.constantFrom('a', 'b', 'A', 'B', '1', '.', '-', '_', ' ', 'é', '榕'),
    });
    fc.assert(
      fc.property(name, fc.array(name, { minLength: 1, maxLength: 4 }), (pattern, parts) => {
        const [tidy] = tidyExclusions(
          [pattern].filter((text) => text.trim() !== '.' && text.trim() !== '..'),
        );
        fc.pre(tidy !== undefined);
        const fold = (text: string) => text.normalize('NFC').toLowerCase();
        expect(compileExclusions([tidy])(parts.join('/'))).toBe(
          parts.some((part) => fold(part) === fold(tidy)),
        );
      }),
    );
  });

  it('of many stars end as fast as others', () => {
    const pattern = `${'a*'.repeat(120)}b`;
    expect(compileExclusions([pattern])('a'.repeat(255))).toBe(false);
  });

  it('of many ** take at most a step for each part of pattern and path together', () => {
    for (const pattern of ['**/'.repeat(60) + 'x', '**/a/'.repeat(30) + 'x', 'a/**/**/b/**/a/**/x']) {
      const wanted = pattern.split('/');
      const path = Array.from({ length: 100 }, () => 'a');
      let steps = 0;
      const found = leadsTo(wanted, path, (part, name) => {
        steps += 1;
        return part === name;
      });
      expect(found).toBe(false);
      expect(steps).toBeLessThanOrEqual(wanted.length * path.length);
    }
  });

  it('with ** match what trying every number of folders between matches', () => {
    const tried = (wanted: readonly string[], path: readonly string[]): boolean => {
      const [part, ...rest] = wanted;
      if (part === undefined) return true;
      if (part === '**' && rest.length === 0) return path.length > 0;
      if (part === '**') return path.some((_, i) => tried(rest, path.slice(i))) || tried(rest, []);
      return path.length > 0 && part === path[0] && tried(rest, path.slice(1));
    };
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', '**'), { minLength: 1, maxLength: 6 }),
        fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 7 }),
        (wanted, path) => {
          expect(leadsTo(wanted, path)).toBe(tried(wanted, path));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a share of which something is left out', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.put('song.ogg', 'la');
    await world.put('notes.bak', 'no');
    await world.put('Drafts/one.txt', 'draft');
    await world.put('Albums/Drafts/two.txt', 'draft too');
    await world.put('Albums/cover.png', 'picture');
  });
  afterEach(() => world.end());

  it('never shares it, not even for a moment, when that is said from the start', async () => {
    const seen = new Set<string>();
    world.library.onChange(() => sharedNames(world.library).forEach((name) => seen.add(name)));
    const { exclude, skipped } = await world.library.addShare({
      path: world.share,
      exclude: ['drafts', '*.bak'],
    });
    expect(exclude).toEqual(['drafts', '*.bak']);
    expect(skipped).toBe(0);
    await world.library.settled();
    expect(sharedNames(world.library)).toEqual(['Albums/cover.png', 'song.ogg']);
    expect([...seen].filter((name) => /draft|bak/i.test(name))).toEqual([]);
    expect(world.library.shares()[0]).toMatchObject({ skipped: 3, files: 2 });
  });

  it('takes files away and gives them back as the patterns change, also over a restart', async () => {
    const { id } = await world.library.addShare({ path: world.share });
    await world.library.settled();
    expect(sharedNames(world.library)).toHaveLength(5);
    await world.library.setExclusions(id, ['Drafts']);
    await until(world.library, () => sharedNames(world.library).length === 3);
    await world.restart();
    await world.library.settled();
    expect(sharedNames(world.library)).toEqual(['Albums/cover.png', 'notes.bak', 'song.ogg']);
    await world.library.setExclusions(id, []);
    await until(world.library, () => sharedNames(world.library).length === 5);
  });

  it('hands out nothing of it from the moment at which it is said, before a scan has been there', async () => {
    const { id } = await world.library.addShare({ path: world.share });
    await world.library.settled();
    const { content } = world.library.files({ limit: 100 }).files.find(({ name }) => name === 'one.txt')!;
    const wanted = parseContentId(content);
    await (await world.library.open(wanted))!.close();
    expect(await world.library.pathOf(wanted)).toContain('one.txt');
    await world.library.setExclusions(id, ['Drafts']);
    expect(world.library.owns(wanted)).toBe('shared');
    const [opened, path] = [world.library.open(wanted), world.library.pathOf(wanted)];
    expect(await opened).toBeUndefined();
    expect(await path).toBeUndefined();
  });

  it('leaves out what comes later, wherever it comes', async () => {
    await world.library.addShare({ path: world.share, exclude: ['Drafts'] });
    await world.library.settled();
    await world.put('Drafts/three.txt', 'later');
    await world.put('Albums/later.txt', 'later');
    await until(world.library, () => sharedNames(world.library).includes('Albums/later.txt'));
    await world.library.settled();
    expect(sharedNames(world.library).filter((name) => name.includes('Drafts'))).toEqual([]);
  });

  it('is told beforehand what that comes to, without sharing anything', async () => {
    const preview = (exclude: string[]) =>
      world.library.previewExclusions({ path: world.share }, exclude, AbortSignal.timeout(10_000));
    expect(await preview(['Drafts'])).toEqual({
      files: 5,
      bytes: 25,
      leftOut: { files: 2, bytes: 14 },
      examples: expect.arrayContaining(['Drafts/one.txt', 'Albums/Drafts/two.txt']),
      complete: true,
    });
    expect((await preview([])).leftOut).toEqual({ files: 0, bytes: 0 });
    expect(world.library.shares()).toEqual([]);
    await expect(preview(['../x'])).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(
      world.library.previewExclusions({ path: join(world.dir, 'no') }, [], AbortSignal.timeout(10_000)),
    ).rejects.toMatchObject({ code: 'folder_missing' });
  });

  it('does not count what is never shared anyway', async () => {
    await mkdir(join(world.share, '.git'));
    await writeFile(join(world.share, '.git', 'config'), 'x');
    await writeFile(join(world.share, 'id_rsa'), 'x');
    const { files } = await world.library.previewExclusions(
      { path: world.share },
      ['*'],
      AbortSignal.timeout(10_000),
    );
    expect(files).toBe(5);
    await rm(join(world.share, '.git'), { recursive: true });
  });
});

describe('hashing that is paused', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.end());

  it('reads nothing more, stays so over a restart, and goes on where it was', async () => {
    await world.library.setPace({ paused: true });
    await world.put('song.ogg', 'la');
    await world.library.addShare({ path: world.share });
    await until(world.library, () => world.library.stats().hashing?.filesLeft === 1);
    await world.restart();
    expect(world.library.pace).toEqual({ paused: true, gentle: false });
    expect(sharedNames(world.library)).toEqual([]);
    await world.library.setPace({ paused: false, gentle: true });
    await world.library.settled();
    expect(sharedNames(world.library)).toEqual(['song.ogg']);
  });

  it('stands still in the midst of a file, and can be stopped there', async () => {
    // Large enough to be met in its midst on a busy machine too; it takes no room on the disk.
    const size = 256 * 1024 * 1024;
    await world.put('large.bin', '');
    await truncate(join(world.share, 'large.bin'), size);
    await world.library.setPace({ gentle: true });
    await world.library.addShare({ path: world.share });
    await until(world.library, () => (world.library.stats().hashing?.bytesLeft ?? Infinity) < size, 60_000);
    await world.library.setPace({ paused: true });
    expect(world.library.stats().hashing).toMatchObject({ file: 'large.bin', filesLeft: 1 });
    await world.restart();
    await world.library.setPace({ paused: false, gentle: false });
    await world.library.settled();
    expect(sharedNames(world.library)).toEqual(['large.bin']);
  });
});
