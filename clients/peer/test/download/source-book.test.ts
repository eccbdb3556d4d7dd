import { describe, expect, it } from '@jest/globals';
import type { SourceSnapshot } from '@banyan/core';
import { createSourceBook } from '../../src/download/source-book.ts';

const snapshot = (more: Partial<SourceSnapshot>): SourceSnapshot => ({
  ...{ sourceId: 'bob', state: 'active', since: 0, rate: undefined, latencyMs: undefined, bytes: 0 },
  ...{ chunksProved: 3, chunksRefused: 0, chunksHeld: undefined, inFlight: 1, failures: 1 },
  ...{ reason: 'source_closed', evidence: undefined, retryAt: undefined, failuresInRow: 0 },
  ...more,
});

describe('what is said of a source', () => {
  it.each<[SourceSnapshot['state'], number, string | undefined]>([
    // A download may end while one that failed is tried again: what it failed with stays to be read.
    ['active', 1, 'source_closed'],
    ['idle', 1, 'source_closed'],
    ['backing-off', 1, 'source_closed'],
    ['dropped', 2, 'source_closed'],
    ['active', 0, undefined],
    ['idle', 0, undefined],
  ])('%s with %i failures since it gave something: its problem is %s', (state, failuresInRow, code) => {
    const view = createSourceBook('me').view(snapshot({ state, failuresInRow }), (at) => at);
    expect(view.problem?.code).toBe(code);
  });
});
