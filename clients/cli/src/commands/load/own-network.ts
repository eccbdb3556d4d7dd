/** The network that a load test starts for itself: auth, list and supernodes, on loopback, gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLinkProxy,
  isOfLink,
  type LinkProxy,
  type LoadPlan,
  type LoadTarget,
  type TargetProcess,
} from '@banyan/load';
import type { Child, ChildExit } from '@banyan/kit';
import { startLocalNetwork } from '../../local-network/local-network.ts';

export interface OwnNetwork {
  readonly target: LoadTarget;
  /** Where the keys of this run are kept. */
  readonly keysFolder: string;
  stop(): Promise<void>;
}

export interface OwnNetworkInit {
  readonly plan: LoadPlan;
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly onExit: (name: string, exit: ChildExit) => void;
}

/** The invite of the accounts is used within seconds. */
const INVITE_TTL_S = 600;
/** Accounts that it admits: 1,000 leaves each. */
const INVITE_USES = 500;

export async function startOwnNetwork({ plan, signal, onStep, onExit }: OwnNetworkInit): Promise<OwnNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-load-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const names = Array.from({ length: plan.network.supernodes }, (_, i) => `supernode-${i + 1}`);
  const quiet = ['--log-level', 'warn'];
  const links = new Map<string, LinkProxy>();
  const closeLinks = (): void => {
    for (const link of links.values()) link.close();
  };
  try {
    if (plan.faults.some(isOfLink)) for (const name of names) links.set(name, await createLinkProxy());
    const network = await startLocalNetwork({
      folder,
      basePort: 0,
      supernodes: names,
      peers: [],
      sample: false,
      onStep,
      onExit,
      signal,
      extraArgs: {
        auth: quiet,
        list: quiet,
        ...Object.fromEntries(
          names.map((name) => {
            const link = links.get(name);
            return [
              name,
              [
                ...quiet,
                ...['--capacity', String(plan.network.capacity)],
                // The list tells everybody the address of the link.
                ...(link === undefined ? [] : ['--public-port', String(link.port)]),
              ],
            ];
          }),
        ),
      },
    });
    for (const { name, ready } of network.supernodes) links.get(name)?.leadTo(Number(ready['port']));
    const { code } = await network.operator.auth.createInvite({
      uses: INVITE_USES,
      ttlSeconds: INVITE_TTL_S,
      grants: ['load'],
    });
    return {
      keysFolder: join(folder, 'load'),
      target: {
        issuer: network.issuer,
        pins: [],
        invite: code,
        processes: [
          processOf(network.auth, false),
          processOf(network.list, false),
          ...network.supernodes.map((child) => processOf(child, true, links.get(child.name))),
        ],
      },
      async stop() {
        await network.stop();
        closeLinks();
        await remove();
      },
    };
  } catch (error) {
    closeLinks();
    await remove();
    throw error;
  }
}

function processOf({ name, pid, kill, stop }: Child, isSupernode: boolean, link?: LinkProxy): TargetProcess {
  return { name, pid, isSupernode, kill, stop, ...(link === undefined ? {} : { link }) };
}
