import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contentIdText, sameContent } from '@banyan/proto';
import type { ContentProvider } from '../../src/content.ts';
import { createStreams, type Streams } from '../../src/gateway/streams.ts';
import { createRoom, type Room } from '../download/room.ts';
import { createStage, createTestFile, type Stage, type TestFile } from '../swarm.ts';
import { get, startGateway } from './fixture.ts';

const MIB = 1024 * 1024;
let stage: Stage;
let room: Room;
let streams: Streams;
let file: TestFile;
let opened: number;
let inLibrary: string | undefined;
beforeEach(async () => {
  stage = createStage();
  file = createTestFile(MIB + 5);
  opened = 0;
  inLibrary = undefined;
  const peer = await stage.peer(file);
  room = await createRoom(stage, {
    folder: await stage.folder(),
    stateDir: await stage.folder(),
    sources: () => [peer.source],
  });
  const library: ContentProvider = {
    open: async (content) => {
      if (inLibrary === undefined || !sameContent(content, file.content)) return undefined;
      opened += 1;
      return {
        content,
        name: inLibrary,
        chunks: undefined,
        read: async (buffer, start) => buffer.set(file.bytes.subarray(start, start + buffer.length)),
        layer: () => Promise.reject(new Error('not asked here')),
        close: async () => void (opened -= 1),
      };
    },
  };
  const { gateway } = await startGateway(stage, { dir: await stage.folder(), downloads: room.downloads });
  streams = createStreams({ gateway, library, downloads: room.downloads });
});
afterEach(() => stage.end());

describe('a link for a player', () => {
  it('begins the download of what is not here, and is good while it arrives', async () => {
    const stream = await streams.open({ content: file.content, name: 'Tune.wav' });
    expect(stream).toMatchObject({
      content: contentIdText(file.content),
      name: 'Tune.wav',
      type: 'audio/wav',
      download: room.downloads.list()[0]!.id,
      isWhole: false,
    });
    expect(stream.url).toMatch(/\/Tune\.wav$/);
    expect((await get(stream.url)).body.equals(file.bytes)).toBe(true);
  });

  it('needs a name only for what is neither here nor arriving', async () => {
    await expect(streams.open({ content: file.content })).rejects.toMatchObject({ code: 'invalid_request' });
    const first = await streams.open({ content: file.content, name: 'a.mp3' });
    const second = await streams.open({ content: file.content });
    expect(second).toMatchObject({ name: 'a.mp3', download: first.download });
  });

  it('downloads nothing that the library has', async () => {
    inLibrary = 'mine.flac';
    expect(await streams.open({ content: file.content })).toMatchObject({
      name: 'mine.flac',
      type: 'audio/flac',
      download: null,
      isWhole: true,
    });
    expect(room.downloads.list()).toEqual([]);
    expect(opened).toBe(0);
  });

  it('wakes a paused download, and leads to a finished one', async () => {
    const { id } = await room.downloads.add({ content: file.content, name: 'a.mp4' });
    await room.downloads.pause(id);
    expect(await streams.open({ content: file.content })).toMatchObject({ download: id, isWhole: false });
    await room.done(id);
    expect(await streams.open({ content: file.content })).toMatchObject({ download: id, isWhole: true });
    expect(room.downloads.list()).toHaveLength(1);
  });

  it('fetches a finished one again whose file is gone', async () => {
    const { id } = await room.downloads.add({ content: file.content, name: 'a.mp4' });
    const { path } = await room.done(id);
    await rm(path);
    const stream = await streams.open({ content: file.content, name: 'a.mp4' });
    expect(stream.download).not.toBe(id);
    expect((await get(stream.url)).body.equals(file.bytes)).toBe(true);
  });

  it('makes a hostile name harmless', async () => {
    const stream = await streams.open({ content: file.content, name: '../\u202Egpj.exe\u001b[2J' });
    expect(stream.name).not.toMatch(/[\u202E\u001b]/);
    expect(stream.type).toBe('application/octet-stream');
    expect(new URL(stream.url).pathname.split('/')).toHaveLength(5);
  });
});
