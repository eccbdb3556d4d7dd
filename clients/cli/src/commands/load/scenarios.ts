/** `banyan load scenarios` */
import { readScenario, shippedScenarios, type LoadPlan } from '@banyan/load';
import type { Cli } from '../../cli.ts';
import { tableLines } from '../../format/table.ts';
import { countText, durationText } from '../../format/units.ts';

export async function listScenarios(cli: Cli): Promise<void> {
  const plans = await Promise.all((await shippedScenarios()).map((name) => readScenario(name, cli.ctx.cwd)));
  const rows = plans.map(({ name, description, durationMs, maxLeaves, network }) => ({
    name,
    description,
    durationMs,
    maxLeaves,
    supernodes: network.supernodes,
  }));
  cli.result(rows, () => lines(plans, cli));
}

function lines(plans: readonly LoadPlan[], { ctx, style }: Cli): string[] {
  return tableLines<LoadPlan>(
    [
      { head: 'Name', value: ({ name }) => name, style: style.bold },
      { head: 'Takes', value: ({ durationMs }) => durationText(durationMs), align: 'right' },
      { head: 'Leaves', value: ({ maxLeaves }) => countText(maxLeaves), align: 'right' },
      { head: 'Supernodes', value: ({ network }) => String(network.supernodes), align: 'right' },
      { head: 'What', value: ({ description }) => description, shrinkTo: 20 },
    ],
    plans,
    { width: ctx.out.width, headStyle: style.bold },
  );
}
