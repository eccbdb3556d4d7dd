/**
 * Heads of HTTP/1.1 answers (RFC 9112), as peers send them.
 *
 * What is not exactly understood is refused, never guessed at: whoever takes one answer's end for another's beginning
 * believes bytes that nobody vouches for. So a body has one `Content-Length` and no other framing, a line ends with CRLF,
 * no line is continued on the next, and there are no interim answers.
 */
import { BanyanError } from '@banyan/proto/base';

/** Longest head; ours have a third of a KiB, and a chunk map of 4 KiB at most. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** Lines of one head; ours have a dozen. */
export const MAX_HEAD_LINES = 64;

export type ResponseHeaders = Readonly<Record<string, string>>;

/** An answer's head. */
export interface ResponseHead {
  /** 200 to 599. */
  readonly status: number;
  /** Names in lower case; of one that was sent twice, the first value. */
  readonly headers: ResponseHeaders;
  /** Bytes of its body. */
  readonly length: number;
  /** Whether another request may follow on this connection. */
  readonly isKept: boolean;
  /** How long the other side keeps the connection when nobody uses it; undefined: it did not say. */
  readonly keptForMs: number | undefined;
}

const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d) [\t\x20-\x7e\x80-\xff]*$/;
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~\dA-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;
/** Below 2^53. */
const LENGTH = /^\d{1,15}$/;
/** With two values of these nobody can say where an answer ends. */
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'connection']);

/**
 * Reads a head without its last empty line.
 *
 * @param text - its bytes as Latin-1
 * @param hasBody - false: it answers a HEAD
 * @throws BanyanError `wrong_range` with what is wrong with it
 */
export function parseResponseHead(text: string, hasBody: boolean): ResponseHead {
  const lines = text.split('\r\n');
  if (lines.length > MAX_HEAD_LINES) throw unreadable('it has too many headers');
  const status = Number(STATUS_LINE.exec(lines[0]!)?.[1]);
  if (Number.isNaN(status)) throw unreadable('it does not begin as an HTTP/1.1 answer does');
  // Without a prototype: "__proto__" is a name as any other.
  const headers = Object.create(null) as Record<string, string>;
  for (let i = 1; i < lines.length; i++) {
    const field = FIELD_LINE.exec(lines[i]!);
    if (field === null) throw unreadable('a line of its head is no header');
    const name = field[1]!.toLowerCase();
    if (headers[name] === undefined) headers[name] = field[2]!.trimEnd();
    else if (FRAMING.has(name)) throw unreadable(`it has two headers ${name}`);
  }
  if (headers['transfer-encoding'] !== undefined) throw unreadable('its body is sent in an encoding');
  const length = headers['content-length'];
  if (length !== undefined && !LENGTH.test(length)) throw unreadable('the length of its body is no number');
  const isBare = !hasBody || status === 204 || status === 304;
  if (!isBare && length === undefined) throw unreadable('it does not say how long its body is');
  const connection = headers['connection'];
  const seconds = /^timeout=(\d{1,6})$/.exec(headers['keep-alive'] ?? '')?.[1];
  return {
    status,
    headers,
    length: isBare ? 0 : Number(length),
    isKept: connection === undefined || connection.toLowerCase() === 'keep-alive',
    keptForMs: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

/** Gathers a head from the pieces in which it comes. */
export class HeadReader {
  #head = Buffer.alloc(0);

  /**
   * Takes bytes that came.
   *
   * @returns where in `bytes` the head ends, and its text; undefined: it needs more
   * @throws BanyanError `wrong_range` when the head grows too long
   */
  take(bytes: Uint8Array): { readonly text: string; readonly end: number } | undefined {
    const before = this.#head.length;
    const head = Buffer.concat([this.#head, bytes.subarray(0, MAX_HEAD_BYTES + END.length - before)]);
    // The end may lie across two pieces.
    const at = head.indexOf(END, Math.max(0, before - END.length + 1));
    if (at >= 0) {
      this.#head = Buffer.alloc(0);
      return { text: head.toString('latin1', 0, at), end: at + END.length - before };
    }
    if (head.length >= MAX_HEAD_BYTES + END.length) throw unreadable('its head is too long');
    this.#head = head;
    return undefined;
  }
}

const END = Buffer.from('\r\n\r\n', 'latin1');

function unreadable(why: string): BanyanError {
  return new BanyanError('wrong_range', `The source sent an answer that cannot be read: ${why}.`);
}
