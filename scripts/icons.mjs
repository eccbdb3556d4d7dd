// npm run icons: draws the icons of an installed page from clients/web/public/favicon.svg; commit the results.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from './lib/programs.mjs';
import { main, PlainError, ROOT, say } from './lib/run.mjs';

const PUBLIC = join(ROOT, 'clients', 'web', 'public');
const GROUND = '#f7f6f1';

/**
 * `share` of the side that the tree takes; `corner`: radius of the ground, as a share of the side. Launchers cut a maskable
 * icon, and iOS an apple-touch-icon, to shapes of their own: these fill the square, and a maskable one keeps the tree in
 * the circle of 80 % that is always shown.
 */
const ICONS = [
  { file: 'icon-192.png', side: 192, share: 0.78, corner: 0.2 },
  { file: 'icon-512.png', side: 512, share: 0.78, corner: 0.2 },
  { file: 'icon-maskable-512.png', side: 512, share: 0.54, corner: 0 },
  { file: 'apple-touch-icon.png', side: 180, share: 0.72, corner: 0 },
];

await main(async () => {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new PlainError('The icons are drawn by Chromium: install chromium.');
  const { chromium } = await import('playwright-core');
  const tree = readFileSync(join(PUBLIC, 'favicon.svg'), 'utf8');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    for (const { file, side, share, corner } of ICONS) {
      await page.setViewportSize({ width: side, height: side });
      await page.setContent(
        `<style>body{margin:0}div{width:${side}px;height:${side}px;display:grid;place-items:center;` +
          `background:${GROUND};border-radius:${side * corner}px}svg{width:${side * share}px}</style><div>${tree}</div>`,
      );
      writeFileSync(join(PUBLIC, file), await page.screenshot({ omitBackground: true }));
      say(`clients/web/public/${file}`);
    }
  } finally {
    await browser.close();
  }
  return 0;
});
