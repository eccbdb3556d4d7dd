import { describe, expect, it } from '@jest/globals';
import { toHex } from '@banyan/proto';
import { parseMetalink, requireFit } from '../../src/metalink/index.ts';
import type { MetalinkFile } from '../../src/metalink/parse-metalink.ts';
import { writeMetalink } from '../../src/metalink/write-metalink.ts';
import { sha256 } from '../swarm.ts';

const HASH = toHex(sha256(new Uint8Array([1])));
const document = (files: string, root = 'xmlns="urn:ietf:params:xml:ns:metalink"'): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<metalink ${root}>\n<published>2009-05-15T12:23:23Z</published>\n${files}\n</metalink>`;
const file = (inside: string, name = 'example.ext'): string => `<file name="${name}">${inside}</file>`;
const url = '<url>http://a.example/x</url>';

describe('a Metalink', () => {
  it('gives names, sizes, pieces and mirrors, the best first; what it does not know is passed over', () => {
    const [one, two] = parseMetalink(
      document(
        file(
          `<identity>Example</identity><size>1048577</size>
           <hash type="md5">00</hash><hash type="sha-256">${HASH}</hash>
           <pieces length="1048576" type="sha-1"><hash>11</hash><hash>22</hash></pieces>
           <pieces length="1048576" type="sha-256"><hash>${HASH}</hash><hash>${HASH.toUpperCase()}</hash></pieces>
           <url location="de" priority="2">ftp://ftp.example.com/example.ext</url>
           <url>https://c.example/last?a=1&amp;b=2</url>
           <url location="fr" priority="1">http://b.example/first</url>
           <metaurl mediatype="torrent" priority="1">http://example.com/example.ext.torrent</metaurl>`,
        ) + file(`<size>5</size><hash type="SHA-256">${HASH}</hash>${url}`, 'dir/b.txt'),
      ),
    );
    expect(one).toMatchObject({
      name: 'example.ext',
      length: 1048577,
      proof: { kind: 'pieces', pieceLength: 1048576 },
      mirrors: ['http://b.example/first', 'https://c.example/last?a=1&b=2'],
    });
    expect(one!.proof.kind === 'pieces' && toHex(one!.proof.hashes)).toBe(HASH + HASH);
    expect(two).toMatchObject({ name: 'b.txt', length: 5, proof: { kind: 'whole' } });
  });

  it('without hashes is believed by its size, and may use a prefix', () => {
    const text = `<m:metalink xmlns:m="urn:ietf:params:xml:ns:metalink"><m:file name="a"><m:size>3</m:size><m:url>http://a/</m:url></m:file></m:metalink>`;
    expect(parseMetalink(text)).toEqual([
      { name: 'a', length: 3, proof: { kind: 'size' }, mirrors: ['http://a/'] },
    ]);
  });

  it('may leave the size out; what is learnt of it must fit the pieces', () => {
    const pieces = `<pieces length="65536" type="sha-256"><hash>${HASH}</hash><hash>${HASH}</hash></pieces>`;
    const [{ name, length, proof }] = parseMetalink(document(file(pieces + url))) as [MetalinkFile];
    expect(length).toBeUndefined();
    expect(() => requireFit(name, proof, 65_537)).not.toThrow();
    for (const wrong of [65_536, 131_073])
      expect(() => requireFit(name, proof, wrong)).toThrow('do not fit its size');
  });

  it.each([
    ['', 'root element'],
    ['<html></html>', 'root element'],
    [document('', 'version="3.0" xmlns="http://www.metalinker.org/"'), 'version 3'],
    [document(''), 'names no file'],
    [document(file('<size>1</size>')), 'no http or https mirror'],
    [document(file('<size>1</size><url>ftp://a/b</url>')), 'only ftp'],
    [document(file('<size>1</size><url>http://user:pw@a/b</url>')), 'no http or https mirror'],
    [document(file(`<size>-1</size>${url}`)), 'no length'],
    [document(file(`<size>1e99</size>${url}`)), 'no length'],
    [document(file(`<size>0</size>${url}`)), 'no length'],
    [document(file(`<size>1</size><hash type="sha-1">00</hash>${url}`)), 'only sha-1 hashes'],
    [document(file(`<size>1</size><hash type="sha-256">00</hash>${url}`)), 'damaged'],
    [
      document(file(`<size>1</size><pieces length="7" type="sha-256"><hash>${HASH}</hash></pieces>${url}`)),
      '7 bytes long',
    ],
    [
      document(
        file(`<size>99999</size><pieces length="65536" type="sha-256"><hash>${HASH}</hash></pieces>${url}`),
      ),
      'do not fit',
    ],
    [document(file(`<size>1</size>${url}`, '../../etc/passwd')), 'leads out'],
    [document(file(`<size>1</size>${url}`, '/etc/passwd')), 'leads out'],
    [document(file(`<size>1</size>${url}`, 'C:\\a.exe')), 'leads out'],
    [document(file(`<size>1</size>${url}`, '')), 'no name'],
    [document(file(`<size>1</size>${url}`) + file(`<size>2</size>${url}`)), 'two files'],
    [document(file(`<size>1</size>${url}`)).slice(0, -20), 'ends in the middle'],
    [`<!DOCTYPE metalink [<!ENTITY a "b">]>${document(file(`<size>1</size>${url}`))}`, 'DOCTYPE'],
    ['<a>'.repeat(100), 'root element'],
    [document('<b>'.repeat(100)), 'too deep'],
  ])('that is wrong is refused with a reason: %j', (text, reason) => {
    expect(() => parseMetalink(text)).toThrow(reason);
  });

  it('has bounds', () => {
    expect(() => parseMetalink(document(file('').repeat(1001)))).toThrow('at most 1000 files');
    expect(() => parseMetalink(' '.repeat(16 * 1024 * 1024 + 1))).toThrow('at most');
  });

  it('that we write is one that we read, whatever the name', () => {
    const bytes = sha256(new Uint8Array([2]));
    const written = writeMetalink({
      name: 'a & <b> "c"\u0007.bin',
      length: 70000,
      hash: bytes,
      pieceLength: 65536,
      pieces: Uint8Array.from(Buffer.concat([bytes, bytes])),
      mirrors: ['http://a.example/?x=1&y=2'],
      generator: 'banyan/0',
    });
    const [one] = parseMetalink(written);
    expect(one).toMatchObject({ length: 70000, mirrors: ['http://a.example/?x=1&y=2'] });
    expect(one!.proof).toEqual({
      kind: 'pieces',
      pieceLength: 65536,
      hashes: Uint8Array.from(Buffer.concat([bytes, bytes])),
    });
    expect(one!.name).toContain('a & _b_');
  });
});
