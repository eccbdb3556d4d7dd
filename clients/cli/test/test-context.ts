/** A world for commands without a terminal, or with one that is a text. */
import { PassThrough } from 'node:stream';
import type { CliContext, Output } from '../src/context.ts';
import { createSignals } from '../src/signals.ts';
import { EventEmitter } from 'node:events';

export interface TestContext extends CliContext {
  /** What was written so far. */
  stdout(): string;
  stderr(): string;
  /** Sends a signal, as Ctrl-C does. */
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  readonly opened: string[];
}

export interface TestContextInit {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly terminal?: { readonly width: number };
  /** Answers to questions, in order. */
  readonly answers?: string[];
}

export function testContext(init: TestContextInit = {}): TestContext {
  const process = new EventEmitter();
  const out = recorder(init.terminal?.width);
  const err = recorder(init.terminal?.width);
  const answers = [...(init.answers ?? [])];
  const opened: string[] = [];
  return {
    env: init.env ?? {},
    cwd: init.cwd ?? '/nowhere',
    out: out.output,
    err: err.output,
    signals: createSignals(process),
    ask: async (question) => {
      if (init.terminal === undefined) return undefined;
      err.output.write(question);
      return answers.shift();
    },
    openBrowser: async (url) => {
      opened.push(url);
      return true;
    },
    now: () => 60_000,
    stdout: out.text,
    stderr: err.text,
    signal: (name) => process.emit(name, name),
    opened,
  };
}

function recorder(width: number | undefined): { output: Output; text: () => string } {
  let written = '';
  const stream = Object.assign(new PassThrough(), { isTTY: width !== undefined, columns: width });
  stream.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
  return {
    output: {
      write: (text) => {
        written += text;
      },
      isTerminal: width !== undefined,
      width,
      height: 24,
      stream,
    },
    text: () => written,
  };
}
