import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutBytes, displayText, safeFileName, safeRelativePath, utf8Length } from '../src/index.ts';

/** Text that goes for the throat: separators, controls, bidi, surrogates, reserved words, long runs. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '../',
        '/',
        '\\',
        '\0',
        '.',
        '..',
        ' ',
        'CON',
        'nul',
        'COM1',
        '.txt',
        '\u202e',
        '\u001b[31m',
      ),
      fc.constantFrom(
        '\u009b2J',
        '\ud800',
        '\udc00',
        '\u200b',
        ':',
        '*',
        '\n',
        '\u0301',
        'é',
        '漢',
        '🌳',
        '~',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.integer({ min: 1, max: 300 }).map((n) => 'x'.repeat(n)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('safeFileName', () => {
  it.each([
    ['holiday.jpg', 'holiday.jpg'],
    ['漢字の本.pdf', '漢字の本.pdf'],
    ['../../etc/passwd', '_._.._etc_passwd'],
    ['/etc/passwd', '_etc_passwd'],
    ['C:\\Windows\\win.ini', 'C__Windows_win.ini'],
    ['a\0b.txt', 'ab.txt'],
    ['', 'unnamed'],
    ['.', 'unnamed'],
    ['..', 'unnamed'],
    ['   ', 'unnamed'],
    ['\u202e', 'unnamed'],
    ['.bashrc', '_bashrc'],
    ['CON', '_CON'],
    ['aux.tar.gz', '_aux.tar.gz'],
    ['NUL.txt', '_NUL.txt'],
    ['nul .txt', '_nul .txt'],
    ['COM1', '_COM1'],
    ['lpt¹.x', '_lpt¹.x'],
    ['CONSOLE.txt', 'CONSOLE.txt'],
    ['name. . .', 'name'],
    ['evil\u202egpj.exe', 'evilgpj.exe'],
    ['\u001b[31mred\u001b[0m.txt', '[31mred[0m.txt'],
    ['\u009b2Jx', '2Jx'],
    ['a\ud800b', 'a\ufffdb'],
    ['what?<is>|"this"*:.txt', 'what__is___this___.txt'],
    ['e\u0301.txt', 'é.txt'],
    ['CON\n\u0301', 'COŃ'],
  ])('makes %j into %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it('keeps the extension of an overlong name and cuts between code points', () => {
    const cut = safeFileName(`${'漢'.repeat(200)}.flac`);
    expect(cut).toBe(`${'漢'.repeat(83)}.flac`);
    expect(utf8Length(cut)).toBeLessThanOrEqual(255);
    expect(safeFileName(`${'x'.repeat(300)}.tar.gz`)).toBe(`${'x'.repeat(248)}.tar.gz`);
    expect(safeFileName(`a.${'x'.repeat(300)}`)).toBe(`a.${'x'.repeat(253)}`);
    expect(safeFileName('🌳'.repeat(100))).toBe('🌳'.repeat(63));
  });

  it('makes of anything a name that every system can store, and leaves such names alone', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toBe('');
        expect(utf8Length(safe)).toBeLessThanOrEqual(255);
        expect(safe).not.toMatch(/[/\\<>:"|?*]/);
        expect(safe).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
        expect(safe).not.toMatch(/^[.\s]|[.\s]$/u);
        expect(safe).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)/i);
        expect(safeFileName(safe)).toBe(safe);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('safeRelativePath', () => {
  it.each([
    [['a', 'b'], 'a/b'],
    [['..', 'a', '.', '', 'b'], 'a/b'],
    [['../..', 'x'], '_._/x'],
    [['/etc', 'CON'], '_etc/_CON'],
    [['...', ' . '], ''],
    [[], ''],
  ])('makes %j into %j', (parts, path) => {
    expect(safeRelativePath(parts)).toBe(path);
  });

  it('never leaves the folder it is joined to, and stays within its bytes', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 8 }), (parts) => {
        const path = safeRelativePath(parts);
        expect(path.startsWith('/')).toBe(false);
        expect(utf8Length(path)).toBeLessThanOrEqual(1024);
        for (const part of path === '' ? [] : path.split('/')) expect(safeFileName(part)).toBe(part);
      }),
    );
  });
});

describe('displayText', () => {
  it.each([
    ['plain', 'plain'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007x', 'x'],
    ['\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u009b31mx', 'x'],
    ['\u001bPq#0\u001b\\x', 'x'],
    ['\u001b(0lqk', 'lqk'],
    ['a\r\nb\tc', 'a b c'],
    ['a\u0007\u0008b', 'ab'],
    ['abc\u202etxt.exe', 'abctxt.exe'],
    ['\ud800', '\ufffd'],
    ['\u001b', ''],
    ['\u001b[', ''],
    [`Z${'\u0301'.repeat(100)}`, `Z${'\u0301'.repeat(8)}`],
    ['👩‍👩‍👧 漢字', '👩‍👩‍👧 漢字'],
  ])('shows %j as %j', (text, shown) => {
    expect(displayText(text)).toBe(shown);
  });

  it('cuts to code points with an ellipsis', () => {
    expect(displayText('abcdef', 4)).toBe('abc…');
    expect(displayText('🌳🌳🌳', 3)).toBe('🌳🌳🌳');
    expect(displayText('🌳🌳🌳🌳', 3)).toBe('🌳🌳…');
  });

  it('leaves no control, escape or bidi override of anything', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(displayText(text)).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('cutBytes', () => {
  it('ends between code points', () => {
    expect(cutBytes('a漢🌳', 3)).toBe('a');
    expect(cutBytes('a漢🌳', 4)).toBe('a漢');
    expect(cutBytes('a漢🌳', 7)).toBe('a漢');
    expect(cutBytes('a漢🌳', 8)).toBe('a漢🌳');
  });
});
