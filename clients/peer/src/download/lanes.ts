/** The lanes as the main loop sees them: requests go out, each gets its events back. */
import { availableParallelism } from 'node:os';
import type { Log } from '@banyan/kit';
import { BanyanError } from '@banyan/proto';
import type { Throttle } from '../bandwidth/throttle.ts';
import { MAX_LANES } from './constants.ts';
import { createLaneBudgets } from './lane-budgets.ts';
import { isMirror } from './lane-messages.ts';
import type { Closed, LaneEvent, LaneRequest, LaneTarget, RequestEvent } from './lane-messages.ts';
import type { LanePort, OpenLanePort } from './worker-lane.ts';

type WithoutId<T> = T extends LaneRequest ? Omit<T, 'request'> : never;

/** All lanes of a process, shared by its downloads. */
export interface Lanes {
  /** Makes a part file known; `mayMake`: the first write makes it. */
  openFile(file: string, path: string, mayMake?: boolean): void;
  /**
   * Resolves when no lane writes into it any more.
   *
   * @param sync - what was written is to survive a power cut
   * @throws BanyanError `disk_full`, `disk_failed` when it could not be synced
   */
  closeFile(file: string, sync?: boolean): Promise<void>;
  /** Starts a request; its events come in order, `settled` last. */
  request(command: WithoutId<LaneRequest>, onEvent: (event: RequestEvent) => void): number;
  shorten(request: number, count: number): void;
  abort(request: number): void;
  /** An entry of a bundle is not wanted any more. */
  leave(request: number, entry: number): void;
  /** Says whether the throttle limits anything; to be called after its rates changed. */
  setLimited(isOn: boolean): void;
  close(): Promise<void>;
}

/** What {@link createLanes} needs. */
export interface LanesComponents {
  readonly log: Log;
  readonly open: OpenLanePort;
  /** Of what all of them read. */
  readonly throttle: Throttle;
}

/** Lanes that this machine's cores can use. */
export function defaultLaneCount(): number {
  return Math.max(1, Math.min(MAX_LANES, availableParallelism()));
}

interface Running {
  readonly lane: number;
  readonly onEvent: (event: RequestEvent) => void;
}

