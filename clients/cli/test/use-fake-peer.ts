/** A peer with scripted answers in a data folder of its own, for each test of a file anew. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { runCli } from '../src/program.ts';
import { startFakePeer, type FakePeer } from './fake-peer.ts';
import { testContext, type TestContext, type TestContextInit } from './test-context.ts';

export interface Ran {
  readonly code: number;
  readonly ctx: TestContext;
  /** What stdout holds, as JSON. */
  json(): any;
}

export interface FakePeerOfTest {
  /** The local peer alice. */
  readonly peer: FakePeer;
  readonly folder: string;
  /** Runs a command to its end. */
  run(args: readonly string[], init?: TestContextInit): Promise<Ran>;
}

/** Call it once at the top of a test file. */
export function useFakePeer(): FakePeerOfTest {
  let peer: FakePeer;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'banyan-cli-'));
    peer = await startFakePeer();
    await peer.announce(join(folder, 'local', 'alice', 'peer'));
  });
  afterEach(async () => {
    await peer.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    get peer() {
      return peer;
    },
    get folder() {
      return folder;
    },
    async run(args, init = {}) {
      const ctx = testContext({ ...init, env: { BANYAN_DATA_DIR: folder, ...init.env } });
      const code = await runCli(args, ctx);
      return { code, ctx, json: () => JSON.parse(ctx.stdout()) };
    },
  };
}

/** Bounded by the time of the test. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
