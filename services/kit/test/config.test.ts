import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import Type from 'typebox';
import { helpText, loadConfig } from '../src/index.ts';
import { loadConfigWithSources, nearest, wantsHelp } from '../src/config.ts';

const SCHEMA = Type.Object({
  listenPort: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 8080,
    description: 'The port to listen on.',
  }),
  issuer: Type.String({ minLength: 1, description: 'URL of the network.' }),
  enrolment: Type.Enum(['open', 'invite', 'closed'] as const, {
    default: 'invite',
    description: 'Who may enrol.',
  }),
  ratio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  behindProxy: Type.Boolean({ default: false, description: 'TLS is done in front.' }),
  share: Type.Array(Type.String(), { default: [], description: 'Folders.' }),
  adminPassword: Type.Optional(Type.String({ minLength: 10, secret: true, description: 'A secret.' })),
});

const folder = mkdtempSync(join(tmpdir(), 'banyan-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function file(content: unknown): string {
  const path = join(folder, `${(files += 1)}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const base = ['--issuer', 'http://a'];
function problem(argv: readonly string[], env: Record<string, string> = {}, path?: string): string {
  try {
    loadConfig(SCHEMA, { argv, env, ...(path === undefined ? {} : { file: path }) });
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_config' });
    return (error as Error).message;
  }
  throw new Error('this configuration should have been refused');
}

describe('configuration', () => {
  it('takes flags before environment before file before defaults, and says where each came from', () => {
    const path = file({ issuer: 'file', listenPort: 1, enrolment: 'open', ratio: 0.5 });
    const { values, sources } = loadConfigWithSources(SCHEMA, {
      argv: ['--listen-port', '3', '--config', path],
      env: { BANYAN_LISTEN_PORT: '2', BANYAN_ENROLMENT: 'closed' },
    });
    expect(values).toEqual({
      issuer: 'file',
      listenPort: 3,
      enrolment: 'closed',
      ratio: 0.5,
      behindProxy: false,
      share: [],
    });
    expect(sources).toEqual({
      issuer: 'file',
      listenPort: 'flag',
      enrolment: 'environment',
      ratio: 'file',
      behindProxy: 'default',
      share: 'default',
    });
  });

  it('finds the file by flag, before the variable, before the one of the caller', () => {
    const [a, b, c] = [file({ issuer: 'a' }), file({ issuer: 'b' }), file({ issuer: 'c' })] as const;
    const issuer = (argv: string[], env: Record<string, string>): string =>
      loadConfig(SCHEMA, { argv, env, file: c }).issuer;
    expect(issuer(['--config', a], { BANYAN_CONFIG: b })).toBe('a');
    expect(issuer([], { BANYAN_CONFIG: b })).toBe('b');
    expect(issuer([], {})).toBe('c');
  });

  it('reads booleans as --x, --no-x and --x=false', () => {
    const read = (...argv: string[]): boolean =>
      loadConfig(SCHEMA, { argv: [...base, ...argv], env: {} }).behindProxy;
    expect(read('--behind-proxy')).toBe(true);
    expect(read('--no-behind-proxy')).toBe(false);
    expect(read('--behind-proxy=false')).toBe(false);
    expect(loadConfig(SCHEMA, { argv: base, env: { BANYAN_BEHIND_PROXY: 'yes' } }).behindProxy).toBe(true);
  });

  it('reads lists from repeated flags, commas or JSON', () => {
    expect(loadConfig(SCHEMA, { argv: [...base, '--share', '/a,b', '--share=/c'], env: {} }).share).toEqual([
      '/a,b',
      '/c',
    ]);
    expect(loadConfig(SCHEMA, { argv: base, env: { BANYAN_SHARE: '/a, /b' } }).share).toEqual(['/a', '/b']);
    expect(loadConfig(SCHEMA, { argv: base, env: { BANYAN_SHARE: '["/a,b"]' } }).share).toEqual(['/a,b']);
  });

  it('gives each load its own default values', () => {
    const first = loadConfig(SCHEMA, { argv: base, env: {} });
    first.share.push('x');
    expect(loadConfig(SCHEMA, { argv: base, env: {} }).share).toEqual([]);
  });

  it('takes an empty variable for one that is not set, and ignores variables of others', () => {
    expect(
      loadConfig(SCHEMA, { argv: base, env: { BANYAN_LISTEN_PORT: '', BANYAN_SKIP_REDIS: '1' } }).listenPort,
    ).toBe(8080);
  });

  it.each([
    [['--listen-port', 'http'], '--listen-port is "http", but must be a whole number from 0 to 65535.'],
    [['--listen-port', '70000'], '--listen-port is 70000, but must be a whole number from 0 to 65535.'],
    [['--listen-port', '1.5'], '--listen-port is 1.5, but must be a whole number'],
    [['--enrolment', 'free'], '--enrolment is "free", but must be one of open, invite, closed.'],
    [['--behind-proxy=maybe'], '--behind-proxy is "maybe", but must be true or false.'],
    [['--listen-prot', '1'], 'There is no flag --listen-prot. Did you mean --listen-port?'],
    [['--frobnicate'], 'There is no flag --frobnicate. --help lists them all.'],
    [['--no-listen-port'], 'There is no flag --no-listen-port.'],
    [['--listen-port'], '--listen-port needs a value after it.'],
    [['8080'], 'The argument "8080" is not understood.'],
    [['--issuer', ''], '--issuer is "", but must be a text (at least 1 characters).'],
  ])('refuses %j with words that help', (argv, message) => {
    expect(problem([...base, ...argv])).toContain(message);
  });

  it('says how a missing setting can be given', () => {
    const message = problem([]);
    for (const part of ['issuer', '--issuer', 'BANYAN_ISSUER', 'configuration file'])
      expect(message).toContain(part);
  });

  it('names the variable or the file that a wrong value stands in', () => {
    expect(problem(base, { BANYAN_RATIO: '2' })).toContain(
      'BANYAN_RATIO is 2, but must be a number from 0 to 1.',
    );
    const path = file({ ratio: 'half' });
    expect(problem(base, {}, path)).toContain(`"ratio" in ${path} is "half"`);
  });

  it('never repeats a secret', () => {
    const message = problem([...base, '--admin-password', 'hunter2']);
    expect(message).toContain('--admin-password');
    expect(message).not.toContain('hunter2');
  });

  it('refuses unknown keys of the file with a suggestion, broken JSON, other JSON and a missing file', () => {
    expect(problem(base, {}, file({ listenport: 1 }))).toMatch(
      /There is no setting "listenport".*Did you mean "listenPort"/,
    );
    expect(problem(base, {}, file('{'))).toContain('is not JSON');
    expect(problem(base, {}, file([]))).toContain('one JSON object');
    expect(problem([...base, '--config', join(folder, 'none.json')])).toContain('cannot be read (ENOENT)');
    expect(loadConfig(SCHEMA, { argv: base, env: {}, file: file({ $schema: 'x' }) }).listenPort).toBe(8080);
  });

  it('refuses a flag that is the name of something every object has', () => {
    expect(problem([...base, '--constructor', 'x'])).toContain('There is no flag --constructor');
    expect(problem(base, {}, file('{"constructor": 1}'))).toContain('There is no setting "constructor"');
  });
});

describe('help', () => {
  it('describes every setting with its default, its variable and its choices', () => {
    const text = helpText(SCHEMA, { usage: 'banyan-auth', description: 'Auth.' });
    for (const part of [
      'Usage: banyan-auth [settings]',
      '--listen-port <integer>',
      'The port to listen on.',
      '[default 8080, BANYAN_LISTEN_PORT]',
      '--enrolment <open|invite|closed>',
      '[required, BANYAN_ISSUER]',
      '--config <file>',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('is asked for by --help or -h', () => {
    expect([wantsHelp(['--help']), wantsHelp(['-h']), wantsHelp(['--helper'])]).toEqual([true, true, false]);
  });
});

describe('suggestion', () => {
  it('is the nearest name, when one is near', () => {
    expect(nearest('prot', ['port', 'host'])).toBe('port');
    expect(nearest('zzzzzz', ['port', 'host'])).toBeUndefined();
  });
});
