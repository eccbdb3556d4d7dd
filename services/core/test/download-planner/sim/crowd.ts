import { CHUNK_BYTES } from '@banyan/proto';
import {
  createDownloadPlanner,
  type DownloadPlanner,
  type PlannerAction,
  type PlannerEvent,
} from '../../../src/index.ts';
import { Agenda } from './agenda.ts';
import { seededRandom } from './random.ts';

export interface CrowdInit {
  readonly seed: number;
  readonly length: number;
  /** Who fetch, each also a source of what it has. */
  readonly members: number;
  /** Bytes per second that the one source gives in all, and that each member gives. */
  readonly sourceRate: number;
  readonly memberRate: number;
  /** When a member, from the start of the run, begins. */
  readonly beginsAt: (member: number) => number;
  /** So long after it began each learns of the others who have begun, and again and again. */
  readonly hearsEveryMs: number;
  readonly limitMs?: number;
}

export interface CrowdResult {
  /** When each had everything; `Infinity`: never. */
  readonly doneAt: readonly number[];
  /** Bytes that the one source gave. */
  readonly ofSource: number;
}

interface Flow {
  readonly requestId: number;
  readonly giver: string;
  readonly first: number;
  end: number;
  readonly flowsAt: number;
  received: number;
  told: number;
}

interface Member {
  readonly id: string;
  readonly planner: DownloadPlanner;
  readonly flows: Map<number, Flow>;
  readonly known: Set<string>;
  wakeAt: number;
  hearsAt: number;
}

const SOURCE = 'source';
const STEP_MS = 20;
const LATENCY_MS = 20;

/** One source and many who fetch the same from it and from each other, each with a planner of its own, on one virtual clock. */
export function runCrowd(init: CrowdInit): CrowdResult {
  const { length, members: count, limitMs = 3_600_000 } = init;
  const chunkCount = Math.ceil(length / CHUNK_BYTES);
  const members = new Map<string, Member>();
  const doneAt = new Array<number>(count).fill(Number.POSITIVE_INFINITY);
  const agenda = new Agenda();
  let now = 0;
  let ofSource = 0;

  const endOf = (chunk: number): number => Math.min(length, chunk * CHUNK_BYTES);
  const has = (id: string, chunk: number): boolean =>
    id === SOURCE || members.get(id)!.planner.isProved(chunk);
  const mapOf = (id: string): { has(chunk: number): boolean } => {
    // As it is when it is asked: the answer is read later.
    const held = Array.from({ length: chunkCount }, (_, chunk) => has(id, chunk));
    return { has: (chunk) => held[chunk]! };
  };
  const after = (ms: number, run: () => void): void => agenda.add(now + ms, run);

  const tell = (member: Member, event: PlannerEvent): void => {
    for (const action of member.planner.handle(event, now)) act(member, action);
  };
  const act = (member: Member, action: PlannerAction): void => {
    switch (action.type) {
      case 'start-request':
        member.flows.set(action.requestId, {
          requestId: action.requestId,
          giver: action.sourceId,
          first: action.firstChunk,
          end: action.firstChunk + action.chunkCount,
          flowsAt: now + LATENCY_MS,
          received: 0,
          told: action.firstChunk,
        });
        break;
      case 'shorten-request': {
        const flow = member.flows.get(action.requestId);
        if (flow !== undefined) flow.end = Math.min(flow.end, flow.first + action.chunkCount);
        break;
      }
      case 'abort-request':
        member.flows.delete(action.requestId);
        break;
      case 'refresh-source': {
        const chunks = mapOf(action.sourceId);
        after(LATENCY_MS, () => tell(member, { type: 'source-updated', sourceId: action.sourceId, chunks }));
        break;
      }
      case 'complete':
        doneAt[Number(member.id)] = now;
        break;
      case 'wake-at':
        member.wakeAt = action.at;
        break;
      // Nobody fails here, and everybody hears of the others by the clock.
      case 'drop-source':
      case 'need-sources':
        break;
    }
  };

  const give = (id: string, rate: number): void => {
    const open = [...members.values()].flatMap((member) =>
      [...member.flows.values()]
        .filter((flow) => flow.giver === id && flow.flowsAt <= now)
        .map((flow) => ({ member, flow })),
    );
    for (const { member, flow } of open) {
      if (!member.flows.has(flow.requestId)) continue;
      const bytes = Math.min(
        (rate * STEP_MS) / 1000 / open.length,
        endOf(flow.end) - flow.first * CHUNK_BYTES - flow.received,
      );
      if (bytes > 0) {
        flow.received += bytes;
        if (id === SOURCE) ofSource += bytes;
        tell(member, { type: 'request-progress', requestId: flow.requestId, bytes });
      }
      while (flow.told < flow.end && flow.received >= endOf(flow.told + 1) - flow.first * CHUNK_BYTES) {
        const chunk = flow.told++;
        tell(member, { type: 'chunk-received', requestId: flow.requestId, chunk });
        tell(member, { type: 'chunk-proved', chunk, sourceId: id });
      }
      if (!member.flows.has(flow.requestId) || flow.told < flow.end) continue;
      member.flows.delete(flow.requestId);
      tell(member, { type: 'request-ended', requestId: flow.requestId, outcome: 'done' });
    }
  };

  for (; now < limitMs && doneAt.some((at) => at === Number.POSITIVE_INFINITY); now += STEP_MS) {
    for (let i = 0; i < count; i++) {
      if (members.has(String(i)) || init.beginsAt(i) > now) continue;
      const planner = createDownloadPlanner({
        length,
        chunkCount,
        now,
        random: seededRandom(init.seed * 1000 + i),
      });
      const member: Member = {
        id: String(i),
        planner,
        flows: new Map(),
        known: new Set(),
        wakeAt: 0,
        hearsAt: now + init.hearsEveryMs,
      };
      members.set(member.id, member);
      tell(member, { type: 'tick' });
      tell(member, { type: 'source-added', sourceId: SOURCE });
    }
    for (const member of members.values()) {
      if (now >= member.hearsAt) {
        member.hearsAt = now + init.hearsEveryMs;
        for (const { id } of members.values()) {
          if (id === member.id || member.known.has(id)) continue;
          member.known.add(id);
          tell(member, { type: 'source-added', sourceId: id, chunks: mapOf(id) });
        }
      }
      if (member.wakeAt > 0 && member.wakeAt <= now) {
        member.wakeAt = 0;
        tell(member, { type: 'tick' });
      }
    }
    give(SOURCE, init.sourceRate);
    for (const { id } of members.values()) give(id, init.memberRate);
    agenda.run(now);
  }
  return { doneAt, ofSource };
}
