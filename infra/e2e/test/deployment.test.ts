/** The files by which operators run a network: what they name must exist in the programs, and what can be run is run. */
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { FILE_THREADS, SESSION_ALLOCATOR, SESSION_NODE_ARGS } from '@banyan/kit';
import { parse, parseAllDocuments } from 'yaml';
import { freePort, ROOT, runTool, type Outcome } from '../src/index.ts';
import { optionalProgram } from './programs.ts';

const INFRA = join(ROOT, 'infra');
const ENTRYPOINT = join(INFRA, 'docker/entrypoint.sh');
const PROGRAMS = ['auth', 'list', 'supernode', 'peer'] as const;
const IN_IMAGE = '/banyan/';
const IN_UNITS = '/opt/banyan/';
/** Port of metrics and probes in containers. */
const METRICS_PORT = 9464;

const systemdAnalyze = optionalProgram(
  'SYSTEMD_ANALYZE',
  '/usr/bin/systemd-analyze',
  'the units as systemd itself reads them (their own checks run all the same)',
);

type Yaml = Record<string, unknown>;
const read = (path: string): Promise<string> => readFile(join(INFRA, path), 'utf8');
const exists = (path: string): Promise<void> => access(path);

/** Program → the variables that its --help names. */
const variables = new Map<string, Set<string>>();
const entry = (...args: string[]): Promise<Outcome> => runTool('sh', [ENTRYPOINT, ...args]);

beforeAll(async () => {
  for (const program of PROGRAMS) {
    const { code, stdout } = await entry(program, '--help');
    expect({ program, code }).toEqual({ program, code: 0 });
    variables.set(program, new Set(stdout.match(/\bBANYAN_[A-Z_]+/g)));
  }
}, 60_000);

/** Settings that a program does not have would be passed over without a word. */
function unknownTo(program: string, names: Iterable<string>): string[] {
  return [...names].filter(
    (name) => name.startsWith('BANYAN_') && variables.get(program)?.has(name) !== true,
  );
}

describe('the image', () => {
  it('runs the program that the first word names, and says which there are', async () => {
    expect(await entry('banyan', '--version')).toMatchObject({ code: 0 });
    const lost = await entry('oak');
    expect(lost.code).toBe(64);
    expect(lost.stderr).toContain('auth, list, supernode, peer or banyan');
  });

  it('sets the allocator of a supernode, and of nothing else', async () => {
    const script = await read('docker/entrypoint.sh');
    for (const [name, value] of Object.entries(SESSION_ALLOCATOR)) {
      expect(script).toContain(`${name}="\${${name}:-${value}}"`);
      expect(await read('systemd/banyan-supernode.service')).toContain(`Environment=${name}=${value}\n`);
    }
    expect(await read('systemd/banyan-peer.service')).not.toContain('MALLOC_');
    const args = SESSION_NODE_ARGS.join(' ');
    expect(script).toContain(`node_args='${args}'\n`);
    expect(await read('systemd/banyan-supernode.service')).toContain(`ExecStart=/usr/bin/node ${args} /opt/`);
  });

  it('gives a peer threads enough to wait for disks that do not answer', async () => {
    const script = await read('docker/entrypoint.sh');
    for (const [name, value] of Object.entries(FILE_THREADS)) {
      expect(script).toContain(`${name}="\${${name}:-${value}}"`);
      expect(await read('systemd/banyan-peer.service')).toContain(`Environment=${name}=${value}\n`);
    }
  });

  it('copies and runs what is there, as nobody in particular, with settings that every program has', async () => {
    const lines = (await read('docker/Dockerfile')).replaceAll('\\\n', ' ').split('\n');
    const all = lines.join('\n');
    for (const [path] of all.matchAll(/\/banyan\/infra\/[\w./-]+/g))
      await exists(join(ROOT, path.slice(IN_IMAGE.length)));
    expect(lines.filter((line) => line.startsWith('FROM '))).toHaveLength(2);
    expect(lines).toContain('USER node');
    const variablesSet = all.match(/\bBANYAN_[A-Z_]+(?==)/g) ?? [];
    expect(variablesSet).toContain('BANYAN_METRICS_PORT');
    for (const program of PROGRAMS)
      expect({ program, unknown: unknownTo(program, variablesSet) }).toEqual({ program, unknown: [] });
    expect(all).toContain(`BANYAN_METRICS_PORT=${METRICS_PORT}`);
  });

  it('is unhealthy when nothing answers its probe', async () => {
    const env = { BANYAN_METRICS_PORT: String(await freePort()) };
    expect(await runTool(process.execPath, [join(INFRA, 'docker/healthcheck.mjs')], { env })).toMatchObject({
      code: 1,
    });
  });
});

