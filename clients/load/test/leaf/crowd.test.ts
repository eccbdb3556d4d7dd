import { describe, expect, test } from '@jest/globals';
import { createCrowd } from '../../src/leaf/crowd.ts';
import type { Leaf } from '../../src/leaf/leaf.ts';
import { createRecorder } from '../../src/measure/recorder.ts';
import { parseScenario } from '../../src/scenario/read-scenario.ts';

const PLAN = parseScenario('stages:\n  - { name: up, for: 10s, leaves: 1 }\n', 'a.yaml');

/** Of a leaf only what the crowd looks at when it is told of a catalog. */
const sharer = (): Leaf => ({ profile: { persona: 'ordinary', library: [1, 2] } }) as unknown as Leaf;

describe('a crowd', () => {
  test.each([
    [false, 1],
    [true, 0],
  ])('counts as published what was sent, not what a home held still (held: %s)', (wasHeld, count) => {
    const recorder = createRecorder();
    const crowd = createCrowd(PLAN, recorder, ['test']);
    const leaf = sharer();
    crowd.events.onPublished(leaf, { homeAt: 0, since: 0, isReturn: false, wasHeld });
    expect(crowd.holders).toEqual([leaf]);
    expect(recorder.take().latencies.publish?.length ?? 0).toBe(count);
  });
});
