// npm run pictures [-- DIR]: a picture of every face and state, in both languages and themes and three widths, as the tests of the page
// pass them; and from the best of them those of the documentation (docs/pictures). Look at them all before you commit one.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findChromium } from './lib/programs.mjs';
import { main, PlainError, ROOT, runNode, say } from './lib/run.mjs';
import { setup } from './setup.mjs';

const TESTS = ['page.test', 'search-page.test', 'console.test'];
const DOCS = join(ROOT, 'docs', 'pictures');
/** Picture of the tests, its name in the documentation, and its width there in px. */
const BEST = [
  ['results-en-light-1440', 'search', 1200],
  ['transfers-en-dark-1440', 'transfers', 1200],
  ['library-en-light-1440', 'library', 1200],
  ['results-zh-Hant-dark-360', 'search-phone', 360],
  ['transfers-en-light-360', 'transfers-phone', 360],
  ['first-run-account', 'first-run', 900],
  ['console', 'console', 1200],
];
const QUALITY = 0.85;

await main(async () => {
  await setup({ build: false });
  const executablePath = findChromium();
  if (executablePath === undefined) throw new PlainError('Pictures are made in Chromium: install chromium.');
  const dir =
    process.argv[2] === undefined
      ? mkdtempSync(join(tmpdir(), 'banyan-pictures-'))
      : resolve(process.argv[2]);
  mkdirSync(dir, { recursive: true });
  const { code } = await runNode(
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...TESTS.map((name) => `clients/web/test/${name}`),
    ],
    { env: { ...process.env, BANYAN_CHROMIUM: executablePath, BANYAN_SHOTS: dir }, output: 'stderr' },
  );
  if (code !== 0) throw new PlainError('The tests that make the pictures failed; what they say is above.');
  await makeDocs(executablePath, dir);
  say(`All pictures are in ${dir}, those of the documentation in docs/pictures.`);
  return 0;
});

/** Scales the best and writes them as WebP, which Chromium can. */
async function makeDocs(executablePath, dir) {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  mkdirSync(DOCS, { recursive: true });
  try {
    const page = await browser.newPage();
    for (const [from, to, width] of BEST) {
      const png = readFileSync(join(dir, `${from}.png`)).toString('base64');
      const webp = await page.evaluate(
        async ({ source, wanted, quality }) => {
          const picture = Object.assign(new globalThis.Image(), { src: source });
          await picture.decode();
          const scale = Math.min(1, wanted / picture.width);
          const canvas = Object.assign(globalThis.document.createElement('canvas'), {
            width: Math.round(picture.width * scale),
            height: Math.round(picture.height * scale),
          });
          const context = canvas.getContext('2d');
          context.imageSmoothingQuality = 'high';
          context.drawImage(picture, 0, 0, canvas.width, canvas.height);
          return canvas.toDataURL('image/webp', quality).split(',')[1];
        },
        { source: `data:image/png;base64,${png}`, wanted: width, quality: QUALITY },
      );
      writeFileSync(join(DOCS, `${to}.webp`), Buffer.from(webp, 'base64'));
    }
  } finally {
    await browser.close();
  }
}
