import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseScenario, readScenario, shippedScenarios } from '../../src/scenario/read-scenario.ts';

const MINIMAL = 'stages:\n  - { for: 10s, leaves: 5 }\n';

describe('scenarios that ship', () => {
  test('are the named ones, and all of them are understood', async () => {
    const names = await shippedScenarios();
    expect(names).toEqual(
      expect.arrayContaining(['smoke', 'steady', 'morning-rush', 'flash-crowd', 'kill-30-percent', 'soak']),
    );
    for (const name of names) {
      const plan = await readScenario(name, '/');
      expect(plan.name).toBe(name);
      expect(plan.description).not.toBe('');
      expect(plan.thresholds.length).toBeGreaterThan(0);
    }
  });

  test('that there are not are answered with those that there are', async () => {
    await expect(readScenario('smok', '/')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringMatching(/Did you mean smoke\?.*kill-30-percent/),
    });
  });
});

describe('a file', () => {
  test.each([
    ['', 100],
    ['sessions: { mean: 3h }', 125],
    ['sessions: { mean: 100s }', 175],
    ['sessions: { mean: 1s }', 200],
  ])('makes as many leaves as it takes that others come when some leave (%j)', (sessions, identities) => {
    const text = `${sessions}\nstages:\n  - { name: up, for: 10s, leaves: 100 }\n`;
    expect(parseScenario(text, 'a.yaml')).toMatchObject({ identities });
  });

  test('needs little: everything else has a default from the field', () => {
    expect(parseScenario(MINIMAL, 'evening.yaml')).toMatchObject({
      name: 'evening',
      seed: 1,
      durationMs: 10_000,
      maxLeaves: 5,
      identities: 5,
      leaf: { secondHome: true, sharedTls: false },
      sessionMeanMs: undefined,
      population: { empty: 0.25, maxRecords: 60 },
    });
  });

  test('is read with its units', () => {
    const plan = parseScenario(
      [
        'sessions: { faster: 60 }',
        'personas: { ordinary: 90%, flooder: 0.1 }',
        'stages:',
        '  - { name: up, for: 1.5m, leaves: 100, queries: 600/min }',
        '  - { name: on, for: 500ms, sources: 2/s, shape: jump }',
        'faults:',
        '  - { at: 30s, kill: 30% }',
        '  - { at: 40s, pause: supernode-1, for: 5s }',
        'thresholds: [ "up: query.p99 < 50ms" ]',
        'tester: { maxLateness: 2s }',
      ].join('\n'),
      'a.yaml',
    );
    expect(plan).toMatchObject({
      sessionMeanMs: 174_000,
      // 75 s of 174 away, so that no supernode holds their catalogs any more.
      identities: 144,
      maxLatenessMs: 2_000,
      population: { personas: { ordinary: 0.9, flooder: 0.1 } },
      stages: [
        { name: 'up', durationMs: 90_000, leaves: 100, queries: 10 },
        { name: 'on', durationMs: 500, sources: 2, shape: 'jump' },
      ],
      faults: [
        { atMs: 30_000, kind: 'kill', target: { share: 0.3 } },
        { atMs: 40_000, kind: 'pause', target: { name: 'supernode-1' }, forMs: 5_000 },
      ],
      thresholds: [{ stage: 'up', operation: 'query', bound: 50 }],
    });
  });

  test('can be made smaller and given another seed from outside', () => {
    const text = 'stages: [ { for: 10s, leaves: 55, queries: 20/s } ]';
    expect(parseScenario(text, 'a.yaml', { scale: 0.1, seed: 9 })).toMatchObject({
      seed: 9,
      maxLeaves: 6,
      stages: [{ leaves: 6, queries: 2 }],
    });
  });

  test.each([
    ['stages: [', 1, /./],
    ['- a', undefined, /A scenario is a map/],
    ['name: x', undefined, /lacks "stages": a list of stages/],
    [`${MINIMAL}treshold: []`, 3, /treshold is not known\. Did you mean thresholds\?/],
    ['stages:\n  - { for: 10s, leafs: 5 }', 2, /stages\[1\]\.leafs is not known\. Did you mean leaves\?/],
    [
      'stages:\n  - for: 10s\n    leaves: 5\n  - for: ten\n',
      4,
      /stages\[2\]\.for is "ten", but must be a duration such as/,
    ],
    [
      'stages:\n  - { for: 10s, leaves: 900000 }',
      2,
      /leaves is 900000, but must be a whole number from 0 to 200000/,
    ],
    [
      `${MINIMAL}thresholds:\n  - errors == 0\n  - query.p98 < 5ms\n`,
      5,
      /"query.p98", which is not measured/,
    ],
    [`${MINIMAL}faults:\n  - { at: 5s }\n`, 4, /exactly one of kill, stop, pause/],
    [`${MINIMAL}faults:\n  - at: 50s\n    kill: 30%\n`, 4, /comes after the last stage/],
    ['stages:\n  - { for: 200h, leaves: 1 }', 1, /take longer than 168 h/],
    ['stages:\n  - { for: 2h }', 1, /No stage has leaves/],
    ['stages:\n  - { name: a, for: 2h, leaves: 1 }\n  - { name: a, for: 1s }', 3, /two stages named "a"/],
  ])('that is wrong is refused with line and reason: %j', (text, line, message) => {
    let error: any;
    try {
      parseScenario(text, 'bad.yaml');
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'invalid_config', message: expect.stringMatching(message) });
    expect(error.message.startsWith(line === undefined ? 'bad.yaml: ' : `bad.yaml:${line}: `)).toBe(true);
  });

  test('with a bomb of aliases is refused', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`,
    );
    expect(() => parseScenario(['a0: &a0 x', ...levels].join('\n'), 'bomb.yaml')).toThrow();
  });
});

describe('a module', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banyan-scenario-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('that is missing or wrong is named', async () => {
    await expect(readScenario('missing.yaml', folder)).rejects.toMatchObject({ code: 'not_found' });
    await writeFile(join(folder, 'shape.ts'), 'export default {}');
    if (process.versions.node.startsWith('20.'))
      await expect(readScenario('shape.ts', folder)).rejects.toMatchObject({
        code: 'invalid_config',
        message: expect.stringMatching(/runs no TypeScript.*\.mjs/),
      });
  });
});
