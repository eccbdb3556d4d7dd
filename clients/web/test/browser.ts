/** The built page in a real Chromium, before a fake daemon. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import type { WorldInit } from './fake-world.ts';
import { createFakeDaemon, type FakeDaemon } from './fake-daemon.ts';

const WEB = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** Where Chromium is; undefined when there is none, and then the browser tests are skipped aloud. */
export const CHROMIUM: string | undefined =
  process.env['BANYAN_SKIP_CHROMIUM'] === '1'
    ? undefined
    : [
        process.env['BANYAN_CHROMIUM'],
        process.env['CHROMIUM_PATH'],
        '/usr/bin/chromium',
        '/usr/bin/chromium-browser',
        '/usr/bin/google-chrome',
      ].find((path) => path !== undefined && path !== '' && existsSync(path));

/** Builds the page from the sources as they are now. */
export async function buildPage(): Promise<{ readonly dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'banyan-page-'));
  const vite = join(require.resolve('vite/package.json'), '..', 'bin', 'vite.js');
  await promisify(execFile)(
    process.execPath,
    [vite, 'build', '--outDir', dir, '--emptyOutDir', '--logLevel', 'error'],
    { cwd: WEB, timeout: 90_000, env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' } },
  );
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

export interface Chrome {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

export async function launchChrome(): Promise<Chrome> {
  if (CHROMIUM === undefined) throw new Error('There is no Chromium here.');
  const profile = await mkdtemp(join(tmpdir(), 'banyan-chrome-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    locale: 'en-US',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  return {
    context,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** A page, and everything it complains of: script errors, refused loads, requests that left the daemon. */
export async function openPage(
  chrome: Chrome,
  daemon: FakeDaemon,
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await chrome.context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The browser itself reports refused calls and lost sockets; those are what some tests are about.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(daemon.url) && !request.url().startsWith('data:')) {
      complaints.push(`request to ${request.url()}`);
    }
  });
  page.setDefaultTimeout(10_000);
  return { page, complaints };
}

export interface AxeFinding {
  readonly id: string;
  readonly nodes: readonly string[];
}

/** What axe finds wrong on the page as it is, WCAG 2.2 AA and its best practices. */
export async function axe(page: Page): Promise<AxeFinding[]> {
  const { source } = require('axe-core') as { source: string };
  // Evaluated through the debugger, so the page's own policy stays as strict as it is.
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await run.run();
    return violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(
        (node) => `${node.html.slice(0, 200)} — ${node.failureSummary.replaceAll('\n', ' ').slice(0, 300)}`,
      ),
    }));
  });
}

export async function startDaemon(appDir: string, init: WorldInit = {}): Promise<FakeDaemon> {
  return createFakeDaemon({ appDir, ...init });
}
