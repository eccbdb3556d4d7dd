import { join } from 'node:path';
import { BanyanError, formatInviteLink } from '@banyan/proto';
import {
  createHealth,
  createHttpServer,
  createLeasedLimit,
  createMeasuredStore,
  createMetrics,
  createStoreReplayStore,
  dataDir,
  ensurePrivateDir,
  isRedisUrl,
  loadServiceTls,
  metricsListen,
  openStore,
  type Clock,
  type HttpServer,
  type Log,
  type Startable,
  type Timer,
} from '@banyan/kit';
import { createAccounts } from './accounts.ts';
import { createAttempts, createFailures } from './attempts.ts';
import { createBans } from './bans.ts';
import type { AuthConfig } from './config.ts';
import { KEY_CHECK_MS, KEY_FOLLOW_MS, MIN_SHARED_KEY_LEAD_S } from './constants.ts';
import { createEnrolment } from './enrolment.ts';
import { createFirstOperator, FIRST_OPERATOR_FILE } from './first-operator.ts';
import { createInviteDesk } from './invite-desk.ts';
import { createInvites } from './invites.ts';
import { addGauges, countEnrolments } from './metrics.ts';
import { createPasswords } from './passwords.ts';
import { AUTH_STORE } from './records.ts';
import { createRevocations } from './revocations.ts';
import { addAccountRoutes } from './routes/account-routes.ts';
import { createGuard } from './routes/guard.ts';
import { addOperatorRoutes } from './routes/operator-routes.ts';
import { addPublicRoutes } from './routes/public-routes.ts';
import { addTokenRoute } from './routes/token-route.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTokenIssuer } from './token-issuer.ts';

/** The auth service as one part of a process. */
export interface AuthService extends Startable {
  /** The network's name and the base of all its URLs; throws before the service has started. */
  readonly url: string;
  /** Thumbprint of the own TLS key, with `tls: self`. */
  readonly pin: string | undefined;
  /** Where it listens on this machine; throws before the service has started. */
  readonly port: number;
}

/** What {@link createAuthService} needs. */
export interface AuthServiceComponents {
  readonly log: Log;
  readonly clock: Clock;
  /** Text for whoever runs the service, past the log: the first operator's code. */
  readonly announce: (text: string) => void;
}

/** A Redis that starts with us, or is just failing over, is waited for so long. */
const STORE_PATIENCE_MS = 20_000;
const MINUTE_MS = 60_000;
/** Failed calls with tokens, assertions and proofs of one address: many may share one, but programs fail seldom. */
const FAILED_PROOFS = { name: 'failed-proofs', max: 600, windowMs: MINUTE_MS };
/** Wrong passwords of a person who remembers badly, and guesses spread over many addresses. */
const PASSWORDS_PER_ADDRESS = { max: 10, windowMs: 15 * MINUTE_MS };
const PASSWORDS_PER_NAME = { max: 60, windowMs: 15 * MINUTE_MS };
/** The operator's code is copied, not remembered. */
const OPERATOR_CODES = { max: 10, windowMs: 15 * MINUTE_MS };

/**
 * Makes the auth service; nothing is opened before `start`.
 *
 * @throws BanyanError `invalid_config` at start when settings contradict each other
 */