/** Makes lanes; their threads start with the first file. */
export function createLanes(components: LanesComponents, count: number): Lanes {
  const { log, throttle } = components;
  const ports: (LanePort | undefined)[] = Array.from({ length: count });
  const running = new Map<number, Running>();
  const files = new Map<string, { readonly path: string; readonly mayMake: boolean }>();
  /** Of each lane, the files that it knows: one learns of a file with the first request for it. */
  const known = Array.from({ length: count }, () => new Set<string>());
  const closing = new Map<string, { left: number; fault?: Closed['fault']; readonly done: () => void }>();
  const laneOfTarget = new Map<string, number>();
  let nextRequest = 1;
  let isClosed = false;
  let isLimited = throttle.isLimited;

  const budgets = createLaneBudgets(throttle, {
    allow: (request, bytes) => {
      const lane = running.get(request)?.lane;
      if (lane !== undefined) ports[lane]?.send({ type: 'allow', request, bytes });
    },
    tell: (event) => running.get(event.request)?.onEvent(event),
  });

  const takeEvent = (event: LaneEvent): void => {
    if (event.type === 'closed') {
      const waiting = closing.get(event.file);
      if (waiting === undefined) return;
      waiting.left -= 1;
      waiting.fault ??= event.fault;
      if (waiting.left <= 0) waiting.done();
      return;
    }
    const request = running.get(event.request);
    if (event.type === 'settled') running.delete(event.request);
    request?.onEvent(event);
    budgets.note(event);
  };

  const lose = (lane: number, error: Error): void => {
    log.error({ err: error, lane }, 'a download lane failed; its requests start again');
    ports[lane] = undefined;
    known[lane]!.clear();
    for (const waiting of [...closing.values()]) waiting.done();
    for (const [request, { lane: at, onEvent }] of [...running]) {
      if (at !== lane) continue;
      running.delete(request);
      budgets.note({ type: 'settled', request });
      // Ours to blame, not the source.
      onEvent({ type: 'ended', request, outcome: 'failed', code: 'aborted' });
      onEvent({ type: 'settled', request });
    }
  };

  const port = (lane: number): LanePort => {
    let open = ports[lane];
    if (open === undefined) {
      const opened = components.open({
        onEvents: (events) => events.forEach(takeEvent),
        onGone: (error) => {
          if (ports[lane] === opened) lose(lane, error);
        },
      });
      open = opened;
      ports[lane] = open;
      if (isLimited) open.send({ type: 'limit', isOn: true });
    }
    return open;
  };

  /** A target stays with its lane, so that connections are used again and dials are counted in one place. */
  const laneFor = (target: LaneTarget): number => {
    const key = isMirror(target) ? new URL(target.url).origin : `${target.host} ${target.port}`;
    let lane = laneOfTarget.get(key);
    if (lane === undefined) {
      const load = new Array<number>(count).fill(0);
      for (const used of laneOfTarget.values()) load[used]! += 1;
      lane = load.indexOf(Math.min(...load));
      if (laneOfTarget.size >= MAX_KNOWN_TARGETS) laneOfTarget.delete(laneOfTarget.keys().next().value!);
    } else laneOfTarget.delete(key);
    laneOfTarget.set(key, lane);
    return lane;
  };

  return {
    openFile(file, path, mayMake = false) {
      files.set(file, { path, mayMake });
    },
    async closeFile(file, sync = false) {
      if (!files.delete(file)) return;
      const lanes = ports.map((_, lane) => lane).filter((lane) => known[lane]!.delete(file));
      if (lanes.length === 0) return;
      const fault = await new Promise<Closed['fault']>((resolve) => {
        const waiting = {
          left: lanes.length,
          fault: undefined as Closed['fault'],
          done: () => {
            closing.delete(file);
            resolve(waiting.fault);
          },
        };
        closing.set(file, waiting);
        for (const lane of lanes) ports[lane]!.send({ type: 'close', file, sync });
      });
      if (fault !== undefined) throw new BanyanError(fault.code, fault.message);
    },
    request(command, onEvent) {
      const request = nextRequest++;
      const isOfDisk = command.type === 'check' || command.type === 'digest';
      const lane = isOfDisk
        ? request % count
        : laneFor(command.type === 'chunks' ? command.source.target : command.target);
      running.set(request, { lane, onEvent });
      // Bundles are not fetched while anything is limited.
      if (!isOfDisk && command.type !== 'bundle')
        budgets.begin(request, command.type === 'chunks' ? command.file : '');
      if (isClosed) {
        queueMicrotask(() => lose(lane, new Error('the lanes are closed')));
        return request;
      }
      const open = port(lane);
      const file = 'file' in command ? files.get(command.file) : undefined;
      if ('file' in command && file !== undefined && !known[lane]!.has(command.file)) {
        known[lane]!.add(command.file);
        open.send({ type: 'open', file: command.file, ...file });
      }
      open.send({ ...command, request });
      return request;
    },
    shorten(request, chunks) {
      const lane = running.get(request)?.lane;
      if (lane !== undefined) ports[lane]?.send({ type: 'shorten', request, count: chunks });
    },
    abort(request) {
      const lane = running.get(request)?.lane;
      if (lane !== undefined) ports[lane]?.send({ type: 'abort', request });
    },
    leave(request, entry) {
      const lane = running.get(request)?.lane;
      if (lane !== undefined) ports[lane]?.send({ type: 'leave', request, entry });
    },
    setLimited(isOn) {
      if (isOn === isLimited) return;
      isLimited = isOn;
      budgets.reset();
      for (const open of ports) open?.send({ type: 'limit', isOn });
    },
    async close() {
      isClosed = true;
      await Promise.all(ports.map(async (open) => open?.close()));
      ports.fill(undefined);
    },
  };
}

/** Targets remembered; the one used longest ago goes first. */
const MAX_KNOWN_TARGETS = 10_000;
