import { expect, test } from '@jest/globals';
import { placeWorkers, type WorkerMachine } from '../../src/run/descriptors.ts';

const machine = (descriptors: number | undefined, more: Partial<WorkerMachine> = {}): WorkerMachine => ({
  place: 'here',
  descriptors,
  ...more,
});
const init = { maxLeaves: 19_000, socketsPerLeaf: 1, workers: 1, machines: [machine(20_000)] };

test('leaves are spread over as many processes as their descriptors allow', () => {
  expect(placeWorkers(init)).toHaveLength(1);
  expect(placeWorkers({ ...init, socketsPerLeaf: 2 })).toHaveLength(2);
  expect(placeWorkers({ ...init, maxLeaves: 19_001, machines: [machine(undefined)] })).toHaveLength(2);
  expect(placeWorkers({ ...init, maxLeaves: 3, workers: 8 })).toHaveLength(3);
});

test('the machine with the fewest descriptors says how many leaves a worker has, and each gets its turn', () => {
  const machines = [machine(20_000), machine(5_512, { place: 'at the agent b:1', workers: 2 })];
  expect(placeWorkers({ ...init, machines })).toEqual([0, 1, 0, 1]);
});

test('whoever takes no more workers is passed over', () => {
  const machines = [machine(20_000, { workers: 1 }), machine(20_000, { workers: 0 }), machine(20_000)];
  expect(placeWorkers({ ...init, workers: 4, machines })).toEqual([0, 2, 2, 2]);
});

test('what a machine lacks is said, and which one it is', () => {
  const small = machine(400, { place: 'at the agent b:1' });
  expect(() => placeWorkers({ ...init, machines: [machine(20_000), small] })).toThrow(
    /only 400 files.*at the agent b:1.*ulimit -n/,
  );
  const machines = [machine(1_512, { workers: 3 }), machine(1_512, { workers: 4 })];
  expect(() => placeWorkers({ ...init, machines })).toThrow(
    /needs 19 workers of at most 1000 leaves.*take only 7.*--workers/,
  );
});
