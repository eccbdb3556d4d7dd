import type { FastifyRequest } from 'fastify';
import { AUDIENCE, BanyanError, isBanyanError, type ErrorCode, type Scope } from '@banyan/proto';
import {
  addressBucket,
  createDpopVerifier,
  createLocalKeys,
  createRequestGuard,
  createTokenVerifier,
  type Clock,
  type ReplayStore,
  type RequestGuard,
  type VerifiedProof,
} from '@banyan/kit';
import { grantsOf, type Accounts } from '../accounts.ts';
import type { Failures } from '../attempts.ts';
import { callOf, type Admission } from '../console/admission.ts';
import type { Bans } from '../bans.ts';
import type { AccountRecord } from '../records.ts';
import type { SigningKeys } from '../signing-keys.ts';

/** Who calls: as the store has it now, not as a token said an hour ago. */
export interface Caller {
  /** Empty for a browser that is signed in to the console. */
  readonly deviceId: string;
  readonly account: AccountRecord;
}

type Hook = (request: FastifyRequest) => Promise<void>;

/** Lets a request through, or refuses it before its body is read. */
export interface Guard {
  /** onRequest hook: a DPoP proof of the device key (RFC 9449), no token. */
  readonly proved: Hook;
  /** onRequest hook: a token of audience auth with `scope`, and a DPoP proof bound to it. */
  signedIn(scope: Scope): Hook;
  /**
   * As {@link Guard.signedIn}, or a browser that an operator has signed in to the console (for scope `console` a viewer will do).
   *
   * @param init - `isGrave`: what changes something needs a fresh sign-in; default true
   */
  signedInOrConsole(scope: Scope, init?: { readonly isGrave?: boolean }): Hook;
  /** Who passed {@link Guard.proved}. */
  prover(request: FastifyRequest): VerifiedProof;
  /** Who passed {@link Guard.signedIn}. */
  caller(request: FastifyRequest): Caller;
}

/** What {@link createGuard} needs. */
export interface GuardComponents {
  readonly keys: Pick<SigningKeys, 'published'>;
  readonly replay: ReplayStore;
  readonly accounts: Accounts;
  readonly bans: Bans;
  readonly failures: Failures;
  readonly clock: Clock;
  readonly issuer: () => string;
  readonly admission: Pick<Admission, 'admit' | 'isPage'>;
}

/** Errors that count against an address: somebody tries what is not theirs. */
const SUSPICIOUS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'token_invalid',
  'proof_invalid',
  'proof_replayed',
  'device_unknown',
]);

/** Makes the guard of all calls but the public ones. */
export function createGuard(components: GuardComponents): Guard {
  const { keys, replay, accounts, bans, failures, clock, issuer, admission } = components;
  const provers = new WeakMap<FastifyRequest, VerifiedProof>();
  const callers = new WeakMap<FastifyRequest, Caller>();
  const localKeys = createLocalKeys(() => keys.published());
  const dpop = createDpopVerifier({ replay, clock });
  let made: RequestGuard | undefined;

  /** Made with the first request: the issuer may be known only when the port is. */
  function requests(): RequestGuard {
    made ??= createRequestGuard(
      {
        dpop,
        verifier: createTokenVerifier(
          { keys: localKeys, clock },
          { issuer: issuer(), audience: AUDIENCE.auth },
        ),
      },
      { publicBaseUrl: issuer },
    );
    return made;
  }

  /** Counts refusals, and refuses unheard who was refused too often. */
  async function counted(request: FastifyRequest, work: () => Promise<void>): Promise<void> {
    const from = addressBucket(request.ip);
    failures.refuse(from);
    try {
      await work();
    } catch (error) {
      if (isBanyanError(error) && SUSPICIOUS.has(error.code)) failures.add(from);
      throw error;
    }
  }

  const guard: Guard = {
    proved: (request) =>
      counted(request, async () => {
        provers.set(request, await requests().authenticateDevice(request));
      }),
    signedIn: (scope) => (request) =>
      counted(request, async () => {
        const { accountId, deviceId } = await requests().authenticate(request, { scope });
        const found = await accounts.device(deviceId);
        if (found?.account.accountId !== accountId) throw new BanyanError('device_unknown');
        await bans.refuseBanned(accountId, deviceId);
        // An operator who is none any more must not act for the rest of the token's hour.
        if (scope === 'operator' && found.account.role !== 'operator') throw new BanyanError('forbidden');
        if (scope === 'console' && found.account.role === 'member') throw new BanyanError('forbidden');
        if (scope === 'promote' && !grantsOf(found.account, found.device).includes('promote'))
          throw new BanyanError('forbidden');
        callers.set(request, { deviceId, account: found.account });
      }),
    signedInOrConsole(scope, { isGrave = true } = {}) {
      const byToken = guard.signedIn(scope);
      const rule = { scope: scope === 'console' ? 'console' : 'operator', isGrave } as const;
      return async (request) => {
        if (!admission.isPage(request)) return byToken(request);
        const { account } = await admission.admit(callOf(request), rule);
        callers.set(request, { deviceId: '', account });
      };
    },
    prover: (request) => passed(provers.get(request)),
    caller: (request) => passed(callers.get(request)),
  };
  return guard;
}

function passed<T>(who: T | undefined): T {
  // A route that forgot its hook must fail, never act for nobody.
  if (who === undefined) throw new BanyanError('internal');
  return who;
}
