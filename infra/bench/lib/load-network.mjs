// A load test against real processes: auth, list, and one supernode that takes whoever comes.
import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
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
 * @returns the results of the run; `weighed`: by stage `{online, supernode, worker}`, both as of `collectedMemory`; `idle`: by
 *   stage the share of the machine's processors that nobody wanted
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
    const idle = createIdleWatch();
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
        idle.see(snapshot.stage);
        if (weigh.includes(snapshot.stage) && weighed[snapshot.stage] === undefined)
          weighing.push(weighAt(snapshot));
      },
    });
    await Promise.all(weighing);
    return { ...results, weighed, idle: idle.shares() };
  } finally {
    delete process.env.NODE_OPTIONS;
    delete process.env.BANYAN_BENCH_MEMORY;
    await network.stop();
  }
}

/** Adds up by stage for how long the processors of this machine had nothing to do. */
function createIdleWatch() {
  const stages = new Map();
  let last;
  return {
    /** @param stage - the one that the time since the last call belongs to */
    see(stage) {
      const now = { idle: 0, all: 0 };
      for (const { times } of cpus()) {
        now.idle += times.idle;
        now.all += Object.values(times).reduce((sum, one) => sum + one, 0);
      }
      if (last !== undefined) {
        const sum = stages.get(stage) ?? { idle: 0, all: 0 };
        stages.set(stage, { idle: sum.idle + now.idle - last.idle, all: sum.all + now.all - last.all });
      }
      last = now;
    },
    shares: () => Object.fromEntries([...stages].map(([stage, { idle, all }]) => [stage, idle / all])),
  };
}
