import { BanyanError } from '@banyan/proto';
import { MAX_ACCOUNT_NAME_CHARS } from './constants.ts';

/** Shortest account name in code points; what the sentence of `name_invalid` says. */
const MIN_CHARS = 2;

/** Letters of every script with their marks, digits, and the three signs, the signs never first or last. */
const ALLOWED = /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]*[\p{L}\p{M}\p{Nd}]$/u;

/** A name in the two forms that are kept. */
export interface AccountName {
  /** As written, NFC. */
  readonly name: string;
  /** Equal for names that look or sound the same: NFKC and case folded. Safe as a part of a store key. */
  readonly nameKey: string;
}

/**
 * Checks an account name: 2 to 32 letters of any script, digits, `.`, `_`, `-`, beginning and ending with
 * a letter or digit. Names that differ only in case, width or composition are one name (NFKC, UAX 15).
 *
 * @throws BanyanError `name_invalid`
 */
export function parseAccountName(text: string): AccountName {
  const name = text.normalize('NFC');
  // Case folding can decompose (İ), so that the fold is normalised once more.
  const nameKey = name.normalize('NFKC').toLowerCase().normalize('NFKC');
  for (const form of [name, nameKey]) {
    const chars = Array.from(form).length;
    if (chars < MIN_CHARS || chars > MAX_ACCOUNT_NAME_CHARS || !ALLOWED.test(form))
      throw new BanyanError('name_invalid');
  }
  return { name, nameKey };
}
