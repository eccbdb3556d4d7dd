/**
 * Browsers that are signed in to the console, and the one-time codes that sign them in. All of it lies in the store, hashed: any
 * replica knows any session, and whoever reads the store can sign in nowhere.
 */
import { randomBytes } from 'node:crypto';
import { BanyanError, CONSOLE_FRESH_MS } from '@banyan/proto';
import { cookieValue, csrfTokenOf, hashOfSecret, newSecret, type Clock, type Store } from '@banyan/kit';
import type { Accounts } from '../accounts.ts';
import type { Attempts } from '../attempts.ts';
import { create, read, update } from '../compare-and-set.ts';
import { CONSOLE_CODES, CONSOLE_SESSIONS, type AccountRecord } from '../records.ts';

/** A working day: whoever comes back tomorrow signs in again. */
const SESSION_MS = 12 * 3600_000;
/** Browsers of one account; the oldest makes room. */
const MAX_SESSIONS = 8;
/** A link is opened at once, by who asked for it. */
const CODE_MS = 5 * 60_000;
/** Links of one account; each is a record for five minutes. */
const CODES_PER_HOUR = { max: 60, windowMs: 3600_000 };

/** `console-sessions/<account id>` */
interface SessionsRecord {
  readonly sessions: readonly {
    readonly hash: string;
    /** Unix ms. */
    readonly createdAt: number;
    /** Unix ms of the last proof of who it is. */
    readonly provedAt: number;
    /** Digest of the account's password then: whoever changes it signs all browsers out. */
    readonly passwordMark: string;
    /** The device whose link signed it in; absent: a password or the organisation's provider did. */
    readonly deviceId?: string;
  }[];
}

/** `console-code/<SHA-256 of the code>` */
interface CodeRecord {
  readonly accountId: string;
  readonly deviceId: string;
}

type Session = SessionsRecord['sessions'][number];

const KEY = {
  instance: 'console/instance',
  sessions: (accountId: string): string => `${CONSOLE_SESSIONS}${accountId}`,
  code: (hash: string): string => `${CONSOLE_CODES}${hash}`,
} as const;

/** A signed-in browser. */
export interface ConsoleLogin {
  /** Names the session; not a secret. */
  readonly id: string;
  readonly accountId: string;
  /** The device whose link signed it in: the session falls with it. */
  readonly deviceId: string | undefined;
  readonly csrfToken: string;
  /** Unix ms until when grave acts are allowed. */
  readonly freshUntil: number;
  /** Unix ms. */
  readonly expiresAt: number;
}

export interface ConsoleSessions {
  /** Id of this network's console; known once started. */
  readonly instance: string;
  readonly csrfHeader: string;
  start(): Promise<void>;
  /** A code with which a device signs its account in once. @throws BanyanError `rate_limited` */
  makeCode(
    account: AccountRecord,
    deviceId: string,
  ): Promise<{ readonly code: string; readonly expiresAt: number }>;
  /**
   * Whose a code is, and of which of their devices; it is spent with that.
   *
   * @param accountId - of whom it has to be
   * @throws BanyanError `login_used`; `conflict` when it is somebody else's, and not spent
   */
  takeCode(
    code: string,
    accountId?: string,
  ): Promise<{ readonly account: AccountRecord; readonly deviceId: string }>;
  /**
   * Signs a browser in, whose person has just proved who it is.
   *
   * @param deviceId - the device whose link does it
   * @returns the `Set-Cookie` value beside the session
   */
  begin(
    account: AccountRecord,
    deviceId?: string,
  ): Promise<{ readonly setCookie: string; readonly login: ConsoleLogin }>;
  /** The session of a `Cookie` header, with its account as it is now; none when the device of its link is in that no more. */
  find(
    cookieHeader: string | undefined,
  ): Promise<{ readonly login: ConsoleLogin; readonly account: AccountRecord } | undefined>;
  /**
   * The person has proved once more who it is, by a link: the session of a `Cookie` header goes on as if it began now, so that
   * other tabs of the browser lose nothing.
   *
   * @param deviceId - the device whose link does it; the session falls with it from now on
   * @returns as {@link begin}; undefined when the session is over
   */
  renew(
    cookieHeader: string | undefined,
    deviceId: string,
  ): Promise<{ readonly setCookie: string; readonly login: ConsoleLogin } | undefined>;
  hasCookie(cookieHeader: string | undefined): boolean;
  /** The person has proved once more who it is. */
  refresh(login: ConsoleLogin): Promise<ConsoleLogin>;
  /** Signs the browser out. @returns the `Set-Cookie` value that takes its cookie */
  end(login: ConsoleLogin): Promise<string>;
  /** Calls back with the ids of sessions that were ended here; other replicas find out at their next look. */
  onEnded(listener: (ids: readonly string[]) => void): void;
  /** Signs all browsers of an account out, or those alone that the links of these devices signed in. */
  endAll(accountId: string, deviceIds?: readonly string[]): Promise<void>;
}

