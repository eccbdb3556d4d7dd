/** How a load test is, in lines that are drawn again every second. */
import type { Snapshot } from '@banyan/load';
import type { Style } from '../../format/style.ts';
import { countText, durationText } from '../../format/units.ts';

const BAR_CELLS = 24;

/** Milliseconds as people read them: 0.8 ms, 12 ms, 1.5 s. */
export function latencyText(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

export function shareText(share: number | undefined): string {
  return share === undefined ? '–' : `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

export function liveLines(snapshot: Snapshot, durationMs: number, style: Style): string[] {
  const { elapsedMs, stage, online, wanted, operations, totals, tester } = snapshot;
  const done = Math.min(1, elapsedMs / durationMs);
  const filled = Math.round(done * BAR_CELLS);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}`;
  const errors = `${countText(totals.errors)} errors`;
  return [
    `${bar} ${durationText(elapsedMs)} of ${durationText(durationMs)}  ${style.bold(stage)}`,
    `leaves ${countText(online)} of ${countText(wanted)}   ${totals.errors > 0 ? style.red(errors) : errors}   ` +
      `lost sessions ${countText(totals.lost)}   recall ${shareText(totals.recall)}   ` +
      `tester ${Math.round(tester.cpu * 100)} % CPU, ${latencyText(tester.latenessP99Ms)} late`,
    ...Object.entries(operations).map(
      ([name, { count, errors: failed, p50, p99 }]) =>
        `  ${name.padEnd(11)} ${`${countText(count)}/s`.padStart(8)}   p50 ${latencyText(p50).padStart(8)}   p99 ${latencyText(p99).padStart(8)}` +
        (failed > 0 ? style.red(`   ${countText(failed)} failed`) : ''),
    ),
  ];
}
