/**
 * Sign-ins with the provider, from the device that begins one to the same device that redeems it. All state is in the store,
 * one record each, changed by compare-and-set: any replica may serve any step, and no step can be done twice.
 *
 * ```
 *   begun ──(browser)──▶ at-provider ──(callback)──▶ exchanging ──▶ done ──(device key, code)──▶ redeemed
 *                                                        └────────▶ failed
 * ```
 */
import { randomBytes, randomInt } from 'node:crypto';
import { BanyanError, CONSOLE_FRESH_MS, displayText, type SignInRequest } from '@banyan/proto';
import { isLoopback, sameSecret, type Clock, type Store } from '@banyan/kit';
import { create, read, update } from '../compare-and-set.ts';
import { SIGN_IN_MEMORY_MS, SIGN_IN_TTL_S, USER_CODE_SYMBOLS } from '../constants.ts';
import { digestOf } from '../digests.ts';
import { KEY, type SignInRecord, type SignedInPerson, type UserCodeRecord } from '../records.ts';
import type { AuthorizationChecks } from './provider.ts';

/** A sign-in as a browser sees it. */
export interface OpenSignIn {
  /** Names it in URLs; of no use without the device's key. */
  readonly ref: string;
  readonly record: SignInRecord;
}

/** Where the browser goes when the person is known. */
export type SignInEnd =
  | { readonly kind: 'redirect'; readonly url: URL }
  | { readonly kind: 'page' }
  /** It was for the operator console, and is over. */
  | { readonly kind: 'console'; readonly person: SignedInPerson };

export interface SignIns {
  /** @throws BanyanError `invalid_request` for a redirect that does not stay on the person's machine */
  begin(
    request: SignInRequest,
    device: { readonly deviceId: string; readonly deviceName: string; readonly address: string },
  ): Promise<{ readonly id: string; readonly ref: string; readonly userCode?: string }>;
  /** Begins one that signs the browser itself in to the operator console; no device has a part in it. */
  beginConsole(address: string): Promise<{ readonly ref: string }>;
  /** A sign-in that a browser may still go through with. @throws BanyanError `sign_in_expired` */
  open(ref: string): Promise<OpenSignIn>;
  /** By what a person typed. @throws BanyanError `sign_in_expired` when no device waits for it */
  byUserCode(text: string): Promise<OpenSignIn>;
  /** Ties it to the browser with this cookie. @throws BanyanError `sign_in_expired` */
  takeToBrowser(ref: string, cookie: string): Promise<void>;
  /** Makes what the provider's answer must fit; the browser must be the one it is tied to. @throws BanyanError `sign_in_expired` */
  leave(ref: string, cookie: string): Promise<AuthorizationChecks>;
  /**
   * Takes the provider's answer to work on it, once, for the browser that left.
   *
   * @throws BanyanError `sign_in_expired`
   */
  arrive(state: string, cookie: string): Promise<OpenSignIn & { readonly checks: AuthorizationChecks }>;
  /** The person is known. */
  finish(ref: string, person: SignedInPerson): Promise<SignInEnd>;
  /** It has come to nothing; the device is told why. */
  fail(ref: string, error: BanyanError): Promise<void>;
  /**
   * Takes the person for the device that began it, once.
   *
   * @throws BanyanError `sign_in_pending`, `sign_in_expired`, and why it failed
   */
  redeem(signIn: { readonly id: string; readonly code?: string }, deviceId: string): Promise<SignedInPerson>;
  /** Whether this device has redeemed it before. */
  wasRedeemed(id: string, deviceId: string): Promise<boolean>;
  /** Gives it back: nothing came of it, and the device may try again. */
  giveBack(signIn: { readonly id: string; readonly code?: string }, person: SignedInPerson): Promise<void>;
}

/** RFC 8628 section 6.1: no vowels, so no words; no case; nothing that is taken for something else. */
const USER_CODE = 'BCDFGHJKLMNPQRSTVWXZ';
/** So many draws until a code is free: that even two are needed is all but impossible. */
const USER_CODE_DRAWS = 5;
/**
 * How its records are kept: until it is over, counted from the last step, and a little longer. What a crash of the store's
 * primary may lose here is begun again by a person; no promise hangs on it.
 */