export function createAuthService(components: AuthServiceComponents, config: AuthConfig): AuthService {
  const { log, clock, announce } = components;
  const folder = config.dataDir ?? join(dataDir(), 'auth');
  const location = config.store ?? join(folder, 'store');
  // An embedded store has one owner; anything with a scheme is shared with other replicas.
  const shared = isRedisUrl(location);
  const opened: (() => Promise<void> | void)[] = [];
  let server: HttpServer | undefined;
  let url: string | undefined;
  let pin: string | undefined;

  const issuer = (): string => {
    if (url === undefined) throw new BanyanError('unavailable', 'Auth is starting. Try again in a moment.');
    return url;
  };

  function announceCode(code: string): void {
    const link = formatInviteLink({
      issuer: issuer(),
      code,
      ...(pin === undefined ? {} : { thumbprint: pin }),
    });
    const lines = [
      '',
      'This network has no operator yet. The code of the first one:',
      '',
      `    ${code}`,
      '',
      'Whoever brings it becomes the operator; it works once:',
      '',
      `    banyan operator login --network '${pin === undefined ? issuer() : link}' --code ${code}`,
      '',
      ...(config.enrolment === 'open'
        ? []
        : ['The first device is enrolled with this invite:', '', `    ${link}`, '']),
      `The code is also in ${join(folder, FIRST_OPERATOR_FILE)}.`,
      '',
    ];
    announce(`${lines.join('\n')}\n`);
  }

  async function start(): Promise<void> {
    url = checkedIssuer(config);
    await ensurePrivateDir(folder);
    const { options: tls, pin: ownPin } = await loadServiceTls(config, { folder, clock });
    pin = ownPin;
    const metrics = createMetrics({ service: 'auth' });
    const store = createMeasuredStore(
      await openStore({
        ...AUTH_STORE,
        location,
        durability: config.storeDurability,
        patienceMs: STORE_PATIENCE_MS,
        log,
        clock,
      }),
      { metrics, clock },
    );
    opened.push(() => store.close());

    const health = createHealth({ clock });
    // Without the store no token is given out. Out of reach is then better than half there: sessions get their grace
    // only while auth does not answer at all.
    health.add('store', () => store.ping());

    const keys = createSigningKeys(
      { store, clock, log },
      {
        leadSeconds: Math.max(config.keyLeadSeconds, shared ? MIN_SHARED_KEY_LEAD_S : 0),
        rotationDays: config.keyRotationDays,
      },
    );
    const accounts = createAccounts({ store, clock });
    const attempts = createAttempts({ store, clock });
    const failures = createFailures({
      clock,
      log,
      limit: createLeasedLimit({ store, clock }, FAILED_PROOFS),
    });
    const replay = createStoreReplayStore(store);
    const invites = createInvites({ store, clock });
    const revocations = createRevocations({ store, clock, log, keys, issuer }, { shared });
    const bans = createBans({ store, clock, revocations });
    const firstOperator = createFirstOperator(
      { store, clock, log, accounts, attempts },
      { dataDir: folder, announce: announceCode, perAccount: OPERATOR_CODES },
    );
    const enrolment = countEnrolments(
      createEnrolment(
        { accounts, invites, passwords: createPasswords(), attempts, bans, firstOperator, log },
        {
          mode: config.enrolment,
          limits: {
            perAddress: { max: config.enrolmentsPerHour, windowMs: 60 * MINUTE_MS },
            perNameAndAddress: PASSWORDS_PER_ADDRESS,
            perName: PASSWORDS_PER_NAME,
          },
        },
      ),
      metrics,
    );
    const inviteDesk = createInviteDesk(
      { accounts, invites, attempts, issuer },
      { mode: config.enrolment, pin },
    );
    const tokens = createTokenIssuer({ keys, bans, clock, issuer });

    server = await createHttpServer(
      { log, metrics, health, clock },
      {
        name: 'auth http',
        listen: { host: config.host, port: config.port },
        ...metricsListen(config),
        behindProxy: config.behindProxy,
        forms: true,
        openapi: {
          title: 'Banyan auth',
          version: '1',
          description: 'Accounts, devices, tokens, keys and revocations of a Banyan network.',
        },
        ...(tls === undefined ? {} : { tls }),
      },
    );
    const http = server;
    opened.push(() => http.stop());
    const guard = createGuard({ keys, replay, accounts, bans, failures, clock, issuer });
    addPublicRoutes(
      { server, keys, revocations, issuer },
      {
        enrolment: config.enrolment,
        networkName: config.networkName,
        listUrls: config.listUrls,
        listPin: config.listPin,
      },
    );
    addTokenRoute({ server, accounts, replay, tokens, failures, metrics, clock, issuer });
    addAccountRoutes({ server, guard, accounts, bans, enrolment, inviteDesk, firstOperator, attempts });
    addOperatorRoutes({ server, guard, accounts, bans, keys });

    await keys.start();
    await revocations.start();
    opened.push(() => revocations.stop());
    addGauges(metrics, { revocations, keys });

    let timer: Timer | undefined;
    let isStopped = false;
    let isTended = true;
    const tendLater = (): void => {
      if (isStopped) return;
      timer = clock.setTimeout(
        () => {
          keys
            .tend()
            .then(() => (isTended = true))
            .catch((err: unknown) => {
              if (isTended) log.warn({ err }, 'the signing keys cannot be looked after just now');
              isTended = false;
            })
            .finally(tendLater);
        },
        shared ? KEY_FOLLOW_MS : KEY_CHECK_MS,
        { keepAlive: false },
      );
    };
    opened.push(() => {
      isStopped = true;
      timer?.cancel();
    });
    await keys.tend();
    tendLater();

    await server.start();
    url ??= server.url;
    await firstOperator.start();
  }

  return {
    name: 'auth',
    start,
    async drain(signal) {
      await server?.drain?.(signal);
    },
    async stop() {
      for (const close of opened.splice(0).toReversed()) await close();
    },
    get url() {
      return issuer();
    },
    get pin() {
      return pin;
    },
    get port() {
      if (server === undefined)
        throw new BanyanError('unavailable', 'Auth is starting. Try again in a moment.');
      return server.port;
    },
  };
}

/** The configured issuer, which must be an origin: every URL of the network is made by adding a path to it. */
function checkedIssuer(config: AuthConfig): string | undefined {
  const { issuer, host, behindProxy } = config;
  if (issuer === undefined) {
    if (behindProxy)
      throw new BanyanError(
        'invalid_config',
        'Behind a proxy, --issuer must say the URL that the proxy is reached by.',
      );
    if (['0.0.0.0', '::', '[::]'].includes(host))
      throw new BanyanError(
        'invalid_config',
        `With --host ${host}, --issuer must say the URL by which others reach this service.`,
      );
    return undefined;
  }
  const parsed = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (parsed?.origin !== issuer)
    throw new BanyanError(
      'invalid_config',
      `The issuer ${issuer} must be scheme, host and port alone, in lower case and without a slash at the end${parsed === undefined ? '' : `: ${parsed.origin}`}.`,
    );
  return issuer;
}
