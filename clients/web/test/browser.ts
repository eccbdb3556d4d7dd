/** The built page in a real Chromium, before a fake daemon. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { createFakeDaemon, type FakeDaemon, type FakeDaemonInit } from './fake-daemon.ts';

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

/** A page that was built, in a folder of its own. */
interface Built {
  readonly dir: string;
  remove(): Promise<void>;
}

/** Another language: see pseudo-locale.ts. */
const PSEUDO = ['--config', 'test/vite.pseudo.config.mjs'];

/** Builds the page from the sources as they are now. */
export function buildPage(isPseudo = false): Promise<Built> {
  return build(isPseudo ? PSEUDO : []);
}

/** The same of the operator console. */
export function buildConsole(isPseudo = false): Promise<Built> {
  return build(isPseudo ? [...PSEUDO, '--mode', 'console'] : ['--config', 'vite.console.config.ts']);
}

async function build(config: readonly string[]): Promise<Built> {
  const dir = await mkdtemp(join(tmpdir(), 'banyan-page-'));
  const vite = join(require.resolve('vite/package.json'), '..', 'bin', 'vite.js');
  await promisify(execFile)(
    process.execPath,
    [vite, 'build', ...config, '--outDir', dir, '--emptyOutDir', '--logLevel', 'error'],
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
  service: { readonly url: string },
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
    if (!request.url().startsWith(service.url) && !request.url().startsWith('data:')) {
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

/** What axe finds wrong on the page as it is, WCAG 2.2 AA and its best practices, targets of 24 px among them. */
export async function axe(page: Page): Promise<AxeFinding[]> {
  const { source } = require('axe-core') as { source: string };
  // Evaluated through the debugger, so the page's own policy stays as strict as it is.
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: {
        run(options: {
          rules: Record<string, { enabled: boolean }>;
        }): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await run.run({ rules: { 'target-size': { enabled: true } } });
    return violations
      .map(({ id, nodes }) => ({
        id,
        nodes: nodes
          // What a bar at the edge covers just now is scrolled free of it; it is not small.
          .filter(
            ({ failureSummary }) => id !== 'target-size' || !failureSummary.includes('partially obscured'),
          )
          .map(
            (node) =>
              `${node.html.slice(0, 200)} — ${node.failureSummary.replaceAll('\n', ' ').slice(0, 300)}`,
          ),
      }))
      .filter(({ nodes }) => nodes.length > 0);
  });
}

export async function startDaemon(
  appDir: string,
  init: Omit<FakeDaemonInit, 'appDir'> = {},
): Promise<FakeDaemon> {
  return createFakeDaemon({ appDir, ...init });
}

/**
 * Around each test of a `describe`: a daemon, and a page that is signed in to it; after it nothing may have been complained of.
 *
 * @param init - the world of the daemon
 * @param onOpen - gets both before each test
 */
export function signedInPage(
  init: Omit<FakeDaemonInit, 'appDir'>,
  onOpen: (opened: { readonly page: Page; readonly daemon: FakeDaemon }) => void,
): void {
  let app: Awaited<ReturnType<typeof buildPage>>;
  let chrome: Chrome;
  let daemon: FakeDaemon;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    app = await buildPage();
    chrome = await launchChrome();
  });
  afterAll(async () => {
    await chrome.close();
    await app.remove();
  });
  beforeEach(async () => {
    daemon = await startDaemon(app.dir, init);
    ({ page, complaints } = await openPage(chrome, daemon));
    await page.goto(daemon.loginUrl());
    await page
      .getByText(/Connected to Oak|has been banned/)
      .first()
      .waitFor();
    onOpen({ page, daemon });
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await page.close();
    await daemon.stop();
    await chrome.context.clearCookies();
  });
}