const KEPT = { ttlMs: SIGN_IN_TTL_S * 1000 + SIGN_IN_MEMORY_MS, durable: false } as const;
/** Of what nobody may guess: state, nonce, verifier (RFC 7636 wants 43 characters at least), codes. */
const SECRET_BYTES = 32;

const secret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
const over = (): BanyanError => new BanyanError('sign_in_expired');

/** Makes the sign-ins over a store. */
export function createSignIns(components: { readonly store: Store; readonly clock: Clock }): SignIns {
  const { store, clock } = components;

  async function change(
    ref: string,
    next: (record: SignInRecord) => SignInRecord,
    mayBeLate = false,
  ): Promise<SignInRecord> {
    const record = await update<SignInRecord>(
      store,
      KEY.signIn(ref),
      (now) => {
        if (now === undefined || (!mayBeLate && now.expiresAt <= clock.now())) throw over();
        return next(now);
      },
      KEPT,
    );
    if (record === undefined) throw over();
    return record;
  }

  async function open(ref: string): Promise<OpenSignIn> {
    const record = await read<SignInRecord>(store, KEY.signIn(ref));
    if (record === undefined || record.expiresAt <= clock.now() || !isOpen(record)) throw over();
    return { ref, record };
  }

  const isOpen = ({ stage }: SignInRecord): boolean => stage.name === 'begun' || stage.name === 'at-provider';

  const isBrowserOf = (record: SignInRecord, cookie: string): boolean =>
    record.browser !== undefined && sameSecret(record.browser, digestOf(cookie));

  /** Keeps one that begins. @returns its ref */
  async function keep(id: string, record: SignInRecord): Promise<string> {
    const ref = digestOf(id);
    if (!(await create(store, KEY.signIn(ref), record, KEPT))) throw new BanyanError('unavailable');
    return ref;
  }

  async function newUserCode(ref: string): Promise<string> {
    for (let draw = 0; draw < USER_CODE_DRAWS; draw += 1) {
      const code = Array.from(
        { length: USER_CODE_SYMBOLS },
        () => USER_CODE[randomInt(USER_CODE.length)],
      ).join('');
      const record: UserCodeRecord = { signIn: ref };
      if (await create(store, KEY.userCode(digestOf(code)), record, KEPT))
        return `${code.slice(0, 4)}-${code.slice(4)}`;
    }
    throw new BanyanError('unavailable');
  }

  return {
    async begin({ redirectUri, state }, { deviceId, deviceName, address }) {
      const id = randomBytes(18).toString('base64url');
      const record: SignInRecord = {
        deviceId,
        deviceName,
        address,
        expiresAt: clock.now() + SIGN_IN_TTL_S * 1000,
        ...(redirectUri === undefined
          ? {}
          : { redirect: { uri: loopbackUri(redirectUri), ...(state === undefined ? {} : { state }) } }),
        stage: { name: 'begun' },
      };
      const ref = await keep(id, record);
      return { id, ref, ...(redirectUri === undefined ? { userCode: await newUserCode(ref) } : {}) };
    },
    async beginConsole(address) {
      const record: SignInRecord = {
        deviceId: '',
        isConsole: true,
        deviceName: '',
        address,
        stage: { name: 'begun' },
        expiresAt: clock.now() + SIGN_IN_TTL_S * 1000,
      };
      return { ref: await keep(randomBytes(18).toString('base64url'), record) };
    },
    open,
    async byUserCode(text) {
      const code = text.toUpperCase().replace(/[^A-Z]/g, '');
      const found = await read<UserCodeRecord>(store, KEY.userCode(digestOf(code)));
      if (found === undefined)
        throw new BanyanError(
          'sign_in_expired',
          'No device waits for this code. Check it against what the device shows, or begin again there.',
        );
      return open(found.signIn);
    },
    async takeToBrowser(ref, cookie) {
      await change(ref, (record) => {
        if (!isOpen(record)) throw over();
        return { ...record, browser: digestOf(cookie), stage: { name: 'begun' } };
      });
    },
    async leave(ref, cookie) {
      const checks = { state: `${ref}.${secret()}`, nonce: secret(), verifier: secret() };
      const record = await change(ref, (now) => {
        if (!isOpen(now) || !isBrowserOf(now, cookie)) throw over();
        const { nonce, verifier } = checks;
        return { ...now, stage: { name: 'at-provider', state: digestOf(checks.state), nonce, verifier } };
      });
      return { ...checks, ...ageOf(record) };
    },
    async arrive(state, cookie) {
      const ref = state.split('.', 1)[0] ?? '';
      let checks: AuthorizationChecks | undefined;
      const record = await change(ref, (now) => {
        const { stage } = now;
        if (stage.name !== 'at-provider' || !isBrowserOf(now, cookie)) throw over();
        if (!sameSecret(stage.state, digestOf(state))) throw over();
        checks = { state, nonce: stage.nonce, verifier: stage.verifier, ...ageOf(now) };
        return { ...now, stage: { name: 'exchanging' } };
      });
      if (checks === undefined) throw over();
      return { ref, record, checks };
    },
    async finish(ref, person) {
      const code = secret();
      const { redirect, isConsole } = await change(ref, (record) => {
        if (record.stage.name !== 'exchanging') throw over();
        // Nobody comes back for it: the browser is here.
        if (record.isConsole === true) return { ...record, stage: { name: 'redeemed' } };
        const isRedirect = record.redirect !== undefined;
        return {
          ...record,
          stage: { name: 'done', person, ...(isRedirect ? { code: digestOf(code) } : {}) },
        };
      });
      if (isConsole === true) return { kind: 'console', person };
      if (redirect === undefined) return { kind: 'page' };
      const url = new URL(redirect.uri);
      url.searchParams.set('code', code);
      if (redirect.state !== undefined) url.searchParams.set('state', redirect.state);
      return { kind: 'redirect', url };
    },
    async fail(ref, { code, message }) {
      await change(ref, (record) => {
        if (record.stage.name === 'redeemed') throw over();
        return { ...record, stage: { name: 'failed', code, message: displayText(message, 500) } };
      });
    },
    async redeem({ id, code }, deviceId) {
      let person: SignedInPerson | undefined;
      await change(
        digestOf(id),
        (record) => {
          const { stage } = record;
          // Another device is told no more than that of a sign-in that never was.
          if (record.deviceId !== deviceId) throw over();
          if (stage.name === 'failed') throw new BanyanError(stage.code, stage.message);
          if (stage.name === 'redeemed' || record.expiresAt <= clock.now()) throw over();
          if (stage.name !== 'done') throw new BanyanError('sign_in_pending');
          if (stage.code !== undefined && (code === undefined || !sameSecret(stage.code, digestOf(code))))
            throw over();
          ({ person } = stage);
          return { ...record, stage: { name: 'redeemed' } };
        },
        true,
      );
      if (person === undefined) throw over();
      return person;
    },
    async wasRedeemed(id, deviceId) {
      const record = await read<SignInRecord>(store, KEY.signIn(digestOf(id)));
      return record?.stage.name === 'redeemed' && record.deviceId === deviceId;
    },
    async giveBack({ id, code }, person) {
      await change(digestOf(id), (record) =>
        record.stage.name !== 'redeemed'
          ? record
          : {
              ...record,
              stage: { name: 'done', person, ...(code === undefined ? {} : { code: digestOf(code) }) },
            },
      );
    },
  };
}

/** Who administers a network was asked lately, not at the beginning of a long day at the provider. */
function ageOf({ isConsole }: SignInRecord): Pick<AuthorizationChecks, 'maxAgeS'> {
  return isConsole === true ? { maxAgeS: CONSOLE_FRESH_MS / 1000 } : {};
}

/**
 * A redirect URI that cannot leave the machine of the browser (RFC 8252 section 7.3).
 *
 * @throws BanyanError `invalid_request`
 */
function loopbackUri(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url?.protocol !== 'http:' ||
    !isLoopback(url.hostname) ||
    url.username !== '' ||
    url.password !== '' ||
    url.hash !== ''
  )
    throw new BanyanError(
      'invalid_request',
      'The redirect URI must be plain http on a loopback address, without user name and fragment.',
    );
  return url.href;
}
