import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createFormat } from '../src/i18n/format.ts';
import { loadCatalogue } from '../src/i18n/catalogues.ts';
import { createI18n } from '../src/i18n/i18n.tsx';
import { cut, LANGUAGES, pickLanguage, type Message } from '../src/i18n/messages.ts';
import { marks, queryWords } from '../src/ui/marks.ts';

const CATALOGUES = { en: await loadCatalogue('en'), 'zh-Hant': await loadCatalogue('zh-Hant') };

const SRC = join(import.meta.dirname, '..', 'src');

const placeholders = (message: Message) =>
  (typeof message === 'string' ? [message] : Object.values(message)).flatMap((text) =>
    cut(text).filter((_, i) => i % 2 === 1),
  );

describe('catalogues', () => {
  it.each(LANGUAGES)('%s has every key, nothing else, and no empty text', (language) => {
    const catalogue: Record<string, Message> = CATALOGUES[language];
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(CATALOGUES.en).sort());
    for (const message of Object.values(catalogue)) {
      for (const text of typeof message === 'string' ? [message] : Object.values(message)) {
        expect(text.trim()).not.toBe('');
      }
    }
  });

  it('name the same places in every language', () => {
    for (const [key, english] of Object.entries(CATALOGUES.en)) {
      const chinese = (CATALOGUES['zh-Hant'] as Record<string, Message>)[key] ?? '';
      expect({ key, places: [...new Set(placeholders(chinese))].sort() }).toEqual({
        key,
        places: [...new Set(placeholders(english))].sort(),
      });
    }
  });

  it('hold no sentence that the page never says', () => {
    const sources: string[] = [];
    const read = (folder: string) => {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (statSync(path).isDirectory()) read(path);
        else if (/\.tsx?$/.test(name)) sources.push(readFileSync(path, 'utf8'));
      }
    };
    read(SRC);
    const text = sources.join('\n');
    const stems = [...text.matchAll(/`((?:\w+\.)+)\$\{/g)].map((match) => match[1] ?? '');
    const unused = Object.keys(CATALOGUES.en).filter(
      (key) => !text.includes(`'${key}'`) && !stems.some((stem) => key.startsWith(stem)),
    );
    expect(unused).toEqual([]);
  });
});

describe('the chosen language', () => {
  it('is the first of the browser’s that there is, any Chinese being Traditional', () => {
    expect(pickLanguage(['de-DE', 'zh-TW', 'en'])).toBe('zh-Hant');
    expect(pickLanguage(['zh-Hans-CN'])).toBe('zh-Hant');
    expect(pickLanguage(['en-GB', 'zh-TW'])).toBe('en');
    expect(pickLanguage([])).toBe('en');
  });

  it('counts as its grammar does and writes numbers its way', () => {
    const { t } = createI18n('en', () => Promise.resolve());
    expect(t('hit.sources', { count: 1 })).toBe('1 source');
    expect(t('hit.sources', { count: 1234 })).toBe('1,234 sources');
    expect(t('status.downloading', { count: 0 })).toBe('nothing downloading');
    expect(createI18n('zh-Hant', () => Promise.resolve()).t('hit.sources', { count: 3 })).toBe('3 個來源');
  });

  it('leaves markup and braces in names alone', () => {
    const { t } = createI18n('en', () => Promise.resolve());
    expect(t('hit.download.name', { name: '<b>{count}</b> $& {name}' })).toBe(
      'Download <b>{count}</b> $& {name}',
    );
  });
});

describe('formats', () => {
  const format = createFormat('en');

  it.each([
    [0, '0 bytes'],
    [912, '912 bytes'],
    [999_400, '999 kB'],
    [999_500, '1 MB'],
    [67_108_871, '67.1 MB'],
    [4_122_400_000, '4.1 GB'],
  ])('write %d bytes as %s', (bytes, text) => {
    expect(format.bytes(bytes)).toBe(text);
  });

  it.each([
    [0.9999, '99%'],
    [1, '100%'],
    [0.004, '0%'],
    [-1, '0%'],
  ])('say a share of %d as %s: never whole before it is', (share, text) => {
    expect(format.percent(share)).toBe(text);
  });

  it.each([
    [200, '1 sec'],
    [59_000, '59 sec'],
    [125_000, '2 min 5 sec'],
    [1_800_000, '30 min'],
    [5_400_000, '1 hr 30 min'],
    [400_000_000, '5 days'],
  ])('write a wait of %d ms as %s', (ms, text) => {
    expect(format.wait(ms)).toBe(text);
  });

  it('write play times as players do', () => {
    expect(format.playTime(221_000)).toBe('3:41');
    expect(format.playTime(3_724_000)).toBe('1:02:04');
  });

  it('know rates in both languages', () => {
    expect(format.rate(1_100_000)).toBe('1.1 MB/s');
    expect(createFormat('zh-Hant').rate(1_100_000)).toBe('1.1 MB/秒');
  });
});

describe('marked words', () => {
  const marked = (text: string, query: string) =>
    marks(text, queryWords(query))
      .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
      .join('');

  it.each([
    ['Banyan Tree.flac', 'tree banyan', '[Banyan] [Tree].flac'],
    ['Café Müller', 'cafe muller', '[Café] [Müller]'],
    ['ＢＡＮＹＡＮ', 'banyan', '[ＢＡＮＹＡＮ]'],
    ['榕樹下的故事.pdf', '榕樹故事', '[榕樹]下的[故事].pdf'],
    ['ﬁle one', 'file', '[ﬁle] one'],
    ['İstanbul', 'istanbul', '[İstanbul]'],
    ['banyan.iso', 'type:software banyan -tree', '[banyan].iso'],
    ['nothing', '', 'nothing'],
    ['a.b', '.*', 'a.b'],
  ])('of %s for %s are %s', (text, query, expected) => {
    expect(marked(text, query)).toBe(expected);
  });

  it('joined are the text again', () => {
    const text = '👩‍👩‍👧‍👦 bany\u0301an 榕 <b>';
    expect(
      marks(text, queryWords('banyan b 榕'))
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
});
