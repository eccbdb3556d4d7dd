/** From the claims of a provider to a person of this network. Claims are text of strangers: nothing is taken as it is. */
import { isBanyanError, type Role } from '@banyan/proto';
import { parseAccountName } from '../account-name.ts';
import { MAX_ACCOUNT_NAME_CHARS, MAX_CLAIMED_GROUPS, MAX_SUBJECT_CHARS } from '../constants.ts';
import type { OidcConfig } from './settings.ts';

/** Claims of an ID token and of the user info together. */
export type Claims = Readonly<Record<string, unknown>>;

/** OpenID Connect Core section 2: at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]+$/;

/** What an account is called whose person has no usable name. */
const NAMELESS = 'member';

/** Whether `subject` can stand for a person. */
export function isSubject(subject: unknown): subject is string {
  return typeof subject === 'string' && subject.length <= MAX_SUBJECT_CHARS && SUBJECT.test(subject);
}

/** The groups in a claim: a list of texts, or one text. */
export function groupsIn(claim: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return list.slice(0, MAX_CLAIMED_GROUPS).filter((one) => typeof one === 'string');
}

/** The highest role that the groups give; undefined: they admit nobody. */
export function roleOf(
  groups: readonly string[],
  config: Pick<OidcConfig, 'operatorGroups' | 'viewerGroups' | 'memberGroups'>,
): Role | undefined {
  const inOne = (wanted: ReadonlySet<string>): boolean => groups.some((group) => wanted.has(group));
  if (inOne(config.operatorGroups)) return 'operator';
  if (inOne(config.viewerGroups)) return 'viewer';
  return config.memberGroups.size === 0 || inOne(config.memberGroups) ? 'member' : undefined;
}

/**
 * Names for a new account, wanted most first: what the claim says, made fit for a name, then with a number behind it.
 * The first that is free is taken; no account is ever found by it.
 *
 * @param random - uniform in [0, 1), for the last resort
 */
export function namesFrom(claim: unknown, random: () => number): string[] {
  const base = baseName(claim);
  const numbered = (n: number): string => {
    const tail = `-${n}`;
    return `${trimmed(
      Array.from(base)
        .slice(0, MAX_ACCOUNT_NAME_CHARS - tail.length)
        .join(''),
    )}${tail}`;
  };
  const drawn = (): number => 1000 + Math.floor(random() * 900_000);
  return [base, ...[2, 3, 4, 5].map(numbered), numbered(drawn()), numbered(drawn()), numbered(drawn())];
}

function baseName(claim: unknown): string {
  if (typeof claim !== 'string') return NAMELESS;
  // The part before the first @ is a person's name in a mail address and in a UPN.
  const [local = ''] = claim.slice(0, 256).split('@', 1);
  const clean = local
    .normalize('NFKC')
    .replace(/[^\p{L}\p{M}\p{Nd}._-]+/gu, '-')
    .replace(/^[^\p{L}\p{Nd}]+/u, '');
  const name = trimmed(Array.from(clean).slice(0, MAX_ACCOUNT_NAME_CHARS).join(''));
  try {
    parseAccountName(name);
    return name;
  } catch (error) {
    if (isBanyanError(error)) return NAMELESS;
    throw error;
  }
}

/** No name ends in a sign. */
function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && /[._-]/.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}
