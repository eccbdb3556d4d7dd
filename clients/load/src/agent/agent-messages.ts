/** What coordinator and agent say to each other: the messages of a worker as JSON, with times that two clocks agree on. */
import { BanyanError } from '@banyan/proto';
import type { FromWorker, ToWorker } from '../worker/messages.ts';

export const AGENT_PATH = '/v1/load-agent';
export const AGENT_PROTOCOL = 'banyan-load.v1';

/** A frame: one interval of a worker that does 50,000 operations a second is about 400 KiB. */
export const MAX_AGENT_FRAME_BYTES = 8 * 1024 * 1024;

/** `start` in so many milliseconds: the clocks of two machines differ by more than a network is long. */
export type ToAgent =
  Exclude<ToWorker, { kind: 'start' }> | { readonly kind: 'start'; readonly inMs: number };

/** What an agent has to offer; its answer to a GET of {@link AGENT_PATH}. */
export interface AgentOffer {
  /** Files and sockets that one process of it may open; null: its system does not say. */
  readonly descriptors: number | null;
  /** Workers that it takes beside those that run. */
  readonly workers: number;
}

/** @throws BanyanError `invalid_request` */
export function readOffer(body: unknown): AgentOffer {
  const { descriptors, workers } = (body ?? {}) as Partial<Record<keyof AgentOffer, unknown>>;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!isCount(workers) || !(descriptors === null || isCount(descriptors))) throw notOurs();
  return { descriptors, workers };
}

export function toAgent(message: ToWorker, now: number): string {
  const told: ToAgent = message.kind === 'start' ? { kind: 'start', inMs: message.at - now } : message;
  return JSON.stringify(told);
}

/** @throws BanyanError `invalid_request` */
export function atAgent(text: string, now: number): ToWorker {
  const message = kindOf(text, ['prepare', 'start', 'stop']) as ToAgent;
  return message.kind === 'start' ? { kind: 'start', at: now + message.inMs } : message;
}

export function fromAgent(message: FromWorker): string {
  return JSON.stringify(message, (_key, value: unknown) =>
    value instanceof Uint32Array ? Array.from(value) : value,
  );
}

/** @throws BanyanError `invalid_request` */
export function atCoordinator(text: string): FromWorker {
  const message = kindOf(text, ['progress', 'prepared', 'interval', 'finished', 'failed']) as FromWorker;
  if (message.kind !== 'interval') return message;
  return {
    ...message,
    latencies: Object.fromEntries(
      Object.entries(message.latencies).map(([operation, micros]) => [operation, Uint32Array.from(micros)]),
    ),
  };
}

function kindOf(text: string, kinds: readonly string[]): { readonly kind: string } {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    message = undefined;
  }
  const kind = (message as { kind?: unknown } | null | undefined)?.kind;
  if (typeof kind !== 'string' || !kinds.includes(kind)) throw notOurs();
  return message as { kind: string };
}

function notOurs(): BanyanError {
  return new BanyanError('invalid_request', 'This is no message of a load test. Are both of one version?');
}
