// A load test against real processes: auth, list, and one supernode that takes whoever comes.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startTestNetwork } from '@banyan/e2e';
import { parseScenario, runLoad } from '@banyan/load';
import { askable, askMemory } from './collected-memory.mjs';

const SUPERNODE = 'oak';

const COLLECTED_MEMORY = new URL('./collected-memory.mjs', import.meta.url).href;

/**
 * Runs a scenario against a network of one supernode.
 *
 * @param workers - processes that the leaves are in; with `weigh` one
 * @param weigh - stages in whose first second the memory of supernode and worker is taken, their garbage collected
 * @returns the results of the run; `weighed`: by stage `{online, supernode, worker}`, both as of `collectedMemory`
 */
export async function loadOneSupernode({ name, text, scratch, signal, say, workers = 1, weigh = [] }) {
  const memory = join(scratch, `memory-${name}`);
  mkdirSync(memory);
  // Supernode and worker inherit both; only those that are loaded with the file know what it means.
  process.env.BANYAN_BENCH_MEMORY = memory;
  const network = await startTestNetwork({
    supernodes: [SUPERNODE],
    logLevel: 'warn',
    folder: scratch,
    args: { [SUPERNODE]: ['--capacity', '50000'] },
  });
  try {
    const plan = parseScenario(`seed: 1\ntester: { maxLateness: 100ms }\n${text}`, `${name}.yaml`);
    // One use for each thousand leaves.
    const { code } = await network.operator.network.auth.createInvite({
      uses: Math.ceil(plan.identities / 1000),
      grants: ['load'],
    });
    const supernode = network.supernode(SUPERNODE);
    if (weigh.length > 0) {
      await supernode.stop();
      await supernode.start([], ['--import', COLLECTED_MEMORY]);
      process.env.NODE_OPTIONS = `--import ${COLLECTED_MEMORY}`;
    }
    const { pid } = supernode;
    const weighed = {};
    const weighing = [];
    const weighAt = async ({ stage, online }) => {
      weighed[stage] = { online };
      const [worker] = (await askable(memory)).filter((one) => one !== pid);
      Object.assign(weighed[stage], {
        supernode: await askMemory(memory, pid),
        worker: await askMemory(memory, worker),
      });
    };
    const results = await runLoad({
      plan,
      target: {
        issuer: network.issuer,
        pins: [],
        invite: code,
        processes: [
          { name: SUPERNODE, pid, isSupernode: true, kill: () => undefined, stop: async () => undefined },
        ],
      },
      folder: join(network.folder, 'load'),
      workers,
      signal,
      onStep: say,
      onSnapshot: (snapshot) => {
        if (weigh.includes(snapshot.stage) && weighed[snapshot.stage] === undefined)
          weighing.push(weighAt(snapshot));
      },
    });
    await Promise.all(weighing);
    return { ...results, weighed };
  } finally {
    delete process.env.NODE_OPTIONS;
    delete process.env.BANYAN_BENCH_MEMORY;
    await network.stop();
  }
}
