import { Writable } from 'node:stream';
import pino, { type ChildLoggerOptions, type DestinationStream } from 'pino';
import { redactFields, redactText } from './redact.ts';

/** How much a log says; each level includes those after it. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Writes one entry: fields and a sentence, or a sentence alone. */
export interface LogWrite {
  (fields: object, message: string): void;
  (message: string): void;
}

/** A structured log; see {@link createLog} for what is promised about secrets. */
export interface Log {
  readonly debug: LogWrite;
  readonly info: LogWrite;
  readonly warn: LogWrite;
  readonly error: LogWrite;
  readonly fatal: LogWrite;
  /** The level now; may be set while running. */
  level: string;
  /** A log whose entries all carry these fields too. */
  child(bindings: Record<string, unknown>): Log;
}

/** Options of {@link createLog}. */
export interface LogInit {
  /** The process or part that speaks. */
  readonly name: string;
  /** Default `info`. */
  readonly level?: LogLevel;
  /** One readable line per entry in place of JSON; default: whether stderr is a terminal. */
  readonly pretty?: boolean;
  /** Where lines go; default stderr, so that stdout stays for people and for the ready line. */
  readonly destination?: DestinationStream;
}

const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};

/** Control, bidi and other invisible characters must not reach a terminal; a log quotes hostile names. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Turns one JSON log line into one readable line; stacks follow on lines of their own. */
export function formatLogLine(line: string): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return `${printable(line.trimEnd())}\n`;
  }
  const { level, time, name, msg, err, pid: _pid, hostname: _host, ...fields } = entry;
  const at = new Date(Number(time)).toISOString().slice(11, 23);
  const head = `${at} ${LEVEL_NAMES[Number(level)] ?? String(level)} ${String(name)}: ${typeof msg === 'string' ? printable(msg) : ''}`;
  const tail = Object.entries(fields).map(
    ([key, value]) =>
      `${printable(key)}=${printable(typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value))}`,
  );
  let stack = '';
  if (err !== null && typeof err === 'object') {
    const { stack: text, message, code } = err as Record<string, unknown>;
    if (typeof code === 'string' || typeof code === 'number') tail.push(`code=${printable(String(code))}`);
    if (Number(level) >= 50 && typeof text === 'string')
      stack = `\n${text.split('\n').map(printable).join('\n')}`;
    else tail.push(`err=${printable(JSON.stringify(message))}`);
  }
  return `${[head, ...tail].join(' ')}${stack}\n`;
}

function prettyStream(target: DestinationStream): DestinationStream {
  return { write: (line: string) => target.write(formatLogLine(line)) };
}

/** pino's `child`, without the levels that a child could define of its own. */
type ChildOf = (this: unknown, bindings: Record<string, unknown>, options?: ChildLoggerOptions) => Log;

/**
 * Makes a log that writes one JSON object per line to stderr (or a readable line on a terminal).
 *
 * No secret reaches it: values under names such as `authorization`, `token`, `password`, `code`, `cookie`,
 * `dpop`, `assertion` or `privateKey` are blotted out at any depth, and so is anything in a text that looks like
 * a JWT, a credential, a secret query parameter, an invite link or a private key. Bytes are shown as their
 * count, deep or long values are cut. Writing is synchronous: the last words before an exit are not lost.
 */
export function createLog(init: LogInit): Log {
  const target = init.destination ?? pino.destination({ fd: 2, sync: true });
  const pretty = init.pretty ?? (init.destination === undefined && process.stderr.isTTY);
  const log = pino(
    {
      name: init.name,
      level: init.level ?? 'info',
      // pino would call toJSON and its own error serializer first; redactFields must see the originals.
      serializers: { err: (value: unknown) => value },
      formatters: { log: redactFields, bindings: redactFields },
      hooks: { streamWrite: redactText },
    },
    pretty ? prettyStream(target) : target,
  );
  // pino forgets the formatter of bindings in children; these inherit from the first log, and so this method.
  const child = log.child as ChildOf;
  log.child = function (this: unknown, bindings, options) {
    return child.call(this, redactFields(bindings), options);
  } as ChildOf as typeof log.child;
  return log;
}

/** A log that keeps its entries, for tests. */
export interface MemoryLog extends Log {
  /** The entries so far, parsed. */
  readonly entries: Record<string, unknown>[];
}

/** Makes a log that writes nowhere and remembers everything, redacted like the real one. */
export function createMemoryLog(name = 'test', level: LogLevel = 'debug'): MemoryLog {
  const entries: Record<string, unknown>[] = [];
  const log = createLog({
    name,
    level,
    pretty: false,
    destination: { write: (line) => void entries.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return Object.assign(log, { entries });
}

/** A log that says nothing. */
export function silentLog(): Log {
  const log = createLog({
    name: 'silent',
    level: 'silent',
    pretty: false,
    destination: new Writable({ write: (_c, _e, done) => done() }),
  });
  // Its children say nothing either; a load tester would keep one for each of thousands of sessions.
  log.child = () => log;
  return log;
}
