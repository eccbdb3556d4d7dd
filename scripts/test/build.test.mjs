import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fingerprint } from '../lib/build.mjs';

describe('fingerprint', () => {
  let root;
  const write = (path, text) => writeFileSync(join(root, path), text);
  const take = () => fingerprint(['part', 'tsconfig.json'], `${root}/`);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'banyan-fingerprint-'));
    for (const dir of ['part/src', 'part/dist', 'part/test', 'part/node_modules']) {
      mkdirSync(join(root, dir), { recursive: true });
    }
    write('part/src/a.ts', 'a');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('stays the same while nothing changes', () => {
    expect(take()).toBe(take());
  });

  it('ignores what was built, what was installed and the tests', () => {
    const before = take();
    write('part/dist/a.js', 'a');
    write('part/node_modules/x', 'x');
    write('part/test/a.test.ts', 'a');
    expect(take()).toBe(before);
  });

  it.each([
    ['an addition', () => write('part/src/b.ts', 'b')],
    ['a deletion', () => rmSync(join(root, 'part/src/a.ts'))],
    ['an edit that keeps the size', () => utimesSync(join(root, 'part/src/a.ts'), 1, 1)],
    ['a file that appears', () => write('tsconfig.json', '{}')],
  ])('notices %s', (_, change) => {
    const before = take();
    change();
    expect(take()).not.toBe(before);
  });
});
