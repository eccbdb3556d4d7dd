import { join } from 'node:path';
import { BanyanError, formatInviteLink } from '@banyan/proto';
import {
  auditKeeping,
  createAuditChain,
  createAuditedChanges,
  createAuditLog,
  createBackupDoor,
  createHealth,
  createHttpServer,
  createLeasedLimit,
  createMeasuredStore,
  createMetrics,
  createStoreReplayStore,
  ensurePrivateDir,
  isRedisUrl,
  metricsListen,
  openServiceTls,
  openStore,
  processDir,
  openTracing,
  tracingOf,
  type Clock,
  type HttpServer,
  type Log,
  type ServiceTls,
  type Startable,
  type Timer,
} from '@banyan/kit';
import { createAccountExports } from './account-export.ts';
import { createAccountLife } from './account-life.ts';
import { createAccounts } from './accounts.ts';
import { createAttempts, createFailures } from './attempts.ts';
import { createBans } from './bans.ts';
import type { AuthConfig } from './config.ts';
import { KEY_CHECK_MS, KEY_FOLLOW_MS, MIN_SHARED_KEY_LEAD_S } from './constants.ts';
import { createConsole } from './console/console.ts';
import { createEnrolment } from './enrolment.ts';
import { createFirstOperator, FIRST_OPERATOR_FILE } from './first-operator.ts';
import { createInviteDesk } from './invite-desk.ts';
import { createInvites } from './invites.ts';
import { createLastSeen } from './last-seen.ts';
import { addAccountGauge, addGauges, countEnrolments } from './metrics.ts';
import { readOidcConfig } from './oidc/settings.ts';
import { createPasswords } from './passwords.ts';
import { AUTH_STORE } from './records.ts';
import { createReports } from './reports.ts';
import { createReturns } from './returns.ts';
import { createRevocations } from './revocations.ts';
import { addAccountLifeRoutes } from './routes/account-life-routes.ts';
import { addAccountRoutes } from './routes/account-routes.ts';
import { addBanListRoutes } from './routes/ban-list-routes.ts';
import { createGuard } from './routes/guard.ts';
import { addOidcRoutes } from './routes/oidc-routes.ts';
import { addKeyRoutes } from './routes/key-routes.ts';
import { addOperatorAccountRoutes } from './routes/operator-account-routes.ts';
import { addOperatorRoutes } from './routes/operator-routes.ts';
import { addPublicRoutes } from './routes/public-routes.ts';
import { addTokenRoute } from './routes/token-route.ts';
import { createSignIn } from './sign-in.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTokenIssuer } from './token-issuer.ts';

/** The auth service as one part of a process. */
export interface AuthService extends Startable {
  /** The network's name and the base of all its URLs; throws before the service has started. */
  readonly url: string;
  /** Pins by which devices know it: of its own TLS key or the proxy's, and backups; empty: public authorities certify it. */
  readonly pins: readonly string[];
  /** Where it listens on this machine; throws before the service has started. */
  readonly port: number;
}

/** What {@link createAuthService} needs. */
export interface AuthServiceComponents {
  readonly log: Log;
  readonly clock: Clock;
  /** Text for whoever runs the service, past the log: the first operator's code. */
  readonly announce: (text: string) => void;
  /** Calls back when certificate files shall be looked at again at once. */
  readonly onReload?: (reload: () => void) => void;
}

