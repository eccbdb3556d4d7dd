import { randomBytes } from 'node:crypto';
import { hash, verify, type Options } from '@node-rs/argon2';
import { createSemaphore } from '@banyan/kit';
import { BanyanError } from '@banyan/proto';
import {
  ARGON2_LANES,
  ARGON2_MEMORY_KIB,
  ARGON2_PASSES,
  HASHES_AT_ONCE,
  MAX_HASHES_WAITING,
  MAX_PASSWORD_CHARS,
  MIN_PASSWORD_CHARS,
} from './constants.ts';

/** The package's default algorithm is argon2id, and its const enum cannot be named by isolated modules. */
const ARGON2ID: Options = {
  memoryCost: ARGON2_MEMORY_KIB,
  timeCost: ARGON2_PASSES,
  parallelism: ARGON2_LANES,
};

/** The passwords of ten and more characters that lists of leaked ones begin with, folded. */
const COMMON = new Set(
  (
    'password12 password123 password1234 password12345 passwordpassword mypassword123 changeme123 letmein123 ' +
    'welcome123 iloveyou123 football123 baseball123 princess123 sunshine123 superman123 administrator ' +
    'administrator1 admin12345 admin123456 qwertyuiop qwertyuiop1 qwerty12345 qwerty123456 1qaz2wsx3edc ' +
    'q1w2e3r4t5 q1w2e3r4t5y6 1q2w3e4r5t 1q2w3e4r5t6y asdfghjkl1 asdfghjklz zxcvbnm123 zaq12wsxcde abcdefghij ' +
    'abcdefghijk abc1234567 abcd123456 a123456789 aa12345678 1234567890 12345678910 123456789a 0123456789 ' +
    '0987654321 9876543210 1234512345 1231231234 1122334455 147258369a passw0rd123 p@ssw0rd123 p@ssword123 ' +
    'trustno1234 whatever123 computer123 michael1234 liverpool1 basketball starwars123 pokemon123 dragon12345 ' +
    'monkey12345 master12345 shadow12345 secret12345 banyan12345 banyanbanyan'
  ).split(' '),
);

/** Hashes and checks passwords, a bounded number at once. */
export interface Passwords {
  /** @throws BanyanError `unavailable` with `retryAfterMs` when too many wait */
  hash(password: string): Promise<string>;
  /**
   * Whether `password` belongs to `hashed`. With undefined (no such account, or one without password) it
   * does the same work for the same time and says no.
   *
   * @throws BanyanError `unavailable` with `retryAfterMs` when too many wait
   */
  verify(hashed: string | undefined, password: string): Promise<boolean>;
}

/**
 * Refuses passwords that are guessed first: shorter than ten characters, common, one character repeated,
 * or made of the account's own name.
 *
 * @throws BanyanError `password_weak`
 */
export function checkPasswordRules(password: string, nameKey: string): void {
  const text = prepare(password);
  const chars = Array.from(text);
  const folded = text.normalize('NFKC').toLowerCase();
  const weak =
    chars.length < MIN_PASSWORD_CHARS ||
    chars.length > MAX_PASSWORD_CHARS ||
    new Set(chars).size < 3 ||
    COMMON.has(folded) ||
    // The name with at most three more characters is the name.
    (folded.includes(nameKey) && folded.length - nameKey.length <= 3);
  if (weak) throw new BanyanError('password_weak');
}

/** The same password typed on another keyboard may come decomposed (RFC 8265, OpaqueString). */
function prepare(password: string): string {
  return password.normalize('NFC');
}

/** Makes the password worker; its first act is a hash that stands in for accounts that do not exist. */
export function createPasswords(): Passwords {
  const hashes = createSemaphore(HASHES_AT_ONCE);

  async function bounded<T>(work: () => Promise<T>): Promise<T> {
    if (hashes.waiting >= MAX_HASHES_WAITING) {
      throw new BanyanError('unavailable', 'Too many sign-ins at once. Try again in a second.', {
        retryAfterMs: 1000,
      });
    }
    return hashes.run(work);
  }

  const hashNow = (password: string): Promise<string> => hash(prepare(password), ARGON2ID);
  let decoy: Promise<string> | undefined;

  return {
    hash: (password) => bounded(() => hashNow(password)),
    verify: (hashed, password) =>
      bounded(async () => {
        decoy ??= hashNow(randomBytes(16).toString('hex'));
        const standIn = await decoy;
        const right = await verify(hashed ?? standIn, prepare(password));
        return right && hashed !== undefined;
      }),
  };
}
