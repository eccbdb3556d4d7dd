/** `banyan load agent` */
import { availableParallelism } from 'node:os';
import { startAgent } from '@banyan/load';
import type { Cli } from '../../cli.ts';

export interface AgentOptions {
  readonly host: string;
  readonly port: number;
  readonly publicHost?: string;
  readonly workers?: number;
}

/** Lends this machine until somebody ends it. */
export async function runAgent(cli: Cli, options: AgentOptions): Promise<void> {
  const agent = await startAgent({
    host: options.host,
    port: options.port,
    maxWorkers: options.workers ?? availableParallelism(),
    ...(options.publicHost === undefined ? {} : { publicHost: options.publicHost }),
    onWorkers: (running) => {
      if (!cli.json) cli.ctx.err.write(`${running} of this machine’s workers run\n`);
    },
  });
  cli.result({ link: agent.link }, () => [agent.link]);
  await new Promise<void>((resolve) => {
    const unlisten = cli.ctx.signals.on(() => {
      unlisten();
      resolve();
    });
  });
  agent.close();
}