/** A Redis that starts with us, or is just failing over, is waited for so long. */
const STORE_PATIENCE_MS = 20_000;
const MINUTE_MS = 60_000;
/** Failed calls with tokens, assertions and proofs of one address: many may share one, but programs fail seldom. */
const FAILED_PROOFS = { name: 'failed-proofs', max: 600, windowMs: MINUTE_MS };
/** Wrong passwords from one address with whatever name: a house behind it forgets some, a program tries thousands. */
const PASSWORDS_FROM_ADDRESS = { max: 100, windowMs: 15 * MINUTE_MS };
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
  const { log, clock, announce, onReload } = components;
  const folder = processDir('auth', config.dataDir);
  const location = config.store ?? join(folder, 'store');
  // An embedded store has one owner; anything with a scheme is shared with other replicas.
  const shared = isRedisUrl(location);
  const opened: (() => Promise<void> | void)[] = [];
  let server: HttpServer | undefined;
  let url: string | undefined;
  let tls: ServiceTls | undefined;

  const pins = (): readonly string[] => {
    const own = config.tls === 'self' ? tls?.pin : undefined;
    return [...new Set([...(own === undefined ? [] : [own]), ...config.tlsPins])];
  };

  const issuer = (): string => {
    if (url === undefined) throw new BanyanError('unavailable', 'Auth is starting. Try again in a moment.');
    return url;
  };

  function announceCode(code: string): void {
    const link = formatInviteLink({
      issuer: issuer(),
      code,
      pins: pins(),
    });
    const lines = [
      '',
      'This network has no operator yet. The code of the first one:',
      '',
      `    ${code}`,
      '',
      'Whoever brings it becomes the operator; it works once:',
      '',
      `    banyan operator login --network '${pins().length === 0 ? issuer() : link}' --code ${code}`,
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
    const oidcConfig = await readOidcConfig(config);
    await ensurePrivateDir(folder);
    const metrics = createMetrics({ service: 'auth' });
    const health = createHealth({ clock });
    const tracing = await openTracing({ log, metrics }, { service: 'auth', ...tracingOf(config) });
    opened.push(() => tracing.stop());
    await tracing.start();
    tls = await openServiceTls({ folder, clock, log, metrics, health, onReload }, config);
    checkPins(config, tls);
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
    const door = createBackupDoor({ log, clock }, { service: 'auth', store, isInstant: !shared, folder });
    await door.start();
    opened.push(() => door.stop());

    // Without the store no token is given out. Out of reach is then better than half there: sessions get their grace
    // only while auth does not answer at all.
    health.add('store', () => store.ping());

    const auditInit = { service: 'auth', ...auditKeeping(config) } as const;
    const audit = createAuditLog({ store, clock }, auditInit);
    const chain = createAuditChain({ store, clock, log, audit }, auditInit);
    const changes = createAuditedChanges({ store, clock, log, audit });
    const keys = createSigningKeys(
      { store, clock, log, changes },
      {
        leadSeconds: Math.max(config.keyLeadSeconds, shared ? MIN_SHARED_KEY_LEAD_S : 0),
        rotationDays: config.keyRotationDays,
      },
    );
    const accounts = createAccounts({ store, clock, changes });
    const attempts = createAttempts({ store, clock });
    const failures = createFailures({
      clock,
      log,
      limit: createLeasedLimit({ store, clock }, FAILED_PROOFS),
    });
    const replay = createStoreReplayStore(store);
    const invites = createInvites({ store, clock, changes });
    const revocations = createRevocations({ store, clock, log, keys, issuer }, { shared });
    const bans = createBans({
      store,
      clock,
      revocations,
      changes,
      assertOpen: () => returns.assertOpen(),
    });
    const returns = createReturns({ store, clock, log, keys, revocations, bans, accounts, issuer });
    const firstOperator = createFirstOperator(
      { store, clock, log, accounts, attempts },
      { dataDir: folder, announce: announceCode, perAccount: OPERATOR_CODES },
    );
    const passwords = createPasswords();
    const signIn = createSignIn(
      { accounts, passwords, attempts },
      {
        perAddress: PASSWORDS_FROM_ADDRESS,
        perNameAndAddress: PASSWORDS_PER_ADDRESS,
        perName: PASSWORDS_PER_NAME,
      },
    );
    const perAddress = { max: config.enrolmentsPerHour, windowMs: 60 * MINUTE_MS };
    const oidc =
      oidcConfig === undefined
        ? undefined
        : // Few networks have a provider: what speaks with one is loaded for them alone.
          (await import('./oidc/oidc.ts')).createOidc(
            { store, clock, log, random: Math.random, accounts, attempts, bans, metrics, health, issuer },
            { config: oidcConfig, perAddress },
          );
    const byPasswordOrInvite = createEnrolment(
      { accounts, invites, passwords, signIn, attempts, bans, firstOperator, log },
      { mode: config.enrolment, limits: { perAddress } },
    );
    const enrolment = countEnrolments(oidc?.admitting(byPasswordOrInvite) ?? byPasswordOrInvite, metrics);
    const life = createAccountLife(
      {
        ...{ accounts, bans, passwords, clock, log, issuer },
        signOutOfConsole: (accountId, deviceIds) => console.signOut(accountId, deviceIds),
      },
      { pins },
    );
    const lastSeen = createLastSeen({ store, clock, log });
    const reports = createReports({ store, clock, changes, accounts, attempts });
    const exports = createAccountExports({
      store,
      clock,
      bans,
      reports,
      audit,
      lastSeen,
      issuer,
    });
    const inviteDesk = createInviteDesk(
      { accounts, invites, attempts, issuer },
      { mode: config.enrolment, pins },
    );
    const tokens = createTokenIssuer({ keys, bans, clock, issuer });

    const console = createConsole(
      { store, clock, log, accounts, attempts, bans, signIn, tokens, audit, reports, issuer },
      {
        networkName: config.networkName,
        listUrls: config.listUrls,
        signInName: oidcConfig?.name,
        listPins: config.listPins,
      },
    );

    server = await createHttpServer(
      { log, metrics, health, clock, tracer: tracing.tracer },
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
        ...(tls.options === undefined ? {} : { tls: tls.options }),
      },
    );
    const http = server;
    opened.push(() => http.stop());
    const guard = createGuard({
      keys,
      replay,
      accounts,
      bans,
      failures,
      clock,
      issuer,
      admission: console.admission,
    });
    addPublicRoutes(
      { server, keys, revocations, returns, failures, issuer },
      {
        enrolment: config.enrolment,
        networkName: config.networkName,
        listUrls: config.listUrls,
        listPins: config.listPins,
        pins,
        signInName: oidcConfig?.name,
      },
    );
    if (oidc !== undefined)
      addOidcRoutes(
        { server, guard, desk: oidc.desk, issuer, enterConsole: (person) => console.enter(person) },
        { networkName: config.networkName },
      );
    addTokenRoute({ server, accounts, replay, tokens, failures, metrics, clock, issuer, lastSeen });
    addAccountRoutes({
      server,
      guard,
      accounts,
      life,
      lastSeen,
      enrolment,
      inviteDesk,
      firstOperator,
      attempts,
    });
    addAccountLifeRoutes({ server, guard, life, exports, reports, signIn, attempts, bans, lastSeen });
    addOperatorRoutes({ server, guard, accounts, bans });
    addBanListRoutes({ server, guard, accounts, bans, clock });
    addKeyRoutes({ server, guard, keys, bans }, { rotationDays: config.keyRotationDays });
    addOperatorAccountRoutes({ server, guard, accounts, life, exports, reports, audit, lastSeen });

    await console.serve(server, guard);
    opened.push(() => console.stop());

    await chain.start();
    opened.push(() => chain.stop());
    await changes.start();
    opened.push(() => changes.stop());
    await keys.start();
    await revocations.start();
    opened.push(() => revocations.stop());
    await returns.start();
    addGauges(metrics, { revocations, keys });
    addAccountGauge(metrics, { accounts, clock });

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

    await console.start();
    await server.start();
    opened.push(tls.follow(server, pins));
    url ??= server.url;
    oidc?.start();
    opened.push(() => oidc?.stop());
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
    get pins() {
      return pins();
    },
    get port() {
      if (server === undefined)
        throw new BanyanError('unavailable', 'Auth is starting. Try again in a moment.');
      return server.port;
    },
  };
}

/** With certificate files the pins are told, and must be true: all devices would refuse another key. */
function checkPins({ tls, tlsPins }: AuthConfig, { pin }: ServiceTls): void {
  if (tls !== 'files' || tlsPins.length === 0 || (pin !== undefined && tlsPins.includes(pin))) return;
  throw new BanyanError(
    'invalid_config',
    pin === undefined
      ? 'The key in --tls-key is not P-256, so that no pin names it. Make one with `banyan operator pin --new`, or leave --tls-pins out.'
      : `The key in --tls-key has the pin ${pin}, which is none of --tls-pins. Devices would refuse it: name it there.`,
  );
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
