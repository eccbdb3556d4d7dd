// The page as somebody uses it: a real peer in a real network, a real Chromium before it. What it weighs, what Lighthouse and axe say of
// it, how its longest list scrolls, how soon it shows a hit and answers a hand while downloads run, and what it costs these to be looked at.
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestNetwork, waitFor, writeSeeded } from '@banyan/e2e';
import { PAGES, scriptKb } from '../../scripts/lib/page-size.mjs';
import { axeFindings, launchChromium, lighthouseScores } from './lib/chromium.mjs';
import { bytesOf, median } from './lib/figures.mjs';
import { scrollFrames, serveBareList } from './lib/frames.mjs';
import { interactionTimes, recordInteractions } from './lib/interactions.mjs';

export const summary =
  'the page before a real peer: weight, Lighthouse, axe, scrolling, first hit, answers, cost';

const PARTS = ['size', 'looks', 'scroll', 'hit', 'interaction', 'cost'];

export const options = {
  only: { type: 'string', default: PARTS.join(',') },
  rows: { type: 'string', default: '100000' },
  size: { type: 'string', default: '512MiB' },
};

const WEB = fileURLToPath(new URL('../../clients/web/dist/', import.meta.url));
const FILES_A_FOLDER = 1_000;
const DOWNLOADS = 4;
/** Height of a row of the library, CSS px: rows of the bare list are as high. */
const ROW_PX = 64;
const ELEMENTS = 1_500;
/**
 * A run of Lighthouse counts when it found the machine, before it opened the page, nearly as fast as it ever did here: else others use
 * it just then, and what is measured is them. Of the runs that count the median is taken, as Lighthouse advises of five.
 */
const UNDISTURBED = 0.9;
/** Runs at most, for each that is wanted; with none that counts, all do. */
const MAX_TRIES = 3;
const FULL = { lighthouse: 5, scrolls: 5, scrollSeconds: 6, searches: 40, interactions: 200, runs: 7 };
const QUICK = { lighthouse: 1, scrolls: 3, scrollSeconds: 3, searches: 30, interactions: 60, runs: 3 };
const PATIENCE_MS = 600_000;
/** After this a page that has been opened is at rest. */
const SETTLE_MS = 1_500;
/** Faces, and what is there when they are. */
const PAGE_FACES = [
  ['#/', '.status-part'],
  ['#/search/song', '.result'],
  ['#/search/unheard%20of', '.panel'],
  ['#/transfers', '.transfers, main h1'],
  ['#/library', '.files'],
  ['#/settings', '.settings'],
];
const CONSOLE_FACES = [
  ['#/', 'h1'],
  ['#/supernodes', 'h1'],
  ['#/candidates', 'h1'],
  ['#/policy', 'h1'],
  ['#/bans', 'h1'],
  ['#/accounts', 'h1'],
  ['#/audit', 'h1'],
];
const LOOKS = ['en', 'zh-Hant'].flatMap((language) =>
  ['light', 'dark'].map((colorScheme) => ({ language, colorScheme })),
);

export async function run({ options: given, quick, scratch, signal, findProgram, say }) {
  const parts = given.only.split(',');
  const unknown = parts.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new Error(`--only has ${unknown.join(', ')}, but takes ${PARTS.join(', ')}.`);
  const wants = (...names) => names.some((name) => parts.includes(name));
  const results = wants('size') ? measureSize() : [];
  if (!wants('looks', 'scroll', 'hit', 'interaction', 'cost')) return results;

  const executable = process.env.BANYAN_CHROMIUM ?? findProgram('chromium') ?? findProgram('google-chrome');
  if (executable === undefined) {
    say('chromium is not installed: only what needs no browser is measured.');
    return results;
  }
  const amount = quick ? QUICK : FULL;
  const rows = Number(given.rows);
  const size = bytesOf(given.size);
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  let browser;
  try {
    const peers = await startPeers({ network, scratch, size, rows: wants('scroll') ? rows : 60, say });
    browser = await launchChromium(executable, join(scratch, 'chromium'));
    const bench = { ...peers, network, browser, amount, signal, say, rows };
    Object.assign(bench, await signIn(bench));
    if (wants('scroll')) results.push(...(await measureScroll(bench)));
    if (wants('hit')) results.push(await measureFirstHit(bench));
    if (wants('interaction')) results.push(await measureInteractions(bench));
    if (wants('cost')) results.push(...(await measureCost(bench)));
    if (wants('looks')) results.push(...(await measureLooks(bench)));
    return results;
  } finally {
    await browser?.close();
    await network.stop();
  }
}

function measureSize() {
  return PAGES.map(({ name, dist, counts, limit }) => ({
    name,
    value: scriptKb(join(WEB, dist), counts),
    unit: 'kB',
    target: limit,
  }));
}

