// What a browser has to load before it shows one of the two pages, against what it may.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * The pages, what of them counts, and kB (1000 bytes, gzip) that it may have. Of the page of a peer it is all that is loaded before
 * anything is drawn: the entry, what its document asks for at once, and the sentences of the language that has most of them. The parts
 * behind it are fetched while somebody looks at the first face. Of the console it is everything.
 */
export const PAGES = [
  {
    name: 'script_kb_gzip',
    what: 'the page',
    dist: 'app',
    config: [],
    counts: 'initial',
    limit: 150,
  },
  {
    name: 'console_kb_gzip',
    what: 'the console',
    dist: 'console',
    config: ['--config', 'vite.console.config.ts'],
    counts: 'all',
    limit: 200,
  },
];

/** The scripts of clients/web/src/i18n, of which a reader loads one before the page is drawn. */
const CATALOGUE = /^(?:en|zh-Hant)-[\w-]{8}\.js$/;
const LANGUAGES = 2;

/**
 * Scripts of a built page, in kB after gzip.
 *
 * @param {string} dir where index.html and assets/ are
 * @param {'initial' | 'all'} counts
 */
export function scriptKb(dir, counts) {
  const assets = join(dir, 'assets');
  const size = (name) => gzipSync(readFileSync(join(assets, name))).length / 1000;
  const sum = (names) => names.reduce((kb, name) => kb + size(name), 0);
  const all = readdirSync(assets).filter((name) => name.endsWith('.js'));
  if (counts === 'all') return sum(all);
  const begin = [...readFileSync(join(dir, 'index.html'), 'utf8').matchAll(/assets\/([^"]+\.js)"/g)].map(
    ([, name]) => name,
  );
  if (begin.length === 0) throw new Error(`${dir} loads no script: is it a built page?`);
  const catalogues = all.filter((name) => CATALOGUE.test(name));
  if (catalogues.length !== LANGUAGES)
    throw new Error(`${dir} has ${catalogues.length} catalogues of its own for ${LANGUAGES} languages.`);
  return sum(begin) + Math.max(...catalogues.map(size));
}
