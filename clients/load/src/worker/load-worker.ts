/** The process of one worker: does what the coordinator says over IPC, and ends with it. */
import {
  createIssuer,
  createSemaphore,
  createServiceFetch,
  createTokenVerifier,
  isLoopbackHost,
  limitHeapGrowth,
  normalizeIssuerUrl,
  silentLog,
  systemClock,
  type Timer,
} from '@banyan/kit';
import { AUDIENCE, toBanyanError } from '@banyan/proto';
import { createContents, createSyntheticBytes } from '@banyan/core';
import { createRevocationIntake } from '@banyan/sdk';
import { createCrowd } from '../leaf/crowd.ts';
import { createTurnClock } from '../leaf/turn-clock.ts';
import { createRecorder } from '../measure/recorder.ts';
import { createSelfWatch } from '../measure/self-watch.ts';
import { sha256 } from '../transfer/sha256.ts';
import { createTransferDesk } from '../transfer/transfer-desk.ts';
import { enrolLeaves } from './enrol-leaves.ts';
import { createGenerator, type Generator } from './load-generator.ts';
import { INTERVAL_MS, type FromWorker, type PrepareMessage, type ToWorker } from './messages.ts';

limitHeapGrowth();

/**
 * When a third of a network dies, hundreds of leaves ask for other supernodes in one moment, and shake hands with them: what has
 * come for so many is taken in one turn of the event loop, a millisecond for each, two or three where others want the cores too.
 * (A supernode takes far more of one address that have no name yet: 512.)
 */
const MAX_QUESTIONS = 16;
const MAX_HANDSHAKES = 16;

const say = (message: FromWorker): void => void process.send?.(message);

interface Prepared {
  start(at: number): Promise<void>;
  stop(): void;
}

async function prepare(message: PrepareMessage): Promise<Prepared> {
  const { plan, slice, issuer: url, pins } = message;
  const log = silentLog();
  const issuer = createIssuer(
    { clock: systemClock, log },
    { url: normalizeIssuerUrl(url), ...(pins.length === 0 ? {} : { pins }) },
  );
  await issuer.start();
  const listFetch = createServiceFetch({ pins: () => issuer.listPins });
  const recorder = createRecorder();
  const bytes = plan.hasDownloads ? createSyntheticBytes(plan.seed, sha256) : undefined;
  const contents = createContents(plan.contents, bytes);
  const desk =
    bytes === undefined
      ? undefined
      : createTransferDesk({
          contents,
          bytes,
          verifier: createTokenVerifier(
            { keys: issuer.keys, revocations: issuer.revocations, clock: systemClock },
            { issuer: issuer.url, audience: AUDIENCE.peer },
          ),
        });
  const crowd = createCrowd(plan, recorder, [slice.index, slice.of]);
  const leaves = await enrolLeaves({
    message,
    world: {
      issuer,
      listFetch,
      intake: createRevocationIntake({ clock: systemClock, log, issuer }),
      keepSecond: plan.leaf.secondHome,
      turnClock: createTurnClock(),
      questions: createSemaphore(MAX_QUESTIONS),
      handshakes: createSemaphore(MAX_HANDSHAKES),
      ...(bytes === undefined || desk === undefined
        ? {}
        : { transfers: { bytes, desk, host: listenHost(issuer.url) } }),
    },
    contents,
    events: crowd.events,
    onProgress: (enrolled, deviceIds) => say({ kind: 'progress', enrolled, deviceIds }),
  });
  crowd.fill(leaves);
  say({ kind: 'prepared', rssBytes: process.memoryUsage.rss() });
  let generator: Generator | undefined;
  return {
    async start(at) {
      const watch = createSelfWatch();
      const begin = systemClock.monotonic() + (at - systemClock.now());
      let number = -1;
      const flush = (): void => {
        number += 1;
        const { latenessP99Ms, ...collected } = recorder.take();
        say({
          kind: 'interval',
          number,
          ...collected,
          gauges: {
            online: crowd.online,
            active: crowd.active,
            downloading: generator?.downloading ?? 0,
            homes: crowd.homes(),
            records: crowd.records(),
            latenessP99Ms,
            ...watch.take(),
          },
        });
      };
      await systemClock.sleep(begin - systemClock.monotonic());
      watch.take();
      let timer: Timer | undefined;
      // Each at its own time from the start: a timer that repeats drifts, and the intervals of several workers must match.
      const schedule = (): void => {
        timer = systemClock.setTimeout(
          () => {
            flush();
            schedule();
          },
          begin + (number + 2) * INTERVAL_MS - systemClock.monotonic(),
        );
      };
      schedule();
      generator = createGenerator({ crowd, recorder, contents }, plan, slice);
      await generator.run(begin);
      await crowd.disperse();
      desk?.close();
      timer?.cancel();
      flush();
      watch.stop();
      await issuer.stop();
      await listFetch.close();
      say({ kind: 'finished' });
    },
    stop: () => generator?.stop(),
  };
}

/** Where leaves listen: on loopback for a network of this machine, else where others can dial them. */
const listenHost = (issuer: string): string =>
  isLoopbackHost(new URL(issuer).hostname) ? '127.0.0.1' : '0.0.0.0';

let prepared: Promise<Prepared> | undefined;

function fail(error: unknown): void {
  const { code, message } = toBanyanError(
    error,
    'internal',
    error instanceof Error ? error.message : undefined,
  );
  say({ kind: 'failed', code, message });
}

process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'prepare':
      prepared = prepare(message);
      prepared.catch(fail);
      break;
    case 'start':
      prepared?.then((it) => it.start(message.at)).catch(fail);
      break;
    case 'stop':
      prepared?.then((it) => it.stop()).catch(() => undefined);
      break;
  }
});
// Ctrl-C of the terminal reaches everybody; the coordinator decides what it means.
process.on('SIGINT', () => undefined);
// Without a coordinator there is nobody to work for.
process.on('disconnect', () => process.exit(0));