/** Two peers that have the large files, and the one whose page is looked at, with a library of very many small ones. */
async function startPeers({ network, scratch, size, rows, say }) {
  say(`Writing ${DOWNLOADS} files of ${size} bytes and a library of ${rows} …`);
  const originals = join(scratch, 'originals');
  await mkdir(originals);
  const names = Array.from({ length: DOWNLOADS }, (_, i) => `Banyan field recording ${i + 1}.bin`);
  for (const name of names) await writeSeeded(join(originals, name), name, size);
  const large = Object.fromEntries(names.map((name) => [name, (path) => link(join(originals, name), path)]));
  const small = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [`Songs/${word(i)} song ${i}.txt`, `Song ${i} of the banyan.\n`]),
  );
  const [alice, bob, dora] = await Promise.all([
    network.peer('alice', { files: { ...large, ...small } }),
    network.peer('bob', { files: large }),
    network.peer('dora', { args: ['--no-share-downloads'] }),
  ]);
  for (let at = 0; at < rows; at += FILES_A_FOLDER) {
    const folder = join(dora.sharedFolder, `Set ${at / FILES_A_FOLDER}`);
    await mkdir(folder);
    for (let i = at; i < Math.min(rows, at + FILES_A_FOLDER); i += 1)
      await writeFile(join(folder, `Note ${i}.txt`), `Note ${i} of a long library.\n`);
  }
  const began = performance.now();
  await dora.api.addShare({ path: dora.sharedFolder, confirm: true });
  await waitFor(
    async () => {
      const { library } = await dora.api.status();
      return library.files >= rows && library.hashing === null;
    },
    { what: 'the library to be hashed', timeoutMs: PATIENCE_MS, everyMs: 500 },
  );
  say(`The library is hashed after ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  await Promise.all([alice, bob, dora].map((peer) => peer.settled(PATIENCE_MS)));
  const hits = [];
  for (const name of names)
    hits.push(await dora.find(`"${name.replace('.bin', '')}"`, (hit) => hit.reachableSources === 2));
  return { dora, hits };
}

/** Words that no other file has, so that each search is a new one. */
function word(i) {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return `banyan${letters[i % 26]}${letters[Math.floor(i / 26)]}x`;
}

async function signIn({ dora, browser }) {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(60_000);
  const { url } = await dora.api.loginLink();
  await page.goto(url);
  await page.getByText(/Connected to oak/i).waitFor();
  return { page, origin: new URL(url).origin };
}

const go = (page, hash) =>
  page.evaluate((to) => {
    location.hash = to;
  }, hash);

async function measureScroll({ page, browser, amount, rows, say, signal }) {
  const bare = await serveBareList(rows, ROW_PX);
  const barePage = await browser.context.newPage();
  await barePage.goto(bare.url);
  await go(page, '#/library');
  await page.locator(`.files[aria-rowcount="${rows}"]`).waitFor();
  const runs = { ours: [], bare: [] };
  for (let i = 1; i <= amount.scrolls; i += 1) {
    signal.throwIfAborted();
    await page.bringToFront();
    runs.ours.push(await scrollFrames(page, amount.scrollSeconds));
    await barePage.bringToFront();
    runs.bare.push(await scrollFrames(barePage, amount.scrollSeconds));
    const { p95, longTasks, elements } = runs.ours.at(-1);
    say(
      `scroll ${i} of ${amount.scrolls}: p95 ${p95.toFixed(1)} ms, ${longTasks} long tasks, ${elements} elements; ` +
        `bare list ${runs.bare.at(-1).p95.toFixed(1)} ms, ${runs.bare.at(-1).longTasks}`,
    );
  }
  await barePage.close();
  bare.close();
  await page.bringToFront();
  const p95 = median(runs.ours.map((one) => one.p95));
  const barest = median(runs.bare.map((one) => one.p95));
  return [
    {
      ...{ name: 'scroll_p95_ms', value: p95, unit: 'ms', peer: 'bare list', peer_value: barest },
      // 20 ms, or a fifth more than the bare list in the same run, whichever is more.
      target: Math.max(1.2, 20 / barest),
    },
    {
      name: 'scroll_long_tasks',
      value: median(runs.ours.map((one) => one.longTasks)),
      unit: 'tasks',
      target: 0,
    },
    {
      name: 'scroll_elements',
      value: Math.max(...runs.ours.map((one) => one.elements)),
      unit: 'elements',
      target: ELEMENTS,
    },
  ];
}

/**
 * From the request that starts a search to the picture with its first hit: the daemon cannot have had it before it was asked, so this is
 * more than the time since it had it.
 */
async function measureFirstHit({ page, amount, say }) {
  const times = [];
  for (let i = 0; i < amount.searches; i += 1) {
    await go(page, '#/');
    const box = page.locator('#search-input');
    await box.fill(word(i));
    await page.evaluate((expected) => {
      performance.clearResourceTimings();
      globalThis.banyanFirstHit = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          const first = document.querySelector('.result');
          if (first === null || !first.textContent.includes(expected)) return;
          observer.disconnect();
          // The task after the frame: by then it is painted.
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      });
    }, word(i));
    await box.press('Enter');
    times.push(
      await page.evaluate(async () => {
        const painted = await globalThis.banyanFirstHit;
        const asked = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/searches'));
        return painted - asked.requestStart;
      }),
    );
  }
  times.sort((a, b) => a - b);
  const value = times[Math.floor(times.length * 0.95)];
  say(`first hit: median ${median(times).toFixed(0)} ms, p95 ${value.toFixed(0)} ms of ${times.length}`);
  return { name: 'first_hit_ms', value, unit: 'ms', target: 100 };
}

/** Downloads of all large files, begun anew whenever one is whole; the function that is returned ends with the last of them. */
function keepDownloading({ dora, hits }) {
  let stopped = false;
  const loop = async ({ content, name }) => {
    while (!stopped) {
      const { id, path } = await dora.api.startDownload({ content, name });
      await dora.reaches(id, ['done'], PATIENCE_MS);
      await dora.api.forgetDownload(id);
      await rm(path, { force: true });
    }
  };
  const loops = Promise.all(hits.map(loop));
  return () => {
    stopped = true;
    return loops;
  };
}

/** A hand on keys and buttons while four files arrive as quickly as they can. */
async function measureInteractions(bench) {
  const { page, amount, say } = bench;
  const stop = keepDownloading(bench);
  try {
    await page.reload();
    await page.locator('#search-input').waitFor();
    await recordInteractions(page);
    let round = 0;
    let times = [];
    while (times.length < amount.interactions) {
      bench.signal.throwIfAborted();
      await useEverything(page, round++);
      times = await interactionTimes(page);
    }
    const value = times[Math.floor(times.length * 0.95)];
    say(`${times.length} interactions: median ${median(times)} ms, p95 ${value} ms, most ${times.at(-1)} ms`);
    return { name: 'interaction_p95_ms', value, unit: 'ms', target: 100 };
  } finally {
    await stop();
  }
}

async function useEverything(page, round) {
  const nav = (name) => page.locator(`.nav-link-${name}`).click();
  await nav('search');
  const box = page.locator('#search-input');
  await box.fill('');
  await box.pressSequentially(word(round).slice(0, 8));
  await box.fill('song');
  await box.press('Enter');
  await page.locator('.result').nth(5).waitFor();
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await nav('transfers');
  const more = page.locator('.download-downloading .button-text').first();
  if (await more.isVisible().catch(() => false)) {
    await more.click({ timeout: 2_000 }).catch(() => undefined);
    await more.click({ timeout: 2_000 }).catch(() => undefined);
  }
  await nav('library');
  await page.locator('.files').waitFor();
  await nav('settings');
  await page.locator('.settings').waitFor();
}

/** All large files with nobody looking, and with the page open at them, map and sources drawn; in turn. */
async function measureCost(bench) {
  const { page, origin, dora, amount, signal, say } = bench;
  const seconds = { closed: [], open: [] };
  const processor = { closed: [], open: [] };
  for (let i = 0; i < amount.runs; i += 1) {
    for (const how of i % 2 === 0 ? ['closed', 'open'] : ['open', 'closed']) {
      signal.throwIfAborted();
      await page.goto(how === 'closed' ? 'about:blank' : `${origin}/#/transfers`);
      // What is measured is a page that is open, not the opening of one.
      if (how === 'open') await page.locator('main h1').waitFor();
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const before = await processorSeconds(dora.program.pid);
      seconds[how].push(await downloadAll(bench, how === 'open'));
      processor[how].push((await processorSeconds(dora.program.pid)) - before);
    }
    say(
      `cost ${i + 1} of ${amount.runs}: ${seconds.closed.at(-1).toFixed(2)} s unseen, ${seconds.open.at(-1).toFixed(2)} s seen; ` +
        `the peer's processor ${processor.closed.at(-1).toFixed(2)} s and ${processor.open.at(-1).toFixed(2)} s`,
    );
  }
  const share = ({ closed, open }) => 1 - median(closed) / median(open);
  return [
    { name: 'open_page_cost_share', value: share(seconds), unit: 'of the rate', target: 0.03 },
    { name: 'open_page_processor_share', value: share(processor), unit: "of the peer's" },
  ];
}

