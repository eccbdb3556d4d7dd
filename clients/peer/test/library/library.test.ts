import { createHash } from 'node:crypto';
import { appendFile, mkdir, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chunkHash, createRootBuilder, parseContentId, verifyLayer, type ContentId } from '@banyan/proto';
import { createWorld, sharedNames, until, type World } from './fixture.ts';

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();

function idOf(bytes: Uint8Array): ContentId {
  const builder = createRootBuilder(sha256);
  builder.update(bytes);
  return builder.digest().id;
}

const idOfText = (text: string): ContentId => idOf(Buffer.from(text));

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

describe('a shared folder', () => {
  it('is hashed as BEP 52 says, and opened for reading', async () => {
    const bytes = Buffer.alloc(3_000_000, (i: unknown) => i as number);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (7 * i + (i >> 8)) & 255;
    await world.put('deep/er/vector.bin', bytes);
    const { library } = world;
    await library.addShare({ path: world.share });
    await library.settled();
    const { files, total } = library.files({ limit: 10 });
    expect(total).toBe(1);
    expect(files[0]).toMatchObject({
      name: 'vector.bin',
      folder: 'deep/er',
      size: 3_000_000,
      content: 'deb354a327bf4dae3668c57991aae14e62ef96a1f759f1dd6ad06c5df3b5f2e5-3000000',
    });
    const content = parseContentId(files[0]!.content);
    expect(library.owns(content)).toBe('shared');
    const open = await library.open(content);
    const part = Buffer.alloc(1000);
    await open!.read(part, 1_999_500);
    expect(part.equals(bytes.subarray(1_999_500, 2_000_500))).toBe(true);
    const { hashes, uncles } = await open!.layer(1, 1);
    expect(verifyLayer(sha256, content, 1, 1, hashes, uncles)).toBe(true);
    expect(
      Buffer.from(hashes).equals(chunkHash(sha256, bytes.subarray(1048576, 2097152), 3_000_000, 1)),
    ).toBe(true);
    await expect(open!.read(part, 2_999_500)).rejects.toMatchObject({ code: 'range_unsatisfiable' });
    await expect(open!.layer(2, 2)).rejects.toMatchObject({ code: 'range_unsatisfiable' });
    await open!.close();
    await open!.close();
  });
});
