import { describe, expect, it } from '@jest/globals';
import { parseQuery } from '../../src/index.ts';
import { notesOf, show } from './show.ts';

const ROOT = 'ab'.repeat(32);

describe('parseQuery', () => {
  it.each<[string, string[]]>([
    ['blue moon', ['blue', 'moon']],
    ['  blue\u3000moon\t', ['blue', 'moon']],
    ['榕树 电影', ['榕树', '电影']],
    ['AC/DC rock’n’roll C++', ['AC/DC', 'rock’n’roll', 'C++']],
    // Signs without letters are nothing to look up.
    ['blue & moon ...', ['blue', 'moon']],
    ['™ ½', ['™', '½']],
    ['', []],
  ])('reads words: %j', (query, terms) => {
    expect(show(query)).toEqual(terms);
  });

  it.each<[string, string[]]>([
    ['"blue moon"', ['[blue moon]']],
    ['blue "red moon" sun', ['blue', '[red moon]', 'sun']],
    ['“blue moon”', ['[blue moon]']],
    ['„blue moon“', ['[blue moon]']],
    ['„blue moon”', ['[blue moon]']],
    ['«blue moon»', ['[blue moon]']],
    ['»blue moon«', ['[blue moon]']],
    ['「青花瓷 周杰伦」', ['[青花瓷 周杰伦]']],
    ['『青花瓷』', ['[青花瓷]']],
    ['＂blue moon＂', ['[blue moon]']],
    ['“blue moon"', ['[blue moon]']],
    ['" blue moon "', ['[blue moon]']],
    ['周杰伦「青花瓷」mv', ['周杰伦', '[青花瓷]', 'mv']],
    ['"blue"moon', ['[blue]', 'moon']],
    // Still being typed.
    ['"blue moon', ['[blue moon]']],
    ['"blue moon ', ['[blue moon]']],
    ['"', []],
    ['""', []],
    ['"..."', []],
    // An inch sign, a lone closing quote, an apostrophe.
    ['7" vinyl', ['7"', 'vinyl']],
    ['blue” moon', ['blue”', 'moon']],
    ['» blue', ['blue']],
    ["'blue moon'", ["'blue", "moon'"]],
  ])('reads phrases: %j', (query, terms) => {
    expect(show(query)).toEqual(terms);
  });

  it.each<[string, string[]]>([
    ['moon -blue', ['moon', '-blue']],
    ['moon －blue', ['moon', '-blue']],
    ['-blue moon', ['moon', '-blue']],
    ['moon -"dark side"', ['moon', '-[dark side]']],
    ['moon -type:video', ['moon', '-<type video>']],
    ['moon -type:video,audio', ['moon', '-<type video>', '-<type audio>']],
    ['moon -artist:queen', ['moon', '-<artist>queen']],
    ['(-blue) moon', ['moon', '-blue']],
    ['a - b', ['a', 'b']],
    ['- dash', ['dash']],
    ['jean-luc', ['jean-luc']],
    ['周杰伦-青花瓷', ['周杰伦-青花瓷']],
    ['tar --help', ['tar', '--help']],
    ['a -', ['a']],
    ['"blue"-moon', ['[blue]', 'moon']],
    ['a -((-b', ['a', '-b']],
    ['a -()b', ['a', 'b']],
    ['-', []],
    ['moon -!', ['moon']],
    ['moon -OR', ['moon', '-[OR]']],
    ['moon –blue', ['moon', '–blue']],
  ])('reads exclusions: %j', (query, terms) => {
    expect(show(query)).toEqual(terms);
  });

  it.each<[string, string[]]>([
    ['blue OR red', ['blue | red']],
    ['blue moon OR sun rise', ['blue', 'moon | sun', 'rise']],
    ['a OR b OR c', ['a | b | c']],
    ['a|b', ['a | b']],
    ['a | b', ['a | b']],
    ['a ｜ b', ['a | b']],
    ['a || b', ['a | b']],
    ['"a b" OR type:audio,video', ['[a b] | <type audio> | <type video>']],
    ['a or b', ['a', 'or', 'b']],
    ['a Or b', ['a', 'Or', 'b']],
    ['"OR"', ['[OR]']],
    ['ORACLE', ['ORACLE']],
    ['a OR & b', ['a | b']],
  ])('reads OR: %j', (query, terms) => {
    expect(show(query)).toEqual(terms);
    expect(notesOf(query)).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['OR a', ['a']],
    ['a OR', ['a']],
    ['a OR -b', ['a', '-b']],
    ['-a OR b', ['b', '-a']],
    ['OR', []],
  ])('leaves an OR out that stands between nothing, and says so: %j', (query, terms) => {
    expect(show(query)).toEqual(terms);
    const [note, ...more] = notesOf(query);
    expect(more).toEqual([]);
    expect(note).toEqual(['OR', expect.stringContaining('left out')]);
  });

  it.each<[string, string[]]>([
    ['type:audio', ['<type audio>']],
    ['TYPE:Audio', ['<type audio>']],
    ['kind:music', ['<type audio>']],
    ['type:movie', ['<type video>']],
    ['type:film', ['<type video>']],
    ['type:photo', ['<type image>']],
    ['type:book', ['<type document>']],
    ['type:zip', ['<type archive>']],
    ['type:app', ['<type software>']],
    ['type:other', ['<type other>']],
    ['type:音樂,影片', ['<type audio> | <type video>']],
    ['type：图片，文件', ['<type image> | <type document>']],
    ['type:audio,video', ['<type audio> | <type video>']],
    ['type:audio,', ['<type audio>']],
    ['type:"video"', ['<type video>']],
    ['ｔｙｐｅ：ｖｉｄｅｏ', ['<type video>']],
    ['ext:iso', ['<ext iso>']],
    ['ext:.ISO', ['<ext iso>']],
    ['ext:*.iso', ['<ext iso>']],
    ['filetype:mp3,.flac', ['<ext mp3> | <ext flac>']],
    ['hash:0123ABCD', ['<hash 0123abcd>']],
    [`hash:${ROOT}-77`, [`<hash ${ROOT} 77>`]],
    [`hash:banyan:${ROOT}-77?dn=a%20b`, [`<hash ${ROOT} 77>`]],
    [`banyan:${ROOT.toUpperCase()}-77?dn=a%20b&net=https://x`, [`<hash ${ROOT} 77>`]],
    ['artist:queen', ['<artist>queen']],
    ['artist:"miles davis"', ['<artist>[miles davis]']],
    ['artist：“miles davis”', ['<artist>[miles davis]']],
    ['artist：周杰伦', ['<artist>周杰伦']],
    ['by:queen album:jazz genre:rock', ['<artist>queen', '<album>jazz', '<genre>rock']],
    ['title:AC/DC name:x.iso', ['<title>AC/DC', '<name>x.iso']],
    ['folder:a in:b path:c/d', ['<folder>a', '<folder>b', '<folder>c/d']],
    ['author:x lang:zh camera:nikon', ['<tag author>x', '<tag language>zh', '<tag camera>nikon']],
    ['title:a,b', ['<title>a,b']],
    ['(type:audio)', ['<type audio>']],
    ['title:foo(bar)', ['<title>foo(bar)']],
    ['size:>1gb year:1999', ['<size 1000000000 Infinity>', '<year 1999 1999>']],
    ['size:<1mb,>1gb', ['<size 0 999999> | <size 1000000000 Infinity>']],
    ['year:1999,2001', ['<year 1999 1999> | <year 2001 2001>']],
    ['size：＞１ｍｂ', ['<size 1000000 Infinity>']],
    ['length:1:30', ['<duration 85500 94500>']],
    ['date:2024-01-01T10:20:30', ['<modified 1704104430 1704104430>']],
  ])('reads operators: %j', (query, terms) => {
    expect(show(query)).toEqual(terms);
    expect(notesOf(query)).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['http://example.org/a?b', ['http://example.org/a?b']],
    ['type://x', ['type://x']],
    ['12:30', ['12:30']],
    ['re:zero', ['re:zero']],
    ['C:\\music', ['C:\\music']],
    ['C:', ['C']],
    ['game:over', ['game:over']],
    ['作者：鲁迅', ['作者：鲁迅']],
    ['note: this', ['note', 'this']],
    ['foo:"bar baz"', ['foo', '[bar baz]']],
    ['moon -foo:"bar baz"', ['moon', '-[foo:"bar baz]']],
    ['banyan:tree', ['banyan:tree']],
    ['side:A', ['side:A']],
    ['type-video size', ['type-video', 'size']],
    ['x>1mb', ['x>1mb']],
  ])('searches what is no operator as words, without a note: %j', (query, terms) => {
    expect(show(query)).toEqual(terms);
    expect(notesOf(query)).toEqual([]);
  });

  it.each<[string, string[], about: string, says: string]>([
    ['blue tpye:video', ['blue', 'tpye:video'], 'tpye:video', 'Write type:video.'],
    ['aritst:queen', ['aritst:queen'], 'aritst:queen', 'Write artist:queen.'],
    ['durration:>3m', ['durration:>3m'], 'durration:>3m', 'Write duration:>3m.'],
    ['aritst:"a b"', ['aritst', '[a b]'], 'aritst:"a b"', 'Write artist:"a b".'],
    ['moon -tpye:video', ['moon', '-tpye:video'], 'tpye:video', 'Write type:video.'],
    ['size:big', ['size:big'], 'size:big', 'In size: "big" is no size'],
    ['type:foo x', ['type:foo', 'x'], 'type:foo', '"foo" is no type of file'],
    ['type:vidoe', ['type:vidoe'], 'type:vidoe', 'Write type:video.'],
    ['type:audio,foo', ['<type audio>'], 'type:audio,foo', '"foo" is no type of file, so it was left out'],
    ['ext:tar.gz', ['ext:tar.gz'], 'ext:tar.gz', 'behind the last dot'],
    ['hash:xyz', ['hash:xyz'], 'hash:xyz', '8 to 64 hexadecimal digits'],
    ['hash:0123abc', ['hash:0123abc'], 'hash:0123abc', '8 to 64 hexadecimal digits'],
    ['size:1,5gb', ['<size 4750000000 5250000000>'], 'size:1,5gb', '"1" is no size'],
    ['year:0', ['year:0'], 'year:0', 'is no year'],
    ['date:2024-02-30', ['date:2024-02-30'], 'date:2024-02-30', 'is no date'],
    ['sources:-1', ['sources:-1'], 'sources:-1', 'is no number of sources'],
    ['title:...', ['title:...'], 'title:...', 'is no word'],
    ['size>100mb', ['size>100mb'], 'size>100mb', 'Write size:>100mb.'],
    ['artist: queen', ['artist', 'queen'], 'artist:', 'searched as a word'],
    ['queen artist:', ['queen'], 'artist:', 'left out'],
    ['artist:"', [], 'artist:"', 'left out'],
    [
      `banyan:${'ab'.repeat(20)}-5`,
      [`banyan:${'ab'.repeat(20)}-5`],
      `banyan:${'ab'.repeat(20)}-5`,
      'damaged',
    ],
    ['(blue OR red) moon', ['blue | red', 'moon'], '(', 'Parentheses mean nothing'],
    ['a OR (b c)', ['a | b', 'c'], '(', 'Parentheses mean nothing'],
    ['(a b) OR c', ['a', 'b | c'], '(', 'Parentheses mean nothing'],
    ['a -(b c)', ['a', 'c', '-b'], '(', 'Parentheses mean nothing'],
    ['', [], '', 'There is no word'],
    ['...', [], '...', 'There is no word'],
    ['-a', ['-a'], '-a', 'only says what is not to be found'],
  ])('does what it can and notes what it could not: %j', (query, terms, about, says) => {
    expect(show(query)).toEqual(terms);
    expect(notesOf(query)).toEqual([[about, expect.stringContaining(says)]]);
  });

  it('says nothing about parentheses that change nothing', () => {
    expect(show('Song (live) (2019) OR Hymn :)')).toEqual(['Song', 'live', '2019 | Hymn']);
    expect(notesOf('Song (live) (2019) OR Hymn :)')).toEqual([]);
    expect(show('f(x) a)b')).toEqual(['f(x)', 'a)b']);
  });

  it('notes a quote that swallows an operator only when it stays open', () => {
    const [about, message] = notesOf('moon "dark side type:audio')[0]!;
    expect(about).toBe('"dark side type:audio');
    expect(message).toContain('closing quote');
    expect(show('moon "dark side type:audio')).toEqual(['moon', '[dark side type:audio]']);
    expect(notesOf('moon "dark side type:audio"')).toEqual([]);
    expect(notesOf('moon "dark side')).toEqual([]);
  });

  it('knows what is still being typed', () => {
    const open = (query: string): boolean[] =>
      parseQuery(query).clauses.flatMap(({ anyOf }) =>
        anyOf.map((term) => term.kind === 'text' && term.open),
      );
    expect(open('blue mo')).toEqual([false, true]);
    expect(open('blue mo ')).toEqual([false, false]);
    expect(open('blue "red mo')).toEqual([false, true]);
    expect(open('blue "red mo ')).toEqual([false, false]);
    expect(open('blue "red mo"')).toEqual([false, false]);
    expect(open('artist:mil')).toEqual([true]);
    expect(open('blue type:audio')).toEqual([false, false]);
    expect(open('a OR b')).toEqual([false, true]);
    expect(open('(blue)')).toEqual([false]);
  });

  it('says where everything stands', () => {
    const query = 'ab -"c d"  type：audio，video 𠮷OR "e f';
    const { clauses, excluded } = parseQuery(query);
    const places = (terms: readonly { start: number; end: number }[]): string[] =>
      terms.map(({ start, end }) => query.slice(start, end));
    expect(clauses.map(({ anyOf }) => places(anyOf))).toEqual([
      ['ab'],
      ['type：audio', 'video'],
      ['𠮷OR'],
      ['"e f'],
    ]);
    expect(places(excluded)).toEqual(['-"c d"']);
  });
});

