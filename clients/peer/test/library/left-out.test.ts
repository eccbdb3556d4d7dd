import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leftOutByName } from '../../src/library/left-out.ts';
import { createWorld, sharedNames, type World } from './fixture.ts';

describe('by its name', () => {
  it.each([
    ['.bashrc', 'hidden'],
    ['.env', 'hidden'],
    ['.DS_Store', 'hidden'],
    ['id_rsa', 'secret'],
    ['ID_RSA.old', 'secret'],
    ['id_ed25519.pub', 'secret'],
    ['server.pem', 'secret'],
    ['Server.KEY', 'secret'],
    ['passwords.kdbx', 'secret'],
    ['production.env', 'secret'],
    ['wallet.dat', 'secret'],
    ['local-api.json', 'secret'],
    ['Thumbs.db', 'system'],
    ['desktop.ini', 'system'],
    ['$RECYCLE.BIN', 'system'],
    ['System Volume Information', 'system'],
    ['@eaDir', 'system'],
    ['lost+found', 'system'],
    ['film.mkv.part', 'partial'],
    ['film.mkv.crdownload', 'partial'],
    ['film.mkv.aria2', 'partial'],
    ['.banyan-1234.part', 'partial'],
    ['~$letter.docx', 'partial'],
  ])('%s is left out as %s', (name, why) => {
    expect(leftOutByName(name)).toBe(why);
  });

  it.each([
    'keynote.txt',
    'key',
    'pem.txt',
    'part',
    'party.mp3',
    'environment',
    'id.txt',
    'a.b.c',
    '中文.txt',
  ])('%s is shared', (name) => expect(leftOutByName(name)).toBeUndefined());
});

describe('a scan', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.end());

  it('leaves out and counts hidden files, secrets, junk, links and what is no file', async () => {
    const { library, share, dir } = world;
    await world.put('good.txt', 'good');
    await world.put('.hidden/inside.txt', 'x');
    await world.put('.dotfile', 'x');
    await world.put('keys/id_rsa', 'x');
    await world.put('keys/server.pem', 'x');
    await world.put('Thumbs.db', 'x');
    await world.put('$RECYCLE.BIN/old.txt', 'x');
    await world.put('film.mkv.part', 'x');
    await mkdir(join(dir, 'outside'));
    await writeFile(join(dir, 'outside/secret.txt'), 'secret');
    await symlink(join(dir, 'outside'), join(share, 'link-to-folder'));
    await symlink(join(dir, 'outside/secret.txt'), join(share, 'link-to-file.txt'));
    await symlink(join(share, 'good.txt'), join(share, 'link-inside.txt'));
    await symlink('.', join(share, 'loop'));
    execFileSync('mkfifo', [join(share, 'pipe.txt')]);
    const socket = createServer().listen(join(share, 'socket.txt'));
    await library.addShare({ path: share });
    await library.settled();
    socket.close();
    expect(sharedNames(library)).toEqual(['good.txt']);
    expect(library.shares()[0]).toMatchObject({ files: 1, bytes: 4, skipped: 13, errors: [] });
  });

  it('leaves its own state out of a share that lies around it', async () => {
    const { library, dir } = world;
    await writeFile(join(dir, 'a.txt'), 'a');
    await expect(library.addShare({ path: join(dir, 'state') })).rejects.toMatchObject({
      code: 'folder_unsafe',
    });
    await library.addShare({ path: dir, confirm: true });
    await library.settled();
    expect(sharedNames(library)).toEqual(['a.txt']);
  });

  it('does not follow a folder that became a link', async () => {
    const { library, share, dir } = world;
    await world.put('folder/a.txt', 'a');
    await mkdir(join(dir, 'outside'));
    await writeFile(join(dir, 'outside/a.txt'), 'secret');
    const { id } = await library.addShare({ path: share });
    await library.settled();
    await rm(join(share, 'folder'), { recursive: true });
    await symlink(join(dir, 'outside'), join(share, 'folder'));
    library.rescanShare(id);
    await library.settled();
    expect(sharedNames(library)).toEqual([]);
  });

  it('says in words what is wrong with a name, and shares the others', async () => {
    const { library, share } = world;
    await writeFile(
      Buffer.concat([Buffer.from(`${share}/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.txt')]),
      'x',
    );
    const hostile = [
      'new\nline.txt',
      '\u001b[31mred.txt',
      'right\u202eleft.txt',
      '\ufffd real.txt',
      '..hidden',
      '<b>.txt',
      'a\\b.txt',
      '%2e%2e%2f.txt',
    ];
    for (const name of hostile) await world.put(name, name);
    const deep = `${'d'.repeat(250)}/`.repeat(5);
    await mkdir(join(share, deep), { recursive: true });
    await world.put(`${deep}too deep.txt`, 'x');
    await library.addShare({ path: share });
    await library.settled();
    expect(sharedNames(library)).toEqual(hostile.filter((name) => !name.startsWith('.')).sort());
    const { errors } = library.shares()[0]!;
    expect(errors.map(({ code }) => code)).toEqual(['name_unsafe', 'name_unsafe']);
    expect(errors.map(({ message }) => message).join()).toMatch(/not valid UTF-8/);
    expect(errors.map(({ message }) => message).join()).toMatch(/longer than 1024 bytes/);
    expect(library.stats().errors).toBe(2);
    // An error goes when its reason went.
    await rename(join(share, 'd'.repeat(250)), join(share, 'short'));
    library.rescanShare(library.shares()[0]!.id);
    await library.settled();
    expect(library.stats().errors).toBe(1);
  });
});
