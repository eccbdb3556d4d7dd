import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase64url, fromHex, isDeviceId, toBase64url, toHex, utf8Length } from '../src/index.ts';

describe('text forms of bytes', () => {
  it('are those of Buffer, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(toHex(bytes)).toBe(buffer.toString('hex'));
        expect(toBase64url(bytes)).toBe(buffer.toString('base64url'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each(['a', 'ab=', 'a+b/', 'ab cd', 'AB', 'é'])('of base64url refuse %j', (text) => {
    expect(fromBase64url(text)).toBeUndefined();
  });

  it.each(['a', '0x', 'gg', 'a b '])('of hexadecimal refuse %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe('isDeviceId', () => {
  it('takes the base64url of 32 bytes and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (hash) => isDeviceId(toBase64url(hash))),
    );
    const id = toBase64url(new Uint8Array(32));
    for (const no of [
      '',
      id.slice(1),
      `${id}A`,
      `${id.slice(1)}B`,
      `${id.slice(1)}=`,
      `${id.slice(1)}\n`,
      5,
      null,
    ]) {
      expect(isDeviceId(no)).toBe(false);
    }
  });
});

describe('utf8Length', () => {
  it('counts what encoding gives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
    expect(utf8Length('\ud800')).toBe(3);
    expect(utf8Length('\udc00\ud800x')).toBe(7);
  });
});
