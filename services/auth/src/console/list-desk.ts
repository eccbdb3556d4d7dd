/**
 * What the console asks of the supernode list, in the name of who is signed in. Auth is the issuer: it gives itself a token of that
 * account for the list, bound to a key that lives as long as this process. So the list sees, checks and writes down the operator.
 */
import {
  AUDIENCE,
  BanyanError,
  toBanyanError,
  type Alert,
  type HostView,
  type PolicyResponse,
} from '@banyan/proto';
import { createDeviceKey, createServiceFetch, type Clock, type Log, type ServiceFetch } from '@banyan/kit';
import { createHostBook, createOperatorClient, createTokenSource, type OperatorClient } from '@banyan/sdk';
import type { AccountRecord } from '../records.ts';
import type { TokenIssuer } from '../token-issuer.ts';

/** Accounts whose client is kept: operators and viewers that are at work at once. */
const MAX_CLIENTS = 64;
/** What all pages are shown is asked for no more often. */
const HOSTS_MS = 900;
const POLICY_MS = 5_000;

/** What is known of the network's hosts. */
export interface HostsSnapshot {
  /** The same list as before when nothing changed; what moves with every report may be of before. */
  readonly hosts: readonly HostView[];
  readonly policy: PolicyResponse | undefined;
  /** Unix ms of the list's answer; 0: there was none yet. */
  readonly at: number;
  /** Why it is not newer. */
  readonly problem: Alert | undefined;
}

export interface ListDesk {
  /** Whether auth was given a list. */
  readonly isConfigured: boolean;
  /** @throws BanyanError `not_found` when there is no list */
  client(account: AccountRecord): OperatorClient;
  /** The hosts as of a second ago; while the list is away what it said last. */
  snapshot(account: AccountRecord): Promise<HostsSnapshot>;
  /** One of them with all its figures as of a second ago; as the snapshot has it where the list does not say. */
  host(account: AccountRecord, known: HostView): Promise<HostView>;
  /** What changed is asked for anew at the next look. */
  changed(): void;
  stop(): Promise<void>;
}

export interface ListDeskComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly tokens: TokenIssuer;
}

export function createListDesk(
  { clock, log, tokens }: ListDeskComponents,
  init: { readonly urls: readonly string[]; readonly pins: readonly string[] },
): ListDesk {
  const deviceKey = createDeviceKey();
  const clients = new Map<string, OperatorClient>();
  const book = createHostBook();
  const details = new Map<string, { readonly at: number; readonly host: Promise<HostView> }>();
  let fetch: ServiceFetch | undefined;
  let held: HostsSnapshot = { hosts: [], policy: undefined, at: 0, problem: undefined };
  let asking: Promise<HostsSnapshot> | undefined;
  let hostsAt = -Infinity;
  let policyAt = -Infinity;

  const client = (account: AccountRecord): OperatorClient => {
    if (init.urls.length === 0)
      throw new BanyanError(
        'not_found',
        'Auth was given no supernode list. Start it with --list-urls, then come back.',
      );
    // A changed role is another right.
    const id = `${account.role} ${account.accountId}`;
    const known = clients.get(id);
    if (known !== undefined) return known;
    const scope = account.role === 'operator' ? 'console operator' : 'console';
    const source = createTokenSource({
      clock,
      log,
      requestToken: (audience) =>
        tokens.issue(
          {
            deviceId: deviceKey.deviceId,
            publicJwk: deviceKey.publicJwk,
            device: { name: 'console', enrolledAt: 0, grants: [] },
            account,
          },
          audience,
          scope,
        ),
    });
    fetch ??= createServiceFetch({ pins: init.pins });
    const made = createOperatorClient({
      urls: () => init.urls,
      fetch,
      deviceKey,
      token: (signal) => source.token(AUDIENCE.list, signal),
      onTokenRefused: () => source.invalidate(AUDIENCE.list),
    });
    clients.set(id, made);
    const oldest = clients.size > MAX_CLIENTS ? clients.keys().next().value : undefined;
    if (oldest !== undefined) clients.delete(oldest);
    return made;
  };

  const ask = async (account: AccountRecord): Promise<HostsSnapshot> => {
    try {
      const list = client(account);
      const isPolicyOld = clock.monotonic() - policyAt > POLICY_MS;
      const [hosts, policy] = await Promise.all([
        book.refresh(list),
        isPolicyOld ? list.policy() : Promise.resolve(held.policy),
      ]);
      if (isPolicyOld) policyAt = clock.monotonic();
      held = { hosts, policy, at: clock.now(), problem: undefined };
    } catch (error) {
      const { message } = toBanyanError(error, 'unreachable');
      log.debug({ err: error }, 'the list does not answer the console');
      held = { ...held, problem: { code: 'list_away', isGrave: true, detail: message } };
    }
    hostsAt = clock.monotonic();
    return held;
  };

  return {
    isConfigured: init.urls.length > 0,
    client,
    async snapshot(account) {
      if (init.urls.length === 0) return { ...held, problem: { code: 'list_missing', isGrave: true } };
      if (clock.monotonic() - hostsAt < HOSTS_MS) return held;
      asking ??= ask(account).finally(() => (asking = undefined));
      return asking;
    },
    async host(account, known) {
      const now = clock.monotonic();
      for (const [deviceId, { at }] of details) if (now - at >= HOSTS_MS) details.delete(deviceId);
      const { deviceId } = known;
      const asked = details.get(deviceId) ?? { at: now, host: client(account).host(deviceId) };
      details.set(deviceId, asked);
      // Why the list does not answer is told with the snapshot.
      return asked.host.catch(() => known);
    },
    changed() {
      details.clear();
      hostsAt = -Infinity;
      policyAt = -Infinity;
    },
    async stop() {
      await fetch?.close();
    },
  };
}
