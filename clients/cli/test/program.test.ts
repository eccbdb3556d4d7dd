import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { completionScript, describeCommands, SHELLS } from '../src/completion-script.ts';
import { EXIT_CODE_MEANING } from '../src/exit-codes.ts';
import { createProgram, runCli } from '../src/program.ts';
import { testContext } from './test-context.ts';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const ctx = testContext({ env: { BANYAN_DATA_DIR: '/nowhere/banyan' } });
  const code = await runCli(args, ctx);
  return { code, out: ctx.stdout(), err: ctx.stderr() };
}

const names = createProgram(testContext()).program.commands.map((command) => command.name());

describe('the command line', () => {
  it('has the commands of the manual', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        ...['up', 'peer', 'search', 'get', 'share', 'status', 'downloads', 'supernodes'],
        ...['open', 'stop', 'files', 'uploads', 'completion'],
      ]),
    );
  });

  it.each(names)('%s --help has examples and the global options', async (name) => {
    const { code, out } = await run(name, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Usage: banyan ${name}`);
    expect(out).toMatch(/Examples:\n {2}\$ /);
    expect(out).toContain('--json');
  });

  it('helps whoever types nothing', async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out).toContain('banyan search');
  });

  it('says its version', async () => {
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['serach', 'x'], 'Did you mean search?'],
    [['search'], 'banyan search needs <words...>: what to look for. For example: banyan search banyan tree'],
    [['get'], 'links, content ids or Metalinks. For example: banyan get 1\n'],
    [['stream'], 'banyan stream needs <what>: number of a hit'],
    [['link'], 'For example: banyan link '],
    [['account', 'remove-device'], 'banyan account remove-device needs <device>: its name'],
    [['restore'], 'banyan restore needs <file...>: what banyan backup wrote. For example: banyan restore '],
    [['backup'], "required option '--to <folder>' not specified. For example: banyan backup --to "],
    [['search', 'x', '--limit'], 'argument missing. For example: banyan search'],
    [['limits', 'set'], 'For example: banyan limits set up=1MB/s'],
    [['downloads', 'pause'], 'For example: banyan downloads pause 3f2a'],
    [['search', 'x', '--limit', '0'], 'Give a whole number from 1 to 500.'],
    [['search', 'x', '--limit', '9999'], 'Give a whole number from 1 to 500.'],
    [['up', '--base-port', 'http'], 'Give a whole number'],
    [['status', '--frob'], "unknown option '--frob'"],
    [['account', 'remove-device', '-Etf1J6KfX'], 'If -Etf1J6KfX is an id, put -- before it: -- -Etf1J6KfX'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
  ])('%j is wrong usage: code 2, and %s', async (args, words) => {
    const { code, err, out } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(err).toMatch(/^banyan: /);
    expect(out).toBe('');
  });

  it('gives the example in JSON as well, and names a command that is there', async () => {
    const { out, err } = await run('--json', 'get');
    expect(JSON.parse(out)).toEqual({
      error: {
        code: 'invalid_request',
        message: expect.stringMatching(/^banyan get needs <what\.\.\.>: .*For example: banyan get 1$/),
        retryable: false,
      },
    });
    expect(err).toBe('');
  });

  it('says wrong usage as JSON when asked to', async () => {
    const { code, out, err } = await run('status', '--frob', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'invalid_request' } });
    expect(err).toBe('');
  });

  it('tells its exit codes in --help and in the README alike', async () => {
    const { out } = await run('--help');
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const [code, meaning] of EXIT_CODE_MEANING) {
      expect(out).toMatch(new RegExp(`^ +${code} {2}${meaning.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, 'm'));
      expect(readme).toContain(`| ${code} | ${meaning} |`);
    }
  });
});

describe('completion', () => {
  const words = describeCommands(createProgram(testContext()).program);

  it.each(SHELLS)('for %s knows every command and every option', (shell) => {
    const script = completionScript(shell, words, ['alice', 'bob']);
    for (const command of words.commands) {
      expect(script).toContain(command.name);
      for (const { flag } of command.flags)
        if (flag !== '--help' || shell !== 'fish')
          expect(script).toContain(shell === 'fish' ? flag.slice(2) : flag);
    }
    expect(script).toContain('alice bob');
  });

  it('for bash is understood by bash, and completes', () => {
    const script = completionScript('bash', words, ['alice', 'bob']);
    const complete = (...line: string[]): string[] =>
      execFileSync(
        'bash',
        [
          '-c',
          `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _banyan; printf '%s\\n' "\${COMPREPLY[@]}"`,
          'bash',
          ...line,
        ],
        { encoding: 'utf8', cwd: '/' },
      )
        .split('\n')
        .filter((word) => word !== '');
    expect(complete('banyan', 'se')).toEqual(['search']);
    expect(complete('banyan', 'search', '--li')).toEqual(['--limit']);
    expect(complete('banyan', '--peer', 'b')).toContain('bob');
    expect(complete('banyan', '--peer', 'bob', 'dow')).toEqual(['downloads']);
    expect(complete('banyan', 'downloads', 're').sort()).toEqual(['remove', 'resume', 'retry']);
    expect(complete('banyan', 'completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(complete('banyan', 'share', 'et')).toEqual(['etc']);
  });

  it('is printed whole', async () => {
    const { code, out } = await run('completion', 'bash');
    expect(code).toBe(0);
    expect(out).toContain('complete -F _banyan banyan');
  });
});
