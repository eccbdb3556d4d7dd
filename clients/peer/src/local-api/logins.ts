/**
 * Who may use the page: one-time login codes, and the sessions they are swapped for. Kept hashed, so that whoever
 * reads the file can sign in nowhere; both survive a restart.
 */
import { randomBytes } from 'node:crypto';
import { BanyanError, type SessionResponse } from '@banyan/proto';
import { cookieValue, csrfTokenOf, hashOfSecret, newSecret, type Clock, type Log } from '@banyan/kit';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { readJsonFile, writePrivateFile } from '../private-file.ts';

/** A login link that was not used within a day was lost. */
const LOGIN_CODE_TTL_MS = 24 * 3600 * 1000;
/** A browser that did not come back for so long signs in again. */
const SESSION_IDLE_MS = 180 * 24 * 3600 * 1000;
/** Browsers cap a cookie's age at 400 days. */
const COOKIE_MAX_AGE_S = 400 * 24 * 3600;
/** Unused links and browsers of one person; the oldest makes room. */
const MAX_CODES = 64;
const MAX_SESSIONS = 64;
/** The last use is written down no more often than this. */
const TOUCH_MS = 24 * 3600 * 1000;

const StoredLogins = Type.Object({
  instance: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  codes: Type.Array(Type.Object({ hash: Type.String(), expiresAt: Type.Number() })),
  sessions: Type.Array(Type.Object({ hash: Type.String(), createdAt: Type.Number(), usedAt: Type.Number() })),
});
type StoredLogins = Static<typeof StoredLogins>;

/** A signed-in browser. */
export interface Session {
  /** Names the session inside this process; not a secret. */
  readonly id: string;
  readonly csrfToken: string;
}

export interface Logins {
  /** Reads what was kept. */
  start(): Promise<void>;
  /** Id of this installation; part of the names of cookie and header, since cookies know no ports. */
  readonly instance: string;
  readonly cookieName: string;
  readonly csrfHeader: string;
  /** Makes a code that is good once. */
  makeCode(): Promise<{ readonly code: string; readonly expiresAt: number }>;
  /**
   * Swaps a code for a session.
   *
   * @returns the `Set-Cookie` value, and what the page needs to know
   * @throws BanyanError `login_used` for a code that was used, is too old or never was
   */
  login(code: string): Promise<{ readonly setCookie: string; readonly response: SessionResponse }>;
  /** The session of a `Cookie` header. */
  find(cookieHeader: string | undefined): Session | undefined;
  describe(session: Session): SessionResponse;
  /** Signs a browser out. */
  end(session: Session): Promise<void>;
  /** Told when a session ends. */
  onEnded(listener: (id: string) => void): () => void;
}

export interface LoginsComponents {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** @param init - `file`: where codes and sessions are kept */
export function createLogins(components: LoginsComponents, init: { readonly file: string }): Logins {
  return new FileLogins(components, init.file);
}

class FileLogins implements Logins {
  readonly #c: LoginsComponents;
  readonly #file: string;
  readonly #listeners = new Set<(id: string) => void>();
  #state: StoredLogins = { instance: randomBytes(8).toString('hex'), codes: [], sessions: [] };
  #saving: Promise<void> = Promise.resolve();

  constructor(components: LoginsComponents, file: string) {
    this.#c = components;
    this.#file = file;
  }

  get instance(): string {
    return this.#state.instance;
  }

  get cookieName(): string {
    return `banyan-${this.instance}`;
  }

  get csrfHeader(): string {
    return `x-banyan-csrf-${this.instance}`;
  }

  async start(): Promise<void> {
    const kept = await readJsonFile(this.#file);
    if (Value.Check(StoredLogins, kept)) this.#state = kept;
    else if (kept !== undefined)
      this.#c.log.warn({ file: this.#file }, 'the kept logins cannot be read: everybody signs in again');
    this.#forgetOld();
    await this.#save();
  }

  async makeCode(): Promise<{ code: string; expiresAt: number }> {
    this.#forgetOld();
    const code = newSecret();
    const expiresAt = this.#c.clock.now() + LOGIN_CODE_TTL_MS;
    this.#state.codes.push({ hash: hashOfSecret(code), expiresAt });
    this.#state.codes.splice(0, Math.max(0, this.#state.codes.length - MAX_CODES));
    await this.#save();
    return { code, expiresAt };
  }

  async login(code: string): Promise<{ setCookie: string; response: SessionResponse }> {
    this.#forgetOld();
    const hash = hashOfSecret(code);
    const at = this.#state.codes.findIndex((held) => held.hash === hash);
    if (at < 0) throw new BanyanError('login_used');
    // Spent before anything is waited for, so that two at once cannot both have it.
    this.#state.codes.splice(at, 1);
    const secret = newSecret();
    const now = this.#c.clock.now();
    this.#state.sessions.push({ hash: hashOfSecret(secret), createdAt: now, usedAt: now });
    const tooMany = this.#state.sessions.splice(0, Math.max(0, this.#state.sessions.length - MAX_SESSIONS));
    await this.#save();
    for (const session of tooMany) this.#ended(session.hash);
    return {
      setCookie: `${this.cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_MAX_AGE_S}`,
      response: this.#response(secret),
    };
  }

  find(cookieHeader: string | undefined): Session | undefined {
    const secret = cookieValue(cookieHeader, this.cookieName);
    if (secret === undefined) return undefined;
    const hash = hashOfSecret(secret);
    const now = this.#c.clock.now();
    const found = this.#state.sessions.find((session) => session.hash === hash);
    if (found === undefined) return undefined;
    if (found.usedAt + SESSION_IDLE_MS <= now) {
      this.#forgetOld();
      return undefined;
    }
    if (now - found.usedAt > TOUCH_MS) {
      found.usedAt = now;
      this.#save().catch((err: unknown) => this.#c.log.warn({ err }, 'the use of a login was not kept'));
    }
    return { id: hash, csrfToken: csrfTokenOf(secret, this.instance) };
  }

  describe(session: Session): SessionResponse {
    return { instance: this.instance, csrfHeader: this.csrfHeader, csrfToken: session.csrfToken };
  }

  async end(session: Session): Promise<void> {
    const at = this.#state.sessions.findIndex((held) => held.hash === session.id);
    if (at < 0) return;
    this.#state.sessions.splice(at, 1);
    this.#ended(session.id);
    await this.#save();
  }

  onEnded(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #ended(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  #response(secret: string): SessionResponse {
    return {
      instance: this.instance,
      csrfHeader: this.csrfHeader,
      csrfToken: csrfTokenOf(secret, this.instance),
    };
  }

  #forgetOld(): void {
    const now = this.#c.clock.now();
    this.#state.codes = this.#state.codes.filter((code) => code.expiresAt > now);
    const [live, dead] = [[], []] as [StoredLogins['sessions'], StoredLogins['sessions']];
    for (const session of this.#state.sessions)
      (session.usedAt + SESSION_IDLE_MS > now ? live : dead).push(session);
    this.#state.sessions = live;
    for (const session of dead) this.#ended(session.hash);
  }

  #save(): Promise<void> {
    // One write after the other; each writes the state as it is when its turn comes.
    this.#saving = this.#saving
      .catch(() => undefined)
      .then(() => writePrivateFile(this.#file, JSON.stringify(this.#state)));
    return this.#saving;
  }
}
