/** What operators watch a network by, against the real processes: metrics, rules, dashboards, runbook. */
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import {
  freePort,
  ROOT,
  sharedContent,
  startTestNetwork,
  writeSeeded,
  type TestNetwork,
} from '../src/index.ts';
import { optionalProgram } from './programs.ts';
import { selectorsOf, shownBy } from './promql.ts';

const PROMETHEUS = join(ROOT, 'infra/prometheus');
const RULES = join(PROMETHEUS, 'rules/banyan.rules.yml');
const DASHBOARDS = join(ROOT, 'infra/grafana/dashboards');
const RUNBOOK = join(ROOT, 'infra/runbook');
const MIB = 1024 * 1024;

const promtool = optionalProgram(
  'PROMTOOL',
  '/usr/bin/promtool',
  'metrics and alert rules as Prometheus reads them',
);
const withPromtool = promtool === undefined ? it.skip : it;

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

async function rules(): Promise<Rule[]> {
  const { groups } = parse(await readFile(RULES, 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

interface Autoscaler {
  readonly kind: string;
  readonly spec: {
    readonly metrics: readonly [
      {
        readonly pods: {
          readonly metric: { readonly name: string };
          readonly target: { readonly averageValue: string };
        };
      },
    ];
  };
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

async function dashboards(): Promise<{ file: string; uid: string; panels: readonly Panel[] }[]> {
  const files = await readdir(DASHBOARDS);
  return Promise.all(
    files.map(async (file) => ({
      file,
      ...(JSON.parse(await readFile(join(DASHBOARDS, file), 'utf8')) as { uid: string; panels: Panel[] }),
    })),
  );
}

/** Runs promtool to its end; what it has to complain of is in what it says. */
function runPromtool(args: readonly string[], input = ''): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(promtool!, args, { stdio: ['pipe', 'pipe', 'pipe'], cwd: PROMETHEUS });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
    child.stdin.on('error', () => undefined).end(input);
  });
}

describe('the metrics of a network at work', () => {
  let network: TestNetwork;
  /** Process → its scrape. */
  const scrapes = new Map<string, string>();

  beforeAll(async () => {
    const metricsPort = String(await freePort());
    network = await startTestNetwork({ args: { auth: ['--metrics-port', metricsPort] } });
    await network.during('the work that is measured', async () => {
      const ann = await network.peer('ann', {
        files: { 'banyan tree.bin': (path) => writeSeeded(path, 'tree', 3 * MIB) },
      });
      const bob = await network.peer('bob', { files: { 'leaf.txt': 'a leaf' } });
      await Promise.all([ann.settled(), bob.settled()]);
      await bob.find('banyan tree');
      const { id } = await bob.api.startDownload({
        content: await sharedContent(ann, 'banyan tree.bin'),
        name: 'tree.bin',
      });
      await bob.reaches(id, ['done']);
      const bases: readonly (readonly [string, string])[] = [
        ['auth', network.issuer],
        ['auth by its metrics port', `http://localhost:${metricsPort}`],
        ['list', String(network.list.ready['url'])],
        ...['oak', 'elm'].map((name) => [name, String(network.supernode(name).ready['admin'])] as const),
        ...[ann, bob].map(({ name, program }) => [name, String(program.ready['page'])] as const),
      ];
      for (const [name, base] of bases) {
        expect((await fetch(`${base}/healthz`)).status).toBe(200);
        expect({ name, ...((await (await fetch(`${base}/readyz`)).json()) as object) }).toMatchObject({
          name,
          ready: true,
        });
        scrapes.set(name, await (await fetch(`${base}/metrics`)).text());
      }
    });
  }, 120_000);

  afterAll(() => network.stop());

  withPromtool('are what Prometheus reads, and named as its conventions want, in each process', async () => {
    for (const [name, scrape] of scrapes)
      expect({ name, ...(await runPromtool(['check', 'metrics'], scrape)) }).toEqual({
        name,
        code: 0,
        said: '',
      });
  });

  it('have every name and label that alerts and dashboards ask for', async () => {
    const shown = shownBy([...scrapes.values()].join('\n'));
    const asked = [
      ...(await rules()).map(({ alert, expr }) => ({ where: alert, expr })),
      ...(await dashboards()).flatMap(({ file, panels }) =>
        panels.flatMap(({ title, targets }) =>
          targets.map(({ expr }) => ({ where: `${file}: ${title}`, expr })),
        ),
      ),
    ];
    const missing = asked.flatMap(({ where, expr }) =>
      selectorsOf(expr).flatMap(({ metric, labels }) => {
        const has = shown.get(metric);
        if (has === undefined) return [`${where}: no process has ${metric}`];
        // Prometheus adds the target's labels; a counter that has not counted has no samples to compare with.
        if (has.size <= 1) return [];
        return labels
          .filter((label) => !has.has(label) && label !== 'job' && label !== 'instance')
          .map((label) => `${where}: ${metric} has no label ${label}`);
      }),
    );
    expect(missing).toEqual([]);
    expect(asked.length).toBeGreaterThan(100);
  });

  it('count what the network did', () => {
    const value = (names: readonly string[], sample: string): number =>
      names.reduce((sum, name) => {
        for (const line of (scrapes.get(name) ?? '').split('\n'))
          if (line.startsWith(sample)) sum += Number(line.slice(line.lastIndexOf(' ') + 1));
        return sum;
      }, 0);
    const supernodes = ['oak', 'elm'];
    expect(value(['bob'], 'banyan_download_chunks_total{result="proved"')).toBe(3);
    expect(value(['bob'], 'banyan_download_bytes_total')).toBeGreaterThanOrEqual(3 * MIB);
    expect(value(['ann'], 'banyan_upload_bytes_total')).toBeGreaterThanOrEqual(3 * MIB);
    expect(value(['bob'], 'banyan_download_ends_total{result="done"')).toBe(1);
    expect(value(supernodes, 'banyan_supernode_home_leaves')).toBe(2);
    // Bob's download is shared too, once it is published; no more than that.
    expect(value(supernodes, 'banyan_supernode_records{')).toBeGreaterThanOrEqual(2);
    expect(value(supernodes, 'banyan_supernode_waves_total')).toBeGreaterThanOrEqual(1);
    expect(value(supernodes, 'banyan_supernode_neighbour_answers_total')).toBeGreaterThanOrEqual(2);
    expect(value(supernodes, 'banyan_supernode_hits_total')).toBeGreaterThanOrEqual(1);
    expect(value(supernodes, 'banyan_supernode_message_bytes_total')).toBeGreaterThan(0);
    expect(value(['list'], 'banyan_list_supernodes{state="active"')).toBe(2);
    // The operator, the list, two supernodes, two peers.
    expect(value(['auth'], 'banyan_auth_enrolments_total{result="ok",by="invite"')).toBe(6);
    expect(value(['auth'], 'banyan_auth_accounts{role="operator"')).toBe(1);
    expect(value(['auth'], 'banyan_auth_accounts{role="member"')).toBe(5);
    expect(value(['list'], 'banyan_list_hosts{kind="operated",role="serving"')).toBe(2);
    expect(value(['list'], 'banyan_list_may_promote')).toBe(1);
    expect(value(['list'], 'banyan_list_leads')).toBe(1);
    expect(value(['list'], 'banyan_list_probes_total{result="ok"')).toBeGreaterThanOrEqual(2);
  });

  it('have what the autoscaler of the Kubernetes manifest goes by', async () => {
    const [autoscaler] = parseAllDocuments(
      await readFile(join(ROOT, 'infra/kubernetes/supernode.yaml'), 'utf8'),
    )
      .map((document) => document.toJS() as Autoscaler)
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    const [{ pods }] = autoscaler!.spec.metrics;
    const shown = shownBy(scrapes.get('oak')!);
    expect(shown.has(pods.metric.name)).toBe(true);
    const samples = scrapes
      .get('oak')!
      .split('\n')
      .filter((line) => line.startsWith(pods.metric.name) && !line.startsWith(`${pods.metric.name}_`));
    // One figure per pod, and below the places that a pod has: else it would never grow.
    expect(samples).toHaveLength(1);
    const capacity = Number(/banyan_supernode_capacity_leaves\{.*\} (\d+)/.exec(scrapes.get('oak')!)?.[1]);
    expect(Number(pods.target.averageValue)).toBeLessThan(capacity);
    // The rule for prometheus-adapter gives the same metric to the autoscaler.
    const readme = await readFile(join(ROOT, 'infra/README.md'), 'utf8');
    const [, rule = ''] = /```yaml\n(rules:\n[^]*?)```/.exec(readme) ?? [];
    const { rules: adapter } = parse(rule) as { rules: { seriesQuery: string }[] };
    expect(adapter.map(({ seriesQuery }) => seriesQuery.split('{')[0])).toContain(pods.metric.name);
  });
});

describe('alerts, dashboards and runbook', () => {
  withPromtool('are rules and a configuration that Prometheus takes', async () => {
    expect(await runPromtool(['check', 'rules', RULES])).toMatchObject({ code: 0 });
    expect(await runPromtool(['check', 'config', 'prometheus.yml'])).toMatchObject({ code: 0 });
  });

  withPromtool('fire when they should, after their time, and are quiet in a healthy network', async () => {
    expect(await runPromtool(['test', 'rules', 'rules/banyan.test.yml'])).toMatchObject({ code: 0 });
  });

  it('have a test and a page for each alert, and no page for an alert that there is not', async () => {
    const tests = await readFile(join(PROMETHEUS, 'rules/banyan.test.yml'), 'utf8');
    const all = await rules();
    for (const { alert, labels, annotations } of all) {
      expect(['info', 'warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary).not.toBe('');
      expect(annotations.runbook_url).toBe(`infra/runbook/${alert}.md`);
      expect(tests).toContain(`count(ALERTS{alertname="${alert}",alertstate="firing"})`);
      const page = await readFile(join(ROOT, annotations.runbook_url), 'utf8');
      for (const heading of ['What it means', 'How to see it', 'What to do', 'How to know it is over'])
        expect(page).toContain(`\n## ${heading}\n`);
      const { expr } = all.find((rule) => rule.alert === alert)!;
      expect(page).toContain(expr);
    }
    const pages = (await readdir(RUNBOOK)).filter((file) => file !== 'README.md');
    expect(pages.sort()).toEqual(all.map(({ alert }) => `${alert}.md`).sort());
    const index = await readFile(join(RUNBOOK, 'README.md'), 'utf8');
    for (const page of pages) expect(index).toContain(`(${page})`);
  });

  it('use one data source, and names of their own', async () => {
    const { datasources } = parse(
      await readFile(join(ROOT, 'infra/grafana/provisioning/datasources/prometheus.yml'), 'utf8'),
    ) as { datasources: { uid: string }[] };
    const boards = await dashboards();
    expect(new Set(boards.map(({ uid }) => uid)).size).toBe(boards.length);
    for (const board of boards) {
      const uids = [...JSON.stringify(board).matchAll(/"datasource":\{"type":"prometheus","uid":"([^"]+)"/g)];
      expect(uids.length).toBeGreaterThan(0);
      for (const [, uid] of uids) expect(uid).toBe(datasources[0]?.uid);
    }
  });
});
