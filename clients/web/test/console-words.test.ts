import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ALERT_CODES, AUDIT_ACTIONS, CRITERIA, DEFAULT_POLICY, HOST_STATES } from '@banyan/proto';
import {
  draftOf,
  fieldProblem,
  fieldsOf,
  POLICY_FIELDS,
  policyOf,
} from '../src/console/policy/policy-fields.ts';
import { CONSOLE_CATALOGUES } from '../src/console/i18n/words.tsx';
import { parseConsoleRoute } from '../src/console/route.ts';
import { cut, LANGUAGES, type Message } from '../src/i18n/messages.ts';

const SRC = join(import.meta.dirname, '..', 'src', 'console');

const texts = (message: Message): string[] =>
  typeof message === 'string' ? [message] : Object.values(message);
const places = (message: Message): string[] => [
  ...new Set(texts(message).flatMap((text) => cut(text).filter((_, i) => i % 2 === 1))),
];

describe('the console’s catalogues', () => {
  it.each(LANGUAGES)('%s has every key, nothing else, and no empty text', (language) => {
    const catalogue: Record<string, Message> = CONSOLE_CATALOGUES[language];
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(CONSOLE_CATALOGUES.en).sort());
    for (const message of Object.values(catalogue))
      for (const text of texts(message)) expect(text.trim()).not.toBe('');
  });

  it('name the same places in every language', () => {
    for (const [key, english] of Object.entries(CONSOLE_CATALOGUES.en)) {
      const chinese = (CONSOLE_CATALOGUES['zh-Hant'] as Record<string, Message>)[key] ?? '';
      expect({ key, places: places(chinese).sort() }).toEqual({ key, places: places(english).sort() });
    }
  });

  it('hold no sentence that the console never says', () => {
    const sources: string[] = [];
    const read = (folder: string): void => {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (statSync(path).isDirectory()) read(path);
        else if (/\.tsx?$/.test(name)) sources.push(readFileSync(path, 'utf8'));
      }
    };
    read(SRC);
    const text = sources.join('\n');
    const stems = [...text.matchAll(/`((?:\w+\.)+)\$\{/g)].map((match) => match[1] ?? '');
    const ends = [...text.matchAll(/\$\{\w+\}((?:\.\w+)+)`/g)].map((match) => match[1] ?? '');
    const unused = Object.keys(CONSOLE_CATALOGUES.en).filter(
      (key) =>
        !text.includes(`'${key}'`) &&
        !stems.some((stem) => key.startsWith(stem)) &&
        !ends.some((end) => key.endsWith(end)),
    );
    expect(unused).toEqual([]);
  });

  it('have words for every alert with what to do, every state and every criterion', () => {
    const keys = [
      ...ALERT_CODES.flatMap((code) => [`alert.${code}`, `alert.${code}.do`]),
      ...HOST_STATES.map((state) => `state.${state}`),
      ...CRITERIA.map((name) => `criteria.fix.${name}`),
      ...POLICY_FIELDS.map(({ name }) => `policy.field.${name}`),
    ];
    expect(keys.filter((key) => !Object.hasOwn(CONSOLE_CATALOGUES.en, key))).toEqual([]);
  });
});

describe('the audit', () => {
  it('has words for every action that a service writes, and for no other', () => {
    const stem = 'audit.act.';
    const worded = Object.keys(CONSOLE_CATALOGUES.en).filter((key) => key.startsWith(stem));
    expect(worded.map((key) => key.slice(stem.length)).sort()).toEqual([...AUDIT_ACTIONS].sort());
  });
});

describe('a policy in its form', () => {
  it('comes out as it went in', () => {
    const draft = draftOf(DEFAULT_POLICY);
    expect(POLICY_FIELDS.map((field) => fieldProblem(field, draft))).toEqual(
      POLICY_FIELDS.map(() => undefined),
    );
    expect(policyOf(draft, DEFAULT_POLICY.mode, DEFAULT_POLICY)).toEqual(DEFAULT_POLICY);
  });

  it('of an older list has no field for what that does not know, and sends none', () => {
    const { minVersion: _version, downloadBytesPerSecond: _down, ...known } = DEFAULT_POLICY.thresholds;
    const older = { ...DEFAULT_POLICY, thresholds: known };
    expect(fieldsOf(older).map(({ name }) => name)).toHaveLength(POLICY_FIELDS.length - 2);
    expect(policyOf({ ...draftOf(older), cores: '4' }, 'manual', older)).toEqual({
      ...older,
      thresholds: { ...known, cores: 4 },
    });
  });

  it('has a field for every figure of the policy', () => {
    const { mode: _mode, thresholds, ...plain } = DEFAULT_POLICY;
    expect(POLICY_FIELDS.map(({ name }) => name).sort()).toEqual(
      [...Object.keys(plain), ...Object.keys(thresholds)].sort(),
    );
  });

  it.each<[string, string, string | undefined]>([
    ['targetLeaves', '', 'policy.wrong.number'],
    ['targetLeaves', 'many', 'policy.wrong.number'],
    ['targetLeaves', '0', 'policy.wrong.range'],
    ['targetLeaves', '2.5', 'policy.wrong.whole'],
    ['maxSupernodes', '1', 'policy.wrong.order'],
    ['clockSkewMs', '0.5', undefined],
    ['minVersion', 'newest', 'policy.wrong.version'],
    ['minVersion', '', 'policy.wrong.version'],
    ['minVersion', '0.2.0', undefined],
  ])('says of %s %s: %s', (name, text, key) => {
    const field = POLICY_FIELDS.find((one) => one.name === name)!;
    expect(fieldProblem(field, { ...draftOf(DEFAULT_POLICY), [name]: text })?.key).toBe(key);
  });
});

describe('an address in the console', () => {
  it.each([
    ['/', { face: 'overview' }],
    ['/supernodes', { face: 'supernodes' }],
    ['/host/abc', { face: 'host', deviceId: 'abc' }],
    ['/bans/mal%20lory', { face: 'bans', about: 'mal lory' }],
    ['/audit/%zz', { face: 'audit' }],
    ['/nowhere', { face: 'overview' }],
  ])('%s leads to %j', (path, route) => {
    expect(parseConsoleRoute(path)).toEqual(route);
  });
});
