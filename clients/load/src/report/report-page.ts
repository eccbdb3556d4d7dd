/**
 * The report of a run as one HTML file: no framework, nothing loaded from anywhere, to be read on screen and on paper.
 * Names come from scenarios and supernodes, which strangers may have chosen: everything is escaped.
 */
import { displayText } from '@banyan/proto';
import type { Compared } from '@banyan/core';
import type { OperationFigures, RunResults, StageFigures } from '../results/results.ts';
import { operationRows, reportData } from './report-data.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

export interface ReportInit {
  readonly results: RunResults;
  /** A comparison with an earlier run. */
  readonly comparison?: { readonly baseline: string; readonly figures: readonly Compared[] };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => displayText(text).replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
/** JSON inside of a script element: nothing in it may end the element. */
const inert = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');

const number = (value: number): string => value.toLocaleString('en');
const latency = (ms: number): string =>
  ms >= 1000 ? `${(ms / 1000).toPrecision(3)} s` : `${Number(ms.toPrecision(3))} ms`;
const seconds = (ms: number): string => {
  const s = ms / 1000;
  return s >= 3600
    ? `${(s / 3600).toFixed(1)} h`
    : s >= 120
      ? `${(s / 60).toFixed(1)} min`
      : `${Number(s.toFixed(1))} s`;
};
const bytes = (n: number): string =>
  n >= 2 ** 20 ? `${(n / 2 ** 20).toFixed(1)} MiB` : `${(n / 1024).toFixed(1)} KiB`;
const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** The page. Nothing in it leads elsewhere. */
export function reportPage(init: ReportInit): string {
  const { results } = init;
  const data = reportData(results);
  const title = `Load test: ${escape(results.plan.name)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="dim">${escape(results.plan.description)}</p>
${verdict(results)}
${thresholds(results)}
${comparison(init)}
${facts(results)}
<h2>Operations</h2>
${operationsTable([results.total], 'Whole run')}
<h2>Stages</h2>
${operationsTable(results.stages, 'By stage')}
${errors(results)}
<h2>Over time</h2>
<p class="dim">Each point is one interval, not the run until then. Dotted: where a stage begins${data.faults.length > 0 ? '; red: faults' : ''}.</p>
<div class="charts">
${data.charts.map(({ id, title: name }) => chartFigure(id, name)).join('\n')}
</div>
${method(results)}
</main>
<script type="application/json" id="data">${inert(data)}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

const VERDICTS: Record<
  RunResults['verdict'],
  { readonly sign: string; readonly text: string; readonly look: string }
> = {
  passed: { sign: '✓', text: 'Passed', look: 'good' },
  failed: { sign: '✗', text: 'Failed: a threshold was missed', look: 'bad' },
  'no-result': { sign: '✗', text: 'No result: the tester itself was the bottleneck', look: 'bad' },
  stopped: { sign: '!', text: 'Stopped before its end', look: 'warn' },
};

function verdict({ verdict: how, bottleneck }: RunResults): string {
  const { sign, text, look } = VERDICTS[how];
  const reasons = bottleneck.map((reason) => `<li>${escape(reason)}</li>`).join('');
  return `<div class="verdict ${look}"><strong>${sign} ${text}</strong>${
    reasons === ''
      ? ''
      : `<p>What was measured says more of this machine than of the network. Do not compare or publish it.</p><ul>${reasons}</ul>`
  }</div>`;
}

function thresholds({ thresholds: judged }: RunResults): string {
  if (judged.length === 0) return '<p class="dim">The scenario has no thresholds.</p>';
  const rows = judged.map(
    ({ text, actualText, passed }) =>
      `<tr><td>${escape(text)}</td><td>${escape(actualText)}</td><td class="${passed ? 'good' : 'bad'}">${passed ? '✓ met' : '✗ missed'}</td></tr>`,
  );
  return `<h2>Thresholds</h2><div class="scroll" tabindex="0" role="region" aria-label="Thresholds"><table><thead><tr><th>required</th><th>actual</th><th>verdict</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function comparison({ comparison: compared }: ReportInit): string {
  if (compared === undefined) return '';
  const rows = compared.figures.map(({ name, before, after, relative, change }) => {
    const look = change === 'worse' ? 'bad' : change === 'better' ? 'good' : 'dim';
    const percent =
      relative === undefined ? '–' : `${relative >= 0 ? '+' : '−'}${Math.abs(relative * 100).toFixed(1)} %`;
    const value = (figure: number | undefined): string =>
      figure === undefined ? '–' : String(Number(figure.toPrecision(4)));
    return `<tr><td>${escape(name)}</td><td>${value(before)}</td><td>${value(after)}</td><td>${percent}</td><td class="${look}">${change}</td></tr>`;
  });
  return `<h2>Compared with ${escape(compared.baseline)}</h2><div class="scroll" tabindex="0" role="region" aria-label="Comparison"><table><thead><tr><th>figure</th><th>before</th><th>now</th><th>difference</th><th>beyond noise</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function facts(results: RunResults): string {
  const { plan, machine, network, total, memory, intervals } = results;
  const { lookedFor, found, lost, dropped, rudeAsked, rudeRefused } = total.counters;
  const { downloadedBytes, badChunks, wrongKept } = total.counters;
  const rows: (readonly [string, string])[] = [
    [
      'Run',
      `${new Date(results.startedAt).toISOString()}, ${seconds(results.durationMs)}; seed ${plan.seed}`,
    ],
    ['Banyan', `${results.version}, commit ${results.commit}`],
    [
      'Machine',
      `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.os}, Node ${machine.node}`,
    ],
    [
      'Network',
      `${network.name} (${network.issuer})${network.isOwn ? `, started by the tester on this machine: ${plan.network.supernodes} supernodes` : ''}`,
    ],
    [
      'Leaves',
      `up to ${number(Math.max(0, ...intervals.online))} at once in ${results.workers === 1 ? 'one worker process' : `${results.workers} worker processes`}; ${number(plan.identities)} devices, enrolled in ${seconds(results.enrolMs)}`,
    ],
    ...(results.agents.length === 0 ? [] : [['Agents', results.agents.join(', ')] as const]),
    [
      'Workload',
      `${number(plan.contents.count)} contents, popularity Zipf ${plan.contents.popularity}; ${percentText(plan.population.empty)} of sharers empty` +
        (plan.sessionMeanMs === undefined
          ? ''
          : `; sessions of ${seconds(plan.sessionMeanMs)} on average (Pareto)`),
    ],
    [
      'Personas',
      Object.entries(plan.population.personas)
        .map(([persona, share]) => `${persona} ${percentText(share)}`)
        .join(', '),
    ],
    [
      'Recall',
      lookedFor === 0
        ? 'not measured'
        : `${((100 * found) / lookedFor).toFixed(2)} % of ${number(lookedFor)} items that were there all the time`,
    ],
    ['Sessions lost', number(lost)],
    [
      'Operations dropped',
      `${number(dropped)} were due while nobody could carry them out, or while their leaf was sent home`,
    ],
    ...(downloadedBytes === 0
      ? []
      : [
          [
            'Downloads',
            `${bytes(downloadedBytes)} fetched; ${number(badChunks)} wrong chunks were caught by their hash and refused, ${number(wrongKept)} were taken for right`,
          ] as const,
        ]),
    ...(rudeAsked === 0
      ? []
      : [
          [
            'Rude leaves',
            `asked ${number(rudeAsked)} times, and were refused ${number(rudeRefused)} times`,
          ] as const,
        ]),
    [
      'Tester’s memory',
      (memory.bytesPerLeaf === null
        ? 'too few leaves to tell'
        : `${bytes(memory.bytesPerLeaf)} a leaf at most`) +
        (memory.sharedTls
          ? ', one TLS context for all leaves of a worker (sharedTls)'
          : ', a TLS context for each leaf'),
    ],
    ...results.faults.map(
      ({ atMs, kind, names }) => [`Fault at ${seconds(atMs)}`, `${kind}: ${names.join(', ')}`] as const,
    ),
  ];
  return `<h2>What was run</h2><dl>${rows.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('')}</dl>`;
}

const percentText = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

const HEADS = ['count', 'failed', 'per second', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'];

function operationsTable(stages: readonly StageFigures[], label: string): string {
  const isMany = stages.length > 1;
  const rows = stages.flatMap((stage) =>
    operationRows(stage).map(
      ({ name, figures }) =>
        `<tr><td>${isMany ? `${escape(stage.name)}: ` : ''}${name}</td>${cells(figures)
          .map((cell) => `<td>${cell}</td>`)
          .join('')}</tr>`,
    ),
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr><th>operation</th>${HEADS.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function cells(o: OperationFigures): string[] {
  const failed = sum(o.errors);
  return [
    number(o.count),
    failed === 0 ? '0' : `<span class="bad">${number(failed)}</span>`,
    String(Number(o.ratePerSecond.toPrecision(3))),
    ...[o.p50, o.p90, o.p95, o.p99, o.p999, o.max].map((ms) => (o.count === 0 ? '–' : latency(ms))),
  ];
}

function errors({ total }: RunResults): string {
  const rows = operationRows(total).flatMap(({ name, figures }) =>
    Object.entries(figures.errors).map(
      ([code, count]) =>
        `<tr><td>${name}</td><td class="text">${escape(code)}</td><td>${number(count)}</td></tr>`,
    ),
  );
  if (rows.length === 0) return '<h2>Errors</h2><p>None.</p>';
  return `<h2>Errors</h2><div class="scroll" tabindex="0" role="region" aria-label="Errors"><table><thead><tr><th>operation</th><th class="text">code</th><th>count</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function chartFigure(id: string, title: string): string {
  return `<figure id="${id}"><figcaption>${escape(title)}</figcaption><svg class="plot" viewBox="0 0 640 240" role="img" aria-label="${escape(title)}; the figures are in the table below"></svg><div class="legend"></div><details><summary>As a table</summary></details></figure>`;
}

function method({ plan }: RunResults): string {
  return `<h2>How it was measured</h2>
<p>Operations are an open model: they are due at the times of a Poisson process of the wanted rate, whatever became of those before. <strong>Each latency counts from when the operation was due</strong>, not from
when the tester came round to it, so that a stall of the network or of the tester lengthens the latencies of all that were due meanwhile (coordinated omission is corrected this way, not by estimate). Failed operations have no latency; they are
counted as errors. Connect is from when a leaf was to come until its home welcomed it: token, list, mutual TLS and hello. Publish is until the home acknowledged the catalog. Failover is from the loss of a home until the catalog is with the next one.
Download is until the last chunk is proved, first-chunk until the first, the look-up of sources and the wait for slots included; every chunk is proved by its hash, as real peers do, and then compared byte by byte with what it ought to be.
Recall is the share of items found among those that a leaf of the same worker had published for three seconds before the question, and until the answer.</p>
<p>The tester watches itself. When operations began more than ${plan.maxLatenessMs} ms late, or its event loop was blocked for as long, in more than one of twenty intervals, or a worker used up its core in half of them, the run is no result.</p>`;
}
