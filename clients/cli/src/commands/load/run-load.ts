/** `banyan load run` */
import { join } from 'node:path';
import { BanyanError, displayText, isBanyanError, toBanyanError } from '@banyan/proto';
import { dataDir } from '@banyan/kit';
import {
  createExporter,
  parseAgentLink,
  readScenario,
  runLoad,
  type Exporter,
  type LoadPlan,
  type LoadTarget,
  type RunResults,
} from '@banyan/load';
import { resolveNetwork } from '@banyan/sdk';
import type { Cli } from '../../cli.ts';
import { createLiveLines } from '../../format/live-lines.ts';
import { countText, durationText } from '../../format/units.ts';
import { liveLines } from './live-view.ts';
import { startOwnNetwork, type OwnNetwork } from './own-network.ts';
import { makeRunFolder } from './run-folder.ts';
import { exitCodeOfRun, summaryLines } from './summary.ts';

export interface LoadRunOptions {
  readonly network?: string;
  readonly invite?: string;
  readonly account?: string;
  readonly out?: string;
  readonly scale?: number;
  readonly time?: number;
  readonly seed?: number;
  readonly workers?: number;
  readonly metricsPort?: number;
  readonly agent?: readonly string[];
}

/** Without a terminal a line is written this often. */
const QUIET_EVERY_MS = 10_000;

export async function runLoadTest(cli: Cli, scenario: string, options: LoadRunOptions): Promise<void> {
  const plan = await readScenario(scenario, cli.ctx.cwd, options);
  const folder = await makeRunFolder(cli.ctx, plan, options.out);
  const stop = new AbortController();
  const unlisten = cli.ctx.signals.on(() => stop.abort(new BanyanError('aborted')));
  const live = createLiveLines(cli.ctx.err);
  const step = (text: string): void => {
    if (!cli.json) live.log(cli.noteStyle.dim(`${text} …`));
  };
  let own: OwnNetwork | undefined;
  let exporter: Exporter | undefined;
  try {
    if (options.metricsPort !== undefined) {
      exporter = await createExporter(options.metricsPort);
      step(`Prometheus finds this run at http://127.0.0.1:${exporter.port}/metrics`);
    }
    step(
      `${plan.name}: up to ${countText(plan.maxLeaves)} leaves for ${durationText(plan.durationMs)}, seed ${plan.seed}`,
    );
    if (options.network === undefined)
      own = await startOwnNetwork({
        plan,
        signal: stop.signal,
        onStep: step,
        onExit: (name, { code, signal }) => step(`${name} ended (${signal ?? `exit code ${code ?? '?'}`})`),
      });
    const target = own?.target ?? targetOf(options);
    const results = await runLoad({
      plan,
      target,
      folder: own?.keysFolder ?? keysFolder(cli, target),
      signal: stop.signal,
      ...(options.account === undefined ? {} : { account: options.account }),
      agents: (options.agent ?? []).map(parseAgentLink),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      onStep: step,
      ...watchers(cli, plan, live, step, exporter),
    });
    live.stop(false);
    // What was measured is said, whether it could be kept or not.
    const trouble = await folder.keep(results).catch(toBanyanError);
    tell(cli, results, folder.path, trouble === undefined);
    if (trouble !== undefined) throw trouble;
  } catch (error) {
    live.stop(false);
    if (stop.signal.aborted && !isBanyanError(error))
      throw new BanyanError('aborted', undefined, { cause: error });
    throw error;
  } finally {
    exporter?.close();
    await own?.stop();
    await folder.giveUp();
    unlisten();
  }
}

function watchers(
  cli: Cli,
  plan: LoadPlan,
  live: ReturnType<typeof createLiveLines>,
  step: (text: string) => void,
  exporter: Exporter | undefined,
): Pick<Parameters<typeof runLoad>[0], 'onEnrolled' | 'onSnapshot' | 'onFault'> {
  let toldAt = -Infinity;
  const isTerminal = cli.ctx.err.isTerminal;
  return {
    onEnrolled(enrolled, of) {
      if (isTerminal && !cli.json) live.set([`enrolled ${countText(enrolled)} of ${countText(of)}`]);
    },
    onSnapshot(snapshot) {
      exporter?.see(snapshot);
      if (cli.json) return;
      const lines = liveLines(snapshot, plan.durationMs, cli.noteStyle);
      if (isTerminal) {
        live.set(lines);
        return;
      }
      if (snapshot.elapsedMs - toldAt < QUIET_EVERY_MS) return;
      toldAt = snapshot.elapsedMs;
      for (const line of lines.slice(0, 2)) live.log(line);
    },
    onFault: ({ kind, names }) => step(`${kind}: ${names.join(', ')}`),
  };
}

function targetOf({ network = '', invite }: LoadRunOptions): LoadTarget {
  const { issuer, pins, code } = resolveNetwork(network, invite);
  return { issuer, pins, invite: code, processes: [] };
}

/** Where the keys of the accounts of somebody else’s network are kept, from run to run. */
function keysFolder(cli: Cli, { issuer }: LoadTarget): string {
  const { host } = new URL(issuer);
  return join(dataDir(cli.ctx.env), 'load', host.replaceAll(/[^\w.-]/g, '_'));
}

function tell(cli: Cli, results: RunResults, folder: string, isKept: boolean): void {
  const { verdict, bottleneck, thresholds, total, memory, plan } = results;
  cli.exitCode = exitCodeOfRun(results);
  cli.result(
    { verdict, bottleneck, thresholds, total, memory, scenario: plan.name, folder: isKept ? folder : null },
    () => [
      ...summaryLines(results, cli),
      ...(isKept ? [`Report: ${displayText(join(folder, 'report.html'))}`] : []),
    ],
  );
}
