/**
 * The sign-in of this device with the organisation's provider: in the browser that shows our page, to which it comes back
 * (RFC 8252), or in any browser by a code that a person types there (RFC 8628). One at a time; a new one replaces it.
 */
import { randomBytes } from 'node:crypto';
import {
  BanyanError,
  toBanyanError,
  type DeviceInfo,
  type SignInAnswer,
  type SignInResponse,
  type SignInStep,
  type SignInView,
} from '@banyan/proto';
import { sameSecret, type Clock, type Log } from '@banyan/kit';
import { waitForSignIn, type Network } from '@banyan/sdk';

export interface NetworkSignIn {
  readonly view: SignInView;
  /**
   * @param redirectUri - our page, which {@link finish} is called from; absent: by a code
   * @throws BanyanError `not_found`, `sign_in_unavailable`, `rate_limited`, `unreachable` …
   */
  begin(redirectUri?: string): Promise<SignInStep>;
  /** @throws BanyanError `sign_in_expired` for an answer to something else, and what redeeming it throws */
  finish(answer: SignInAnswer): Promise<SignInView>;
  stop(): void;
}

export interface NetworkSignInComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Pick<Network, 'auth' | 'redeemSignIn' | 'signInName'>;
  /** Whether auth does not know this device (any more). */
  readonly isNeeded: () => boolean;
  readonly account: () => string | null;
  readonly onEnrolled: (device: DeviceInfo) => void;
  readonly onChange: () => void;
}

interface Pending {
  readonly response: SignInResponse;
  /** What the browser has to bring back; absent: by a code. */
  readonly state?: string;
  readonly stop: AbortController;
  readonly expiresAt: number;
}

export function createNetworkSignIn(
  components: NetworkSignInComponents,
  init: {
    /** Of this device, for people; enrolment keeps it as it is then. */
    readonly deviceName: () => string;
  },
): NetworkSignIn {
  const { clock, log, network } = components;
  const { deviceName } = init;
  let pending: Pending | undefined;
  let problem: BanyanError | undefined;

  function settle(failure: BanyanError | undefined): void {
    pending?.stop.abort();
    pending = undefined;
    problem = failure;
    components.onChange();
  }

  function enrolled(device: DeviceInfo): void {
    components.onEnrolled(device);
    settle(undefined);
  }

  /** Asks until the person is through, or another sign-in has begun. */
  function follow(mine: Pending): void {
    waitForSignIn(network, mine.response, { clock, deviceName: deviceName(), signal: mine.stop.signal }).then(
      (device) => enrolled(device),
      (error: unknown) => {
        if (pending !== mine) return;
        const failure = toBanyanError(error);
        log.info({ code: failure.code }, `the sign-in came to nothing: ${failure.message}`);
        settle(failure);
      },
    );
  }

  const view = (): SignInView => ({
    provider: network.signInName ?? null,
    needed: components.isNeeded(),
    // One by code is followed to its end; of one by redirect nobody says that it came to nothing.
    waiting: pending !== undefined && (pending.state === undefined || pending.expiresAt > clock.now()),
    account: components.account(),
    problem: problem === undefined ? null : { code: problem.code, message: problem.message },
  });

  return {
    get view() {
      return view();
    },
    async begin(redirectUri) {
      const state = redirectUri === undefined ? undefined : randomBytes(32).toString('base64url');
      const response = await network.auth.beginSignIn({
        deviceName: deviceName(),
        ...(redirectUri === undefined ? {} : { redirectUri }),
        ...(state === undefined ? {} : { state }),
      });
      settle(undefined);
      pending = {
        response,
        ...(state === undefined ? {} : { state }),
        stop: new AbortController(),
        expiresAt: clock.now() + response.expiresIn * 1000,
      };
      if (state === undefined) follow(pending);
      components.onChange();
      const { url, userCode } = response;
      return { url, ...(userCode === undefined ? {} : { userCode }), expiresAt: pending.expiresAt };
    },
    async finish({ code, state }) {
      const mine = pending;
      // Another site may send a browser here with an answer of its own: only what was begun here is gone on with.
      if (mine?.state === undefined || !sameSecret(mine.state, state))
        throw new BanyanError('sign_in_expired');
      try {
        enrolled(await network.redeemSignIn({ id: mine.response.id, code }, deviceName()));
      } catch (error) {
        const failure = toBanyanError(error);
        if (pending === mine && !failure.retryable) settle(failure);
        throw failure;
      }
      return view();
    },
    stop: () => pending?.stop.abort(),
  };
}