describe('the limits of parseQuery', () => {
  it('use the first 32 terms and say which were left out', () => {
    const query = Array.from({ length: 40 }, (_, i) => `w${i}`).join(' ');
    expect(show(query)).toHaveLength(32);
    expect(notesOf(query)).toEqual([
      [
        query.slice(query.indexOf('w32')),
        'Only the first 32 terms of the query were used. Search for fewer words.',
      ],
    ]);
  });

  it('count the values of lists, and what is excluded', () => {
    const query = `${'-x '.repeat(30)}type:audio,video,image y`;
    expect(show(query)).toEqual(['<type audio> | <type video>', ...Array<string>(30).fill('-x')]);
    expect(notesOf(query).map(([about]) => about)).toEqual(['image y']);
  });

  it('use the first 512 bytes and cut no word in two', () => {
    const query = `${'榕'.repeat(100)} ${'b'.repeat(200)} ${'c'.repeat(20)}`;
    expect(show(query)).toEqual(['榕'.repeat(100), 'b'.repeat(200)]);
    expect(notesOf(query)).toEqual([
      ['c'.repeat(20), 'Only the first 512 bytes of the query were used. Search for fewer words.'],
    ]);
    // One endless word is cut all the same, between characters.
    expect(show('𠮷'.repeat(200))).toEqual(['𠮷'.repeat(128)]);
    expect(parseQuery('𠮷'.repeat(200)).clauses[0]?.anyOf[0]).toMatchObject({ open: false });
  });

  it('hold for endless text of every kind', () => {
    for (const piece of [
      '"',
      '“',
      '»',
      '(',
      ')',
      '-',
      '|',
      'OR ',
      'a:',
      'type:,',
      'size:',
      '1..',
      ' ',
      '\ud800',
      'tpye:video ',
    ]) {
      const { clauses, excluded, notes } = parseQuery(piece.repeat(1_000_000 / piece.length));
      expect(clauses.length + excluded.length).toBeLessThanOrEqual(32);
      expect(notes.length).toBeLessThanOrEqual(32);
    }
  });
});
