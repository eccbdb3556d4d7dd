/** Lists of bans as text: a table (RFC 4180) with a head, or JSON (spec/identity.md, "Lists of bans"). */
import type { BanSubject, ConsoleBan } from './api/console.ts';
import { csvLine, parseCsv } from './csv.ts';
import { BanyanError } from './errors.ts';
import { evidenceFault, evidenceOf, evidenceText } from './evidence.ts';
import { MAX_BAN_LIST_LINES } from './limits.ts';
import { timeText } from './time-text.ts';

export const BAN_LIST_FORMATS = ['csv', 'json'] as const;
export type BanListFormat = (typeof BAN_LIST_FORMATS)[number];

const FORMAT = 'banyan-bans';
const VERSION = 1;
const KINDS: readonly BanSubject[] = ['account', 'device', 'content'];
const COLUMNS = ['kind', 'id', 'until', 'reason', 'name', 'by', 'at', 'evidence'] as const;
const MAX_ID_CHARS = 128;
const MAX_REASON_CHARS = 500;
/** ISO 8601: a day (its beginning in UTC), or a moment with its zone. */
const MOMENT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A list in pieces of text; ends that are null are empty in a table. */
export async function* banListText(
  bans: AsyncIterable<ConsoleBan>,
  format: BanListFormat,
): AsyncGenerator<string> {
  let isFirst = true;
  yield format === 'csv'
    ? csvLine(COLUMNS)
    : `{"format":${JSON.stringify(FORMAT)},"version":${VERSION},"bans":[`;
  for await (const { kind, id, until, reason, name, by, at, evidence = [] } of bans) {
    const told = { kind, id, until: until === null ? null : timeText(until * 1000), reason, name, by };
    const ban = { ...told, at: timeText(at) };
    if (format === 'csv') {
      const cells = { ...ban, evidence: evidenceText(evidence) };
      yield csvLine(COLUMNS.map((column) => cells[column] ?? ''));
    } else {
      const whole = evidence.length === 0 ? ban : { ...ban, evidence };
      yield `${isFirst ? '' : ','}\n${JSON.stringify(whole)}`;
    }
    isFirst = false;
  }
  if (format === 'json') yield '\n]}\n';
}

/** A line of a list as it is written: nobody has looked yet whether there is such an account. */
export type ParsedBan =
  | {
      readonly line: number;
      readonly kind: BanSubject;
      readonly id: string;
      /** Unix seconds; null: until it is lifted. */
      readonly until: number | null;
      readonly reason: string;
      /** Absent: the list says nothing of it. */
      readonly evidence?: readonly string[];
    }
  | {
      readonly line: number;
      readonly problem: string;
      readonly kind: BanSubject | null;
      readonly id: string;
    };

/**
 * Reads a list; what is wrong with one line stands in its place.
 *
 * @throws BanyanError `invalid_request` when it is no list at all; `limit_exceeded` beyond MAX_BAN_LIST_LINES
 */
export function parseBanList(text: string): ParsedBan[] {
  const rows = /^\s*[[{]/.test(text.replace(/^\uFEFF/, '')) ? jsonRows(text) : tableRows(text);
  const parsed: ParsedBan[] = [];
  for (const row of rows) {
    if (parsed.length === MAX_BAN_LIST_LINES)
      throw new BanyanError(
        'limit_exceeded',
        `A list may have ${MAX_BAN_LIST_LINES} lines. Cut it into several.`,
      );
    parsed.push(parsedBan(row));
  }
  return parsed;
}

interface Row {
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
}

function* tableRows(text: string): Generator<Row> {
  let head: readonly string[] | undefined;
  for (const { line, cells } of parseCsv(text)) {
    if (head === undefined) {
      head = cells.map((cell) => cell.trim().toLowerCase());
      const missing = ['kind', 'id', 'reason'].filter((column) => head?.includes(column) !== true);
      if (missing.length > 0)
        throw new BanyanError(
          'invalid_request',
          `The first line must name the columns kind, id, until, reason; ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
        );
      continue;
    }
    const columns = head;
    yield { line, values: Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])) };
  }
  if (head === undefined) throw new BanyanError('invalid_request', 'The list is empty.');
}

function* jsonRows(text: string): Generator<Row> {
  let whole: unknown;
  try {
    whole = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new BanyanError('invalid_request', `The list is not JSON: ${(cause as Error).message}`, { cause });
  }
  const { format, version, bans } = Array.isArray(whole)
    ? { format: FORMAT, version: VERSION, bans: whole as unknown[] }
    : (whole as { format?: unknown; version?: unknown; bans?: unknown });
  if (format !== FORMAT || version !== VERSION || !Array.isArray(bans))
    throw new BanyanError(
      'invalid_request',
      `The JSON must be a list of bans, or have format "${FORMAT}", version ${VERSION} and a list named bans.`,
    );
  for (const [i, ban] of (bans as unknown[]).entries())
    yield {
      line: i + 1,
      values: typeof ban === 'object' && ban !== null ? (ban as Record<string, unknown>) : {},
    };
}

function parsedBan({ line, values }: Row): ParsedBan {
  const textOf = (name: string): string => {
    const value = values[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const kind = KINDS.find((one) => one === textOf('kind').toLowerCase()) ?? null;
  const [id, reason] = [textOf('id'), textOf('reason')];
  const until = endOf(values['until']);
  const wrong = (problem: string): ParsedBan => ({ line, problem, kind, id: id.slice(0, MAX_ID_CHARS) });
  if (kind === null) return wrong('Its kind must be account, device or content.');
  if (id === '') return wrong('It does not say whom: the id is missing.');
  if (id.length > MAX_ID_CHARS) return wrong(`Its id has more than ${MAX_ID_CHARS} characters.`);
  if (reason === '') return wrong('It gives no reason. Whoever is concerned reads it.');
  if (reason.length > MAX_REASON_CHARS)
    return wrong(`Its reason has more than ${MAX_REASON_CHARS} characters.`);
  if (until === undefined)
    return wrong('Its until is no time: write 2027-01-31 or 2027-01-31T18:00:00Z, or nothing for no end.');
  const evidence = evidenceIn(values['evidence']);
  if (evidence === undefined) return wrong('Its evidence must be a text, or a list of texts.');
  const fault = evidenceFault(evidence);
  if (fault !== undefined) return wrong(fault);
  return { line, kind, id, until, reason, ...(evidence.length === 0 ? {} : { evidence }) };
}

/** A text with one piece a line, as tables have it, or a list of texts; undefined: not understood. */
function evidenceIn(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  return texts.flatMap((text) => evidenceOf(text));
}

/** Unix seconds; null: no end; undefined: not understood. */
function endOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return null;
  const ms = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(ms) && ms >= 0 ? Math.floor(ms / 1000) : undefined;
}