interface ComposeService extends Yaml {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
}

describe('the compose file', () => {
  let services: Record<string, ComposeService>;
  let whole: Yaml;

  beforeAll(async () => {
    whole = parse(await read('compose/compose.yaml'), { merge: true }) as Yaml;
    services = whole['services'] as typeof services;
  });

  it('gives each program settings that it has', () => {
    const ours = Object.entries(services).filter(([, { command }]) =>
      PROGRAMS.includes(command?.[0] as never),
    );
    expect(ours.map(([name]) => name)).toEqual([
      'auth-1',
      'auth-2',
      'list-1',
      'list-2',
      'supernode-1',
      'supernode-2',
    ]);
    for (const [name, { command, environment }] of ours)
      expect({ name, unknown: unknownTo(command![0]!, Object.keys(environment ?? {})) }).toEqual({
        name,
        unknown: [],
      });
  });

  it('mounts files that are there, and volumes and networks that it declares', async () => {
    for (const { volumes = [], networks = [], depends_on = [] } of Object.values(services)) {
      for (const volume of volumes) {
        const [from = ''] = volume.split(':');
        // certs/ is filled by whoever runs it.
        if (from.startsWith('./certs/')) continue;
        if (from.startsWith('.')) await exists(join(INFRA, 'compose', from));
        else expect(Object.keys(whole['volumes'] as Yaml)).toContain(from);
      }
      for (const network of Array.isArray(networks) ? networks : Object.keys(networks))
        expect(Object.keys(whole['networks'] as Yaml)).toContain(network);
      for (const other of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on))
        expect(Object.keys(services)).toContain(other);
    }
  });

  it('asks for no variable that .env.example does not name', async () => {
    const example = await read('compose/.env.example');
    const asked = new Set(
      [...(await read('compose/compose.yaml')).matchAll(/\$\{([A-Z_]+)(?::\?|\})/g)].map(([, name]) => name!),
    );
    expect([...asked].filter((name) => !example.includes(`${name}=`))).toEqual([]);
  });

  it('has Redis keep what it acknowledges', () => {
    const command = services['redis']!.command!.join(' ');
    expect(command).toContain('--appendonly yes --appendfsync always --maxmemory-policy noeviction');
  });

  it('is scraped by Prometheus and served by nginx under its own names', async () => {
    const { scrape_configs: jobs } = parse(await read('prometheus/prometheus.yml')) as {
      scrape_configs: { job_name: string; static_configs?: { targets: string[] }[] }[];
    };
    const targets = jobs.flatMap(({ static_configs = [] }) => static_configs.flatMap((one) => one.targets));
    const expected = Object.entries(services).filter(([, { command }]) =>
      PROGRAMS.includes(command?.[0] as never),
    );
    expect(targets.sort()).toEqual(expected.map(([name]) => `${name}:${METRICS_PORT}`).sort());
    const upstreams = [...(await read('nginx/banyan.conf')).matchAll(/^\s+server (\S+):(\d+) /gm)].map(
      ([, host, port]) => [host, port],
    );
    expect(upstreams).toEqual([
      ['auth-1', '7700'],
      ['auth-2', '7700'],
      ['list-1', '7701'],
      ['list-2', '7701'],
    ]);
  });
});

type Probe = Yaml & { readonly httpGet?: { readonly path: string; readonly port: string } };

interface Container extends Readonly<Record<'startupProbe' | 'livenessProbe' | 'readinessProbe', Probe>> {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: { readonly requests: Yaml; readonly limits: Yaml };
  readonly securityContext: Yaml;
  readonly volumeMounts: readonly { readonly name: string }[];
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: Yaml;
}

