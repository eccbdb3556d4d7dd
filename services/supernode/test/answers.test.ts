import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { BeatRequest } from '@banyan/proto';
import {
  createWorld,
  metric,
  publish,
  record,
  search,
  until,
  type RunningSupernode,
  type World,
} from './harness.ts';

let world: World;
let oak: RunningSupernode;
beforeEach(async () => {
  world = await createWorld();
  oak = await world.supernode('oak', { capacity: 1 });
});
afterEach(() => world.close());

/** What it says with the beat after the next one. */
async function nextBeat(): Promise<BeatRequest> {
  const before = world.network.beats.length;
  world.clock.skip(5_001);
  await until('it beat', () => world.network.beats.length > before);
  return world.network.beats.at(-1)!.beat;
}

it('tells the list how it answered its leaves, how soon, and whom it turned away; probes are none of them', async () => {
  const session = await (await world.leaf()).open(oak);
  await publish(session, [record(1, 'a fig tree')]);
  const probe = await (await world.leaf()).open(oak, { relation: 'probe' });
  await search(probe, 'banyan probe');
  expect((await search(session, 'fig')).names).toEqual(['a fig tree']);
  expect((await search(session, 'nothing of that kind')).names).toEqual([]);
  await expect((await world.leaf()).open(oak)).rejects.toMatchObject({ code: 'full' });

  const { answers, rates } = await nextBeat();
  expect(answers).toMatchObject({ searches: 2, found: 1 });
  expect(answers!.firstHits.reduce((sum, count) => sum + count, 0)).toBe(1);
  expect(rates!.searches).toBeGreaterThan(0);
  expect(rates!.refused).toBeGreaterThan(0);
  expect(await metric(oak, 'banyan_supernode_first_hit_duration_seconds_count')).toBe(1);
  const text = await oak.metrics();
  expect(text).toMatch(/banyan_supernode_searches_total\{result="found",[^}]*\} 1\n/);
  expect(text).toMatch(/banyan_supernode_searches_total\{result="none",[^}]*\} 1\n/);
  expect(text).toMatch(/banyan_supernode_refused_total\{code="full",[^}]*\} 1\n/);

  world.clock.skip(70_000);
  await nextBeat();
  expect((await nextBeat()).answers).toMatchObject({ searches: 0, found: 0 });
});