export interface ConsoleSessionsComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly attempts: Attempts;
}

/** @param init - `isSecure`: the page is reached by https */
export function createConsoleSessions(
  components: ConsoleSessionsComponents,
  init: { readonly isSecure: () => boolean },
): ConsoleSessions {
  const { store, clock, accounts, attempts } = components;
  const listeners: ((ids: readonly string[]) => void)[] = [];
  let instance = '';

  // `__Host-`: no other name of the same domain can set it.
  const cookieName = (): string => `${init.isSecure() ? '__Host-' : ''}banyan-console-${instance}`;
  const cookie = (value: string, seconds: number): string =>
    `${cookieName()}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${init.isSecure() ? '; Secure' : ''}`;
  const markOf = ({ passwordHash = '' }: AccountRecord): string => hashOfSecret(passwordHash);
  const alive = (record: SessionsRecord | undefined): SessionsRecord['sessions'] =>
    (record?.sessions ?? []).filter(({ createdAt }) => createdAt + SESSION_MS > clock.now());

  const loginOf = (
    accountId: string,
    secret: string,
    { hash, createdAt, provedAt, deviceId }: Session,
  ): ConsoleLogin => ({
    id: hash,
    accountId,
    deviceId,
    csrfToken: csrfTokenOf(secret, instance),
    freshUntil: provedAt + CONSOLE_FRESH_MS,
    expiresAt: createdAt + SESSION_MS,
  });

  /** What a `Cookie` header claims; its secret is not yet compared. */
  function claimOf(header: string | undefined): { accountId: string; secret: string } | undefined {
    const [accountId, secret] = (cookieValue(header, cookieName()) ?? '').split('.');
    if (accountId === undefined || !/^[0-9a-f-]{36}$/.test(accountId) || secret === undefined)
      return undefined;
    return { accountId, secret };
  }

  async function endSome(accountId: string, isOver: (session: Session) => boolean): Promise<void> {
    let ended: readonly Session[] = [];
    await update<SessionsRecord>(
      store,
      KEY.sessions(accountId),
      (record) => {
        ended = alive(record).filter(isOver);
        return ended.length === 0
          ? undefined
          : { sessions: alive(record).filter((session) => !ended.includes(session)) };
      },
      { ttlMs: SESSION_MS },
    );
    const ids = ended.map(({ hash }) => hash);
    for (const listener of listeners) listener(ids);
  }

  return {
    get instance() {
      return instance;
    },
    get csrfHeader() {
      return `x-banyan-csrf-${instance}`;
    },
    async start() {
      await create(store, KEY.instance, { id: randomBytes(8).toString('hex') });
      instance = (await read<{ id: string }>(store, KEY.instance))?.id ?? '';
      if (instance === '') throw new BanyanError('store_unavailable');
    },
    async makeCode({ accountId }, deviceId) {
      await attempts.spend(`console-code:${accountId}`, CODES_PER_HOUR);
      const code = newSecret();
      await store.put(
        KEY.code(hashOfSecret(code)),
        { accountId, deviceId },
        { expect: null, ttlMs: CODE_MS },
      );
      return { code, expiresAt: clock.now() + CODE_MS };
    },
    async takeCode(code, wanted) {
      const used = new BanyanError(
        'login_used',
        'This sign-in link was used or is too old. Run `banyan operator console` for a new one.',
      );
      const key = KEY.code(hashOfSecret(code));
      const found = await store.get<CodeRecord>(key);
      if (found === undefined) throw used;
      const { accountId, deviceId } = found.value;
      if (wanted !== undefined && wanted !== accountId)
        throw new BanyanError('conflict', 'This sign-in link is of another account. It was not used.');
      // Of two at once only one has taken it away.
      if (!(await store.delete(key))) throw used;
      const account = await accounts.get(accountId);
      if (account?.devices[deviceId] === undefined) throw used;
      return { account, deviceId };
    },
    async begin(account, deviceId) {
      const { accountId } = account;
      const secret = newSecret();
      const now = clock.now();
      const session = {
        hash: hashOfSecret(secret),
        createdAt: now,
        provedAt: now,
        passwordMark: markOf(account),
        ...(deviceId === undefined ? {} : { deviceId }),
      };
      await update<SessionsRecord>(
        store,
        KEY.sessions(accountId),
        (record) => ({ sessions: [...alive(record), session].slice(-MAX_SESSIONS) }),
        { ttlMs: SESSION_MS },
      );
      return {
        setCookie: cookie(`${accountId}.${secret}`, SESSION_MS / 1000),
        login: loginOf(accountId, secret, session),
      };
    },
    async renew(header, deviceId) {
      const claim = claimOf(header);
      if (claim === undefined) return undefined;
      const { accountId, secret } = claim;
      const hash = hashOfSecret(secret);
      const now = clock.now();
      let renewed: Session | undefined;
      await update<SessionsRecord>(
        store,
        KEY.sessions(accountId),
        (record) => {
          const held = alive(record);
          const one = held.find((session) => session.hash === hash);
          renewed = one && { ...one, createdAt: now, provedAt: now, deviceId };
          // Last, as a new one would be: the oldest makes room.
          return renewed && { sessions: [...held.filter((session) => session !== one), renewed] };
        },
        { ttlMs: SESSION_MS },
      );
      return (
        renewed && {
          setCookie: cookie(`${accountId}.${secret}`, SESSION_MS / 1000),
          login: loginOf(accountId, secret, renewed),
        }
      );
    },
    hasCookie: (header) => cookieValue(header, cookieName()) !== undefined,
    async find(header) {
      const claim = claimOf(header);
      if (claim === undefined) return undefined;
      const { accountId, secret } = claim;
      const hash = hashOfSecret(secret);
      const held = alive(await read<SessionsRecord>(store, KEY.sessions(accountId))).find(
        (session) => session.hash === hash,
      );
      if (held === undefined) return undefined;
      const account = await accounts.get(accountId);
      if (account === undefined || markOf(account) !== held.passwordMark) return undefined;
      if (held.deviceId !== undefined) {
        const device = account.devices[held.deviceId];
        // One that was enrolled anew since may be in other hands.
        if (device === undefined || device.enrolledAt > held.createdAt) return undefined;
      }
      return { login: loginOf(accountId, secret, held), account };
    },
    async refresh(login) {
      const now = clock.now();
      await update<SessionsRecord>(
        store,
        KEY.sessions(login.accountId),
        (record) => ({
          sessions: alive(record).map((one) => (one.hash === login.id ? { ...one, provedAt: now } : one)),
        }),
        { ttlMs: SESSION_MS },
      );
      return { ...login, freshUntil: now + CONSOLE_FRESH_MS };
    },
    async end(login) {
      await endSome(login.accountId, ({ hash }) => hash === login.id);
      return cookie('', 0);
    },
    onEnded: (listener) => void listeners.push(listener),
    async endAll(accountId, deviceIds) {
      await endSome(
        accountId,
        ({ deviceId }) => deviceIds === undefined || (deviceId !== undefined && deviceIds.includes(deviceId)),
      );
    },
  };
}