describe('the Kubernetes manifests', () => {
  let manifests: Manifest[];
  const workloads = (): Manifest[] =>
    manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  const template = (workload: Manifest) =>
    (
      workload.spec as {
        template: { metadata: { labels: Record<string, string> }; spec: Yaml & { containers: Container[] } };
      }
    ).template;
  const containersOf = (workload: Manifest): Container[] => template(workload).spec.containers;
  const matches = (labels: Record<string, string>, selector: Record<string, string>): boolean =>
    Object.entries(selector).every(([key, value]) => labels[key] === value);

  beforeAll(async () => {
    const files = (await readdir(join(INFRA, 'kubernetes'))).filter((file) => file.endsWith('.yaml'));
    manifests = [];
    for (const file of files)
      for (const document of parseAllDocuments(await read(`kubernetes/${file}`))) {
        expect({ file, errors: document.errors }).toEqual({ file, errors: [] });
        manifests.push(document.toJS() as Manifest);
      }
  });

  it('are whole: a version, a kind, a name, and one namespace', () => {
    for (const { apiVersion, kind, metadata } of manifests) {
      expect(apiVersion).toMatch(/^(v1|[a-z0-9.]+\/v\d)/);
      expect(metadata.name).toMatch(/^[a-z0-9-]+$/);
      if (kind !== 'Namespace')
        expect({ kind, name: metadata.name, namespace: metadata.namespace }).toMatchObject({
          namespace: 'banyan',
        });
    }
    expect(
      workloads()
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(['auth', 'list', 'redis', 'supernode']);
  });

  it('give each program settings that it has', () => {
    for (const workload of workloads())
      for (const { args, env = [] } of containersOf(workload)) {
        const [program = ''] = args;
        if (program === 'redis-server') continue;
        expect(PROGRAMS).toContain(program);
        expect({
          program,
          unknown: unknownTo(
            program,
            env.map(({ name }) => name),
          ),
        }).toEqual({ program, unknown: [] });
      }
  });

  it('probe, bound and confine every container', () => {
    for (const workload of workloads()) {
      expect(template(workload).spec['securityContext']).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(template(workload).spec['automountServiceAccountToken']).toBe(false);
      for (const container of containersOf(workload)) {
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(container.resources.requests).sort()).toEqual(['cpu', 'memory']);
        expect(container.resources.limits).toHaveProperty('memory');
        for (const [probe, path] of [
          ['startupProbe', '/healthz'],
          ['livenessProbe', '/healthz'],
          ['readinessProbe', '/readyz'],
        ] as const) {
          const { httpGet, exec } = container[probe] as {
            httpGet?: { path: string; port: string };
            exec?: unknown;
          };
          if (exec !== undefined) continue;
          expect(httpGet).toEqual({ path, port: 'metrics' });
          expect(container.ports).toContainEqual({ name: 'metrics', containerPort: METRICS_PORT });
        }
      }
    }
  });

  it('select pods that there are, and ports that these have', () => {
    const pods = workloads().map((workload) => ({
      labels: template(workload).metadata.labels,
      ports: containersOf(workload).flatMap(({ ports }) => ports.map(({ name }) => name)),
    }));
    const portsOf = (selector: Record<string, string>): string[] => {
      const found = pods.filter(({ labels }) => matches(labels, selector));
      expect({ selector, pods: found.length }).toEqual({ selector, pods: 1 });
      return found[0]!.ports;
    };
    for (const workload of workloads())
      expect(
        matches(
          template(workload).metadata.labels,
          (workload.spec as { selector: { matchLabels: Record<string, string> } }).selector.matchLabels,
        ),
      ).toBe(true);
    for (const { kind, spec } of manifests) {
      if (kind === 'Service') {
        const { selector, ports } = spec as {
          selector: Record<string, string>;
          ports: { targetPort: string }[];
        };
        for (const { targetPort } of ports) expect(portsOf(selector)).toContain(targetPort);
      } else if (kind === 'PodDisruptionBudget')
        portsOf((spec as { selector: { matchLabels: Record<string, string> } }).selector.matchLabels);
      else if (kind === 'NetworkPolicy') {
        const { podSelector, ingress = [] } = spec as {
          podSelector: { matchLabels?: Record<string, string> };
          ingress?: { ports: { port: string }[] }[];
        };
        if (podSelector.matchLabels === undefined) continue;
        const known = portsOf(podSelector.matchLabels);
        for (const { ports } of ingress) for (const { port } of ports) expect(known).toContain(port);
      }
    }
    const budgets = manifests
      .filter(({ kind }) => kind === 'PodDisruptionBudget')
      .map(({ metadata }) => metadata.name);
    expect(budgets.sort()).toEqual(['auth', 'list', 'supernode']);
  });

  it('give a supernode the time that its drain takes', () => {
    const supernode = workloads().find(({ metadata }) => metadata.name === 'supernode')!;
    const drain = containersOf(supernode)[0]!.env!.find(({ name }) => name === 'BANYAN_DRAIN_SECONDS')!.value;
    expect(template(supernode).spec['terminationGracePeriodSeconds']).toBeGreaterThan(Number(drain) + 10);
  });
});

