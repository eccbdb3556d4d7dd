import { describe, expect, it } from '@jest/globals';
import {
  BanyanError,
  chunkCount,
  chunkRange,
  contentIdText,
  contentKey,
  EMPTY_CONTENT,
  MAX_CONTENT_BYTES,
  parseContentId,
  sameContent,
} from '../src/index.ts';

const HEX = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof BanyanError ? error.code : `not a BanyanError: ${String(error)}`;
  }
  return 'no error';
}

describe('content id', () => {
  it('is written and read as root and length', () => {
    const id = parseContentId(`${HEX}-1`);
    expect(id.length).toBe(1);
    expect(contentIdText(id)).toBe(`${HEX}-1`);
    expect(contentKey(id)).toBe(`${HEX}-1`);
    expect(contentIdText(parseContentId(`${HEX.toUpperCase()}-1`))).toBe(`${HEX}-1`);
    expect(parseContentId(`${HEX}-${MAX_CONTENT_BYTES}`).length).toBe(MAX_CONTENT_BYTES);
  });

  it.each([
    '',
    HEX,
    `${HEX}-`,
    `${HEX}-01`,
    `${HEX}--1`,
    `${HEX}-1.5`,
    `${HEX}-1e3`,
    `${HEX}-9007199254740992`,
    `${HEX.slice(1)}-1`,
    `${HEX}-1\n`,
    ` ${HEX}-1`,
    `${HEX}-0`,
    `g${HEX.slice(1)}-1`,
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseContentId(text))).toBe('invalid_request');
  });

  it('knows the empty file as its own constant', () => {
    expect(contentIdText(EMPTY_CONTENT)).toBe(`${'0'.repeat(64)}-0`);
    expect(sameContent(parseContentId(contentIdText(EMPTY_CONTENT)), EMPTY_CONTENT)).toBe(true);
  });

  it('tells contents of one root and different lengths apart', () => {
    const id = parseContentId(`${HEX}-1`);
    expect(sameContent(id, { ...id, length: 2 })).toBe(false);
    expect(sameContent(id, { length: 1, root: Uint8Array.from(id.root) })).toBe(true);
  });

  it('cuts a content into chunks of a mebibyte', () => {
    expect([0, 1, 1 << 20, (1 << 20) + 1].map(chunkCount)).toEqual([0, 1, 1, 2]);
    expect(chunkRange((1 << 20) + 1, 0)).toEqual({ start: 0, end: 1 << 20 });
    expect(chunkRange((1 << 20) + 1, 1)).toEqual({ start: 1 << 20, end: (1 << 20) + 1 });
    for (const index of [-1, 2, 0.5, NaN]) {
      expect(codeOf(() => chunkRange((1 << 20) + 1, index))).toBe('range_unsatisfiable');
    }
    expect(codeOf(() => chunkRange(0, 0))).toBe('range_unsatisfiable');
  });
});
