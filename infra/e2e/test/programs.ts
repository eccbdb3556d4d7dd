/** Programs that people have, and that a test uses where they are installed. */
import { existsSync } from 'node:fs';
import { chromium, type BrowserContext } from 'playwright-core';

/**
 * Where a program is: as `BANYAN_name` says, else at its usual place. Without it, or with `BANYAN_SKIP_name=1`, a warning says
 * what is skipped.
 *
 * @param skipped - what goes untested without it, for the warning
 */
export function optionalProgram(
  name: 'CHROMIUM' | 'ARIA2' | 'PROMTOOL' | 'NGINX' | 'SYSTEMD_ANALYZE',
  usual: string,
  skipped: string,
): string | undefined {
  const places = process.env[`BANYAN_SKIP_${name}`] === '1' ? [] : [process.env[`BANYAN_${name}`], usual];
  const path = places.find((place) => place !== undefined && place !== '' && existsSync(place));
  if (path === undefined) console.warn(`SKIPPED: ${skipped}`);
  return path;
}

/** A real Chromium that talks to this machine alone. */
export function startBrowser(
  program: string,
  profile: string,
  more: readonly string[] = [],
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: program,
    headless: true,
    locale: 'en-US',
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...more,
    ],
  });
}