describe('the systemd units', () => {
  /** Directive → its values, in order. */
  type Unit = Map<string, string[]>;
  const units = new Map<string, Unit>();

  beforeAll(async () => {
    for (const file of await readdir(join(INFRA, 'systemd'))) {
      const unit: Unit = new Map();
      for (const [, key = '', value = ''] of (await read(`systemd/${file}`)).matchAll(/^(\w+)=(.*)$/gm))
        unit.set(key, [...(unit.get(key) ?? []), value]);
      units.set(basename(file, '.service'), unit);
    }
  });

  it('run programs that are there, with settings that they have', async () => {
    expect([...units.keys()].sort()).toEqual(PROGRAMS.map((program) => `banyan-${program}`).sort());
    for (const [name, unit] of units) {
      const start = new RegExp(`^/usr/bin/node (?:${SESSION_NODE_ARGS.join(' ')} )?(\\S+)$`, 'u');
      const [, path = ''] = start.exec(unit.get('ExecStart')?.[0] ?? '') ?? [];
      expect(path.startsWith(IN_UNITS)).toBe(true);
      await exists(join(ROOT, path.slice(IN_UNITS.length)));
      const names = (unit.get('Environment') ?? []).map((setting) => setting.split('=')[0]!);
      const program = name.slice('banyan-'.length);
      expect({ name, unknown: unknownTo(program, names) }).toEqual({ name, unknown: [] });
      // What is kept must be where the unit may write.
      expect(unit.get('Environment')).toContain(`BANYAN_DATA_DIR=%S/${name}`);
      expect(unit.get('StateDirectory')).toEqual([name]);
    }
  });

  it('confine what they run', () => {
    const wanted: Readonly<Record<string, string>> = {
      DynamicUser: 'yes',
      NoNewPrivileges: 'yes',
      CapabilityBoundingSet: '',
      ProtectSystem: 'strict',
      PrivateTmp: 'yes',
      PrivateDevices: 'yes',
      ProtectKernelTunables: 'yes',
      ProtectKernelModules: 'yes',
      ProtectControlGroups: 'yes',
      RestrictNamespaces: 'yes',
      RestrictSUIDSGID: 'yes',
      LockPersonality: 'yes',
      SystemCallArchitectures: 'native',
      Restart: 'always',
      RestartPreventExitStatus: '78',
    };
    for (const [name, unit] of units)
      for (const [key, value] of Object.entries(wanted))
        expect({ name, key, value: unit.get(key)?.[0] }).toEqual({ name, key, value });
  });

  const withSystemd = systemdAnalyze === undefined ? it.skip : it;
  withSystemd('are what systemd understands, and little exposed by its own measure', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'banyan-units-'));
    try {
      const files: string[] = [];
      for (const name of units.keys()) {
        // It looks whether the programs are there; ours are here.
        const text = (await read(`systemd/${name}.service`))
          .replace('/usr/bin/node', process.execPath)
          .replaceAll(IN_UNITS, ROOT);
        const file = join(folder, `${name}.service`);
        await writeFile(file, text);
        files.push(file);
      }
      const verified = await runTool(systemdAnalyze!, ['verify', '--man=no', ...files]);
      expect(verified).toMatchObject({ code: 0, stderr: '' });
      for (const file of files)
        // In tenths: 2.0 of 10 is "OK".
        expect(
          await runTool(systemdAnalyze!, [
            'security',
            '--offline=true',
            '--threshold=20',
            '--no-pager',
            file,
          ]),
        ).toMatchObject({ code: 0 });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
