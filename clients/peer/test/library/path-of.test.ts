import { rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseContentId, type ContentId } from '@banyan/proto';
import { createWorld, until, type World } from './fixture.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

async function contentOf(name: string): Promise<ContentId> {
  await world.library.settled();
  const { files } = world.library.files({ limit: 10 });
  return parseContentId(files.find((file) => file.name === name)!.content);
}

describe('where a content lies', () => {
  it('is told while the file is what was hashed', async () => {
    const path = await world.put('folder/file.txt', 'as it was');
    await world.library.addShare({ path: world.share });
    const content = await contentOf('file.txt');
    expect(await world.library.pathOf(content)).toBe(path);
    await writeFile(path, 'AS IT WAS');
    expect(await world.library.pathOf(content)).toBeUndefined();
    await until(world.library, () => world.library.owns(content) === 'none');
    expect(await world.library.pathOf(content)).toBeUndefined();
  });

  it('is that of another copy when one is gone', async () => {
    const paths = [await world.put('a.txt', 'twice'), await world.put('b.txt', 'twice')];
    await world.library.addShare({ path: world.share });
    const content = await contentOf('a.txt');
    const first = await world.library.pathOf(content);
    expect(paths).toContain(first);
    await unlink(first!);
    const other = paths.find((path) => path !== first);
    expect(await world.library.pathOf(content)).toBe(other);
    await rename(other!, join(world.share, 'c.txt'));
    const names = (): string[] => world.library.files({ limit: 10 }).files.map(({ name }) => name);
    await until(world.library, () => names().includes('c.txt'));
    expect(await world.library.pathOf(content)).toBe(join(world.share, 'c.txt'));
  });
});
