/** The one table of exit codes of the `banyan` command; the README and `banyan --help` are made of it. */
import type { ErrorCode } from '@banyan/proto';

/** Exit codes; those from 64 on are of sysexits(3), those from 128 on say which signal it was. */
export const EXIT_CODE = {
  ok: 0,
  failure: 1,
  usage: 2,
  unavailable: 69,
  internal: 70,
  config: 78,
  noResult: 98,
  threshold: 99,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** Code → when, for people. */
export const EXIT_CODE_MEANING: readonly (readonly [ExitCode, string])[] = [
  [EXIT_CODE.ok, 'done'],
  [EXIT_CODE.failure, 'it failed; the message says why and what to do'],
  [EXIT_CODE.usage, 'the command line is not understood'],
  [EXIT_CODE.unavailable, 'no peer runs here, or the network cannot be reached'],
  [EXIT_CODE.internal, 'a fault of Banyan itself; please report it'],
  [EXIT_CODE.config, 'a setting is wrong'],
  [EXIT_CODE.noResult, '`banyan load`: the tester itself was the bottleneck, so nothing was measured'],
  [EXIT_CODE.threshold, '`banyan load`: a threshold was missed, or a figure is worse than before'],
  [EXIT_CODE.interrupted, 'Ctrl-C; a download that was begun goes on in the peer'],
];

/** The exit code of an error of the table. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'peer_not_running':
    case 'unreachable':
    case 'unavailable':
    case 'no_supernode':
    case 'shutting_down':
      return EXIT_CODE.unavailable;
    case 'internal':
      return EXIT_CODE.internal;
    case 'invalid_config':
      return EXIT_CODE.config;
    case 'aborted':
      return EXIT_CODE.interrupted;
    default:
      return EXIT_CODE.failure;
  }
}

/** {@link EXIT_CODE_MEANING} as lines of a help text. */
export function exitCodeHelp(): string {
  return EXIT_CODE_MEANING.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`).join('\n');
}
