import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Compiled before the tests: processes run from dist. */
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15_000,
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (part) => (out += String(part)));
  child.stderr.on('data', (part) => (err += String(part)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

describe('the process of the list', () => {
  it('explains its settings', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('--network');
  });

  it.each([
    [['--port', '7701'], 'network'],
    [['--network', 'ftp://x'], '--network'],
    [['--network', 'http://127.0.0.1:1', '--port', 'seven'], '--port'],
    [['--network', 'http://127.0.0.1:1', '--prot', '7'], '--prot'],
  ])('says what is wrong with %j', async (args, word) => {
    const { code, err } = await run(...args);
    expect(code).toBe(78);
    expect(err).toContain(word);
  });
});
