import { describe, expect, it } from '@jest/globals';
import { BanyanError, type ContentId } from '@banyan/proto';
import type { OpenContent, ReadableContent } from '../src/content.ts';
import { previewText } from '../src/text-preview.ts';

const here = (bytes: Uint8Array): [ContentId, Pick<OpenContent, 'read' | 'close'>] => [
  { root: new Uint8Array(32), length: bytes.length },
  {
    read: (buffer, start) => {
      buffer.set(bytes.subarray(start, start + buffer.length));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  },
];
const never = new AbortController().signal;

async function preview(bytes: Uint8Array) {
  const [content, open] = here(bytes);
  return previewText(
    { library: { open: async () => open as OpenContent }, downloads: { read: async () => undefined } },
    content,
    never,
  );
}

describe('the beginning of a text file', () => {
  it('is read in the encoding that it is in', async () => {
    expect(await preview(Buffer.from('榕樹\n'))).toEqual({ text: '榕樹\n', isWhole: true });
    expect((await preview(Buffer.from('\ufeff榕樹', 'utf16le'))).text).toBe('榕樹');
    expect((await preview(Uint8Array.from([0x63, 0x61, 0x66, 0xe9]))).text).toBe('café');
    expect(await preview(new Uint8Array(0))).toEqual({ text: '', isWhole: true });
    await expect(preview(Uint8Array.from([1, 0, 2]))).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('is the beginning of a long one, and a character that is cut is left out', async () => {
    const { text, isWhole } = await preview(Buffer.from('榕'.repeat(100_000)));
    expect([isWhole, text.includes('\ufffd'), text.length]).toEqual([
      false,
      false,
      Math.floor((256 * 1024) / 3),
    ]);
  });

  it('is waited for while it arrives, and the reason is told when it will not', async () => {
    const [content, open] = here(Buffer.from('banyan'));
    const arriving = (hindrance?: BanyanError): ReadableContent => ({
      ...(open as OpenContent),
      content,
      name: 'a.txt',
      hindrance: () => hindrance,
      isHere: () => false,
      arrival: () => Promise.resolve(),
    });
    const read = (one: ReadableContent | undefined) =>
      previewText(
        { library: { open: async () => undefined }, downloads: { read: async () => one } },
        content,
        never,
      );
    expect((await read(arriving())).text).toBe('banyan');
    await expect(read(arriving(new BanyanError('disk_full')))).rejects.toMatchObject({ code: 'disk_full' });
    await expect(read(undefined)).rejects.toMatchObject({ code: 'unknown_content' });
  });

  it('comes from a download when the shared file was changed, and says so when there is none', async () => {
    const [content, open] = here(Buffer.from('banyan'));
    const library = { open: () => Promise.reject(new BanyanError('file_changed')) };
    const finished: ReadableContent = {
      ...(open as OpenContent),
      content,
      name: 'a.txt',
      hindrance: () => undefined,
      isHere: () => true,
      arrival: () => Promise.resolve(),
    };
    const read = (one: ReadableContent | undefined) =>
      previewText({ library, downloads: { read: async () => one } }, content, never);
    expect((await read(finished)).text).toBe('banyan');
    await expect(read(undefined)).rejects.toMatchObject({ code: 'file_changed' });
  });
});
