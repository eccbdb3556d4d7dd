/** The audits of auth and list as one, newest first, and as a file. */
import { createWordFilter } from '@banyan/core';
import { csvLine, timeText, type AuditEntry, type AuditResponse, type ConsoleAudit } from '@banyan/proto';

/** Where entries come from: in the order of time, those after an id. */
export type AuditSource = (after: string, limit: number) => Promise<AuditResponse>;

/** What is looked for. */
export interface AuditQuery {
  /** Words that are all in an entry. */
  readonly words: string;
  /** Unix ms. */
  readonly since: number;
  /** Unix ms; entries before it. */
  readonly until: number;
}

/** Looked through first; each further step back in time is four times as long, where that does not promise too much. */
const FIRST_STEP_MS = 3600_000;
const STEP_FACTOR = 4;
/** Entries of one service that one look reads; what lies further back is asked for with a closer time. */
const MAX_SCANNED = 20_000;
/** Of these, the part for one step: where more lies in it, a quarter of that time is looked through instead. */
const STEP_SCANNED = MAX_SCANNED / 4;
/** Steps in which too much lay: as many quarters lead from an hour to a millisecond. */
const MAX_MISSES = 12;
const PAGE = 500;
/** Digits of the time that an entry's id begins with. */
const TIME_DIGITS = 13;

/** An id before all entries of that time. */
const cursorOf = (at: number): string => String(Math.max(0, Math.floor(at))).padStart(TIME_DIGITS, '0');

function matcher(words: string): (entry: AuditEntry) => boolean {
  const matches = createWordFilter(words);
  return ({ by, action, subject, name, reason, service }) => {
    const who = 'name' in by ? `${by.name} ${by.account}` : by.kind;
    return matches(`${who} ${by.kind} ${action} ${subject} ${name} ${reason} ${service}`);
  };
}

/** Entries of a source in that time, in its order. */
async function* between(source: AuditSource, from: number, until: number): AsyncGenerator<AuditEntry> {
  let after = cursorOf(from);
  for (;;) {
    const { entries, next } = await source(after, PAGE);
    for (const entry of entries) {
      if (entry.at >= until) return;
      yield entry;
    }
    if (next === undefined) return;
    after = next;
  }
}

/**
 * The newest entries that match.
 *
 * ```
 *  since                                     upper      until
 *    │  ···  │◀──────── 16 h ────────▶│◀─ 4 h ─▶│◀ 1 h ▶│
 * ```
 */
export async function newestEntries(
  sources: readonly AuditSource[],
  { words, since, until }: AuditQuery,
  limit: number,
): Promise<Omit<ConsoleAudit, 'problem'>> {
  const matches = matcher(words);
  const found: AuditEntry[] = [];
  const stepScanned = STEP_SCANNED * sources.length;
  let [upper, step, scanned, misses] = [until, FIRST_STEP_MS, 0, 0];

  /** What matches between two times, of how many; undefined: there was too much to look through. */
  async function matching(from: number, to: number) {
    const here: AuditEntry[] = [];
    let read = 0;
    for (const source of sources)
      for await (const entry of between(source, from, to)) {
        read += 1;
        if (read > stepScanned) return undefined;
        if (matches(entry)) here.push(entry);
      }
    return { here, read };
  }

  const isMore = (): boolean => scanned < MAX_SCANNED * sources.length && misses < MAX_MISSES;
  while (upper > since && found.length < limit && isMore()) {
    const lower = Math.max(since, upper - step);
    const looked = await matching(lower, upper);
    if (looked === undefined) {
      // Entries come in the order of time: what was read is the older end, with a gap before what is found.
      misses += 1;
      step = Math.ceil((upper - lower) / STEP_FACTOR);
      continue;
    }
    found.push(...looked.here);
    scanned += looked.read;
    upper = lower;
    if (looked.read * STEP_FACTOR <= stepScanned) step *= STEP_FACTOR;
  }
  const entries = newestFirst(found).slice(0, limit);
  const isComplete = found.length <= limit && upper <= since;
  const isCut = found.length >= limit;
  return { entries, from: isComplete ? since : isCut ? (entries.at(-1)?.at ?? upper) : upper, isComplete };
}

function newestFirst(entries: AuditEntry[]): AuditEntry[] {
  return entries.sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** All entries that match, the oldest first, merged by their ids. */
export async function* entriesInOrder(
  sources: readonly AuditSource[],
  { words, since, until }: AuditQuery,
): AsyncGenerator<AuditEntry> {
  const matches = matcher(words);
  const streams = sources.map((source) => between(source, since, until));
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let first = -1;
    heads.forEach((head, i) => {
      const best = first < 0 ? undefined : heads[first];
      if (head.done !== true && (best === undefined || best.done === true || head.value.id < best.value.id))
        first = i;
    });
    const head = heads[first];
    if (head === undefined || head.done === true) return;
    if (matches(head.value)) yield head.value;
    heads[first] = await streams[first]!.next();
  }
}

const COLUMNS = [
  ...['id', 'time', 'service', 'by', 'account', 'action', 'subject', 'name', 'reason', 'figures'],
  ...['n', 'linked', 'previous', 'hash'],
];

/** One entry as a line of RFC 4180; without one, the head. */
export function auditLine(entry?: AuditEntry): string {
  if (entry === undefined) return csvLine(COLUMNS);
  const { id, at, service, by, action, subject, name, reason, figures, chain } = entry;
  return csvLine([
    ...[id, timeText(at), service, by.kind, 'name' in by ? by.name : ''],
    ...[action, subject, name, reason, JSON.stringify(figures)],
    ...(chain === undefined
      ? ['', '', '', '']
      : [String(chain.n), String(chain.at), chain.previous, chain.hash]),
  ]);
}
