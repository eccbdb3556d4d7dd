/**
 * This device in its network: enrolled at the first start, which needs auth; at later ones auth may be away for a while. Whose
 * it is, is kept.
 */
import { AUDIENCE, BanyanError, toBanyanError } from '@banyan/proto';
import { peekPayload, type Clock, type Log } from '@banyan/kit';
import type { Network } from '@banyan/sdk';
import { readJsonFile } from '../private-file.ts';
import { readEnrolled, type Keeper } from './membership-file.ts';

export interface MembershipComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly deviceId: string;
  readonly network: Network;
  readonly keeper: Keeper;
  readonly isSignInNeeded: () => boolean;
  /** Told how auth is: why it gives no token, or that it does. */
  readonly onHeard: (problem: BanyanError | undefined) => void;
  /** The account became known, or the word of auth changed. */
  readonly onChange: () => void;
}

export interface MembershipInit {
  /** Normalized URL of auth. */
  readonly issuer: string;
  /** This start says who enrols this device. */
  readonly mayEnrol: boolean;
  /** What the network keeps to be verified with. */
  readonly stateFile: string;
  readonly enrolledFile: string;
}

export interface Membership {
  /** Name of the account of this device; null: not known yet. */
  readonly account: string | null;
  /**
   * Enrols a new device; a known one waits a moment for auth and goes on without it.
   *
   * @throws BanyanError what enrolment, or the first token of a new device, was refused with; `unreachable` …
   */
  start(signal: AbortSignal | undefined): Promise<void>;
  remember(account: string): void;
  /** Remembers whose the token is. @throws BanyanError why there is no token */
  rememberToken(signal?: AbortSignal): Promise<void>;
}

/** A known device waits so long for auth at its start; then auth is waited for in the background. */
const KNOWN_START_MS = 3_000;

export function createMembership(components: MembershipComponents, init: MembershipInit): Membership {
  const { clock, log, deviceId, network, keeper, isSignInNeeded, onHeard, onChange } = components;
  const { issuer } = init;
  let account: string | null = null;

  function remember(name: string): void {
    const isNew = name !== account;
    account = name;
    keeper.keep(init.enrolledFile, { issuer, deviceId, account });
    if (isNew) onChange();
  }

  async function rememberToken(signal?: AbortSignal): Promise<void> {
    const name = accountOf(await network.tokens.token(AUDIENCE.supernode, signal));
    if (name !== undefined) remember(name);
  }

  /** Whether auth took longer than a known device waits. */
  async function isLate(starting: Promise<void>): Promise<boolean> {
    const first = new AbortController();
    const late = clock.sleep(KNOWN_START_MS, first.signal).then(
      () => true,
      () => false,
    );
    return Promise.race([starting.then(() => false), late]).finally(() => first.abort());
  }

  async function start(signal: AbortSignal | undefined): Promise<void> {
    const enrolled = await readEnrolled(init.enrolledFile);
    const known = enrolled?.issuer === issuer && enrolled.deviceId === deviceId;
    if (known) account = enrolled.account;
    network.tokens.onProblem((next) => {
      onHeard(next);
      onChange();
    });
    const starting = network.start(signal);
    // It may fail before anybody waits for it below; there it is heard.
    starting.catch(() => undefined);
    // An earlier start may have left what the network can be verified with.
    if (known && (await readJsonFile(init.stateFile)) !== undefined) {
      if (await isLate(starting)) {
        log.warn('auth does not answer; going on with what was known');
        starting.catch((error: unknown) => onHeard(toBanyanError(error, 'unreachable')));
        onHeard(new BanyanError('timeout', 'The auth service does not answer. It is asked again by itself.'));
        return;
      }
    } else await starting.catch((error: unknown) => Promise.reject(explain(error, init)));
    const { problem } = network.tokens;
    if (isSignInNeeded() && network.signInName !== undefined)
      log.warn(
        { provider: network.signInName },
        'this device is not in the network yet: sign in on its page, or with `banyan sign-in`',
      );
    else if (problem !== undefined && !known) throw problem;
    onHeard(problem);
    if (problem !== undefined) return;
    if (network.enrolled === undefined) await rememberToken();
    else remember(network.enrolled.account);
  }

  return {
    get account() {
      return account;
    },
    start,
    remember,
    rememberToken,
  };
}

/** The account's name as the token says it; ours, so it is read without being verified. */
function accountOf(token: string): string | undefined {
  const account = peekPayload(token)?.['account'];
  return typeof account === 'string' ? account : undefined;
}

/** Names the settings that help, where the sentence of the table cannot know them. */
function explain(error: unknown, { issuer, mayEnrol }: MembershipInit): unknown {
  const { code } = toBanyanError(error);
  if (code !== 'device_unknown' || mayEnrol) return error;
  return new BanyanError(
    'device_unknown',
    `This device is not enrolled at ${issuer} yet. Give --account NAME with --invite LINK, or with --password-file FILE.`,
    { cause: error },
  );
}