/** Seconds until all large files are whole; they are removed again. */
async function downloadAll({ page, dora, hits }, isSeen) {
  const began = performance.now();
  const { results } = await dora.api.startDownloads({
    downloads: hits.map(({ content, name }) => ({ content, name })),
  });
  if (isSeen) {
    for (const more of await page.locator('.download-downloading .button-text').all())
      await more.click({ timeout: 2_000 }).catch(() => undefined);
  }
  const downloads = results.map(({ download }) => download);
  await waitFor(() => downloads.every(({ path }) => existsSync(path)), {
    ...{ what: 'all downloads', timeoutMs: PATIENCE_MS, everyMs: 5 },
  });
  const seconds = (performance.now() - began) / 1000;
  for (const { id, path } of downloads) {
    await waitFor(async () => (await dora.download(id)).state === 'done', { what: 'the end of a download' });
    await dora.api.forgetDownload(id);
    await rm(path, { force: true });
  }
  return seconds;
}

/** What a process has used of the processors so far. */
async function processorSeconds(pid) {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1].split(' ');
  // utime and stime, in hundredths of a second on every Linux (proc_pid_stat(5)).
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Lighthouse and axe on every face, before a network in which something happens. */
async function measureLooks(bench) {
  const { network, page, browser, amount, say, signal } = bench;
  const stop = keepDownloading(bench);
  const consoleUrl = (await network.operator.network.auth.consoleLink()).url;
  const consolePage = await browser.context.newPage();
  consolePage.setDefaultTimeout(60_000);
  await consolePage.goto(consoleUrl);
  await consolePage.getByRole('heading', { name: 'Overview' }).waitFor();
  const faces = [
    ...PAGE_FACES.map(([hash, ready]) => ({ page, origin: bench.origin, hash, ready })),
    ...CONSOLE_FACES.map(([hash, ready]) => ({
      ...{ page: consolePage, origin: `${new URL(consoleUrl).origin}/console`, hash, ready },
    })),
  ];
  const findings = [];
  try {
    for (const { language, colorScheme } of LOOKS) {
      for (const face of faces) {
        signal.throwIfAborted();
        await face.page.bringToFront();
        await face.page.emulateMedia({ colorScheme });
        await face.page.locator('.language select').selectOption(language);
        await face.page.goto(`${face.origin}/${face.hash}`);
        await face.page.locator(face.ready).first().waitFor();
        for (const found of await axeFindings(face.page)) {
          say(`axe, ${face.hash} ${language} ${colorScheme}: ${found}`);
          findings.push(found);
        }
      }
    }
  } finally {
    await stop();
  }
  // Lighthouse sees each face at rest: beside downloads that take the whole machine it would measure the machine.
  const performances = [];
  const accessibilities = [];
  /** As fast as Lighthouse has found the machine. */
  let fastest = 0;
  const isUndisturbed = ({ machine }) => machine >= UNDISTURBED * fastest;
  for (const face of faces) {
    await face.page.locator('.language select').selectOption('en');
    await face.page.goto('about:blank');
    const all = [];
    while (
      all.filter(isUndisturbed).length < amount.lighthouse &&
      all.length < MAX_TRIES * amount.lighthouse
    ) {
      signal.throwIfAborted();
      const one = await lighthouseScores(`${face.origin}/${face.hash}`, browser.port);
      all.push(one);
      fastest = Math.max(fastest, one.machine);
    }
    const undisturbed = all.filter(isUndisturbed);
    const scores = undisturbed.length === 0 ? all : undisturbed;
    const performance = median(scores.map((one) => one.performance));
    const accessibility = Math.min(...scores.map((one) => one.accessibility));
    performances.push(performance);
    accessibilities.push(accessibility);
    say(
      `Lighthouse, ${face.origin}/${face.hash}: ${performance}, ${accessibility} ${scores[0].missed.join(' ')}` +
        ` (${scores.length} of ${all.length} runs, machine ${Math.round(median(scores.map(({ machine }) => machine)))})`,
    );
    if (performance < 95) say(scores[0].slow.join('; '));
    await face.page.goto(`${face.origin}/${face.hash}`);
  }
  const least = (values) => Math.min(...values);
  return [
    {
      ...{ name: 'lighthouse_performance', value: least(performances), unit: 'of 100' },
      ...{ target: 95, bound: 'at least' },
    },
    {
      ...{ name: 'lighthouse_accessibility', value: least(accessibilities), unit: 'of 100' },
      ...{ target: 100, bound: 'at least' },
    },
    { name: 'axe_violations', value: findings.length, unit: 'findings', target: 0 },
  ];
}
