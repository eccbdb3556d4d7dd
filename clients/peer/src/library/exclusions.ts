/**
 * What an owner leaves out of a share, in patterns as people know them from `.gitignore` and search dialogs. No regular
 * expressions: a pattern is matched in time that is bounded by its length times that of the path.
 */
import { BanyanError, displayText, MAX_EXCLUSION_CHARS, MAX_EXCLUSIONS } from '@banyan/proto';

/** Whether a path inside the share, with '/' between its parts, or a folder around it is left out. */
export type LeavesOut = (path: string) => boolean;

/** Any folders, none too. */
const ANY_FOLDERS = '**';

interface Pattern {
  readonly parts: readonly string[];
  /** From the top of the share on; else the one part is the name of anything anywhere in it. */
  readonly isAnchored: boolean;
}

/**
 * Patterns as they are kept: trimmed, with '/' between parts, each once.
 *
 * @throws BanyanError `invalid_request`, `limit_exceeded`
 */
export function tidyExclusions(patterns: readonly string[]): string[] {
  const tidy = [...new Set(patterns.map((text) => text.trim().replaceAll('\\', '/')))].filter(
    (text) => text.replaceAll('/', '') !== '',
  );
  if (tidy.length > MAX_EXCLUSIONS)
    throw new BanyanError('limit_exceeded', `At most ${MAX_EXCLUSIONS} patterns can be given for a folder.`);
  for (const text of tidy) {
    if (text.length > MAX_EXCLUSION_CHARS)
      throw new BanyanError(
        'limit_exceeded',
        `A pattern has at most ${MAX_EXCLUSION_CHARS} characters: "${displayText(text, 60)}".`,
      );
    if (text.split('/').some((part) => part === '.' || part === '..'))
      throw new BanyanError(
        'invalid_request',
        `"${displayText(text, 80)}" leads out of the folder. A pattern is a name like *.tmp, or a path inside the folder like Drafts/old.`,
      );
  }
  return tidy;
}

/** Makes a matcher; letters match whatever their case, since it is meant to leave out rather more than less. */
export function compileExclusions(patterns: readonly string[]): LeavesOut {
  if (patterns.length === 0) return () => false;
  const compiled = patterns.map(compile);
  return (path) => {
    const parts = fold(path).split('/');
    return compiled.some(({ parts: wanted, isAnchored }) =>
      isAnchored ? leadsTo(wanted, parts) : parts.some((part) => matchesName(wanted[0] as string, part)),
    );
  };
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase();

function compile(text: string): Pattern {
  const folded = fold(text);
  const parts = folded.split('/').filter((part) => part !== '');
  return { parts, isAnchored: parts.length > 1 || folded.startsWith('/') };
}

/**
 * Whether the pattern matches the path from its top, or a folder on the way to it. What stands before a `**` is found as early
 * as it can be, which leaves most for the rest: so it goes back to the last `**` only, as {@link matchesName} to the last star.
 *
 * @param matches - a part of the pattern, a part of the path
 */
export function leadsTo(
  wanted: readonly string[],
  path: readonly string[],
  matches: (pattern: string, name: string) => boolean = matchesName,
): boolean {
  let w = 0;
  let p = 0;
  let behind = -1;
  let from = 0;
  while (w < wanted.length) {
    const part = wanted[w] as string;
    if (part === ANY_FOLDERS) {
      // At its end it stands for everything below, which has to be there.
      if (w === wanted.length - 1) return p < path.length;
      behind = ++w;
      from = p;
    } else if (p === path.length) return false;
    else if (matches(part, path[p] as string)) {
      w += 1;
      p += 1;
    } else if (behind >= 0) {
      w = behind;
      p = ++from;
    } else return false;
  }
  return true;
}

/** `*`: any letters, none too; `?`: one. Goes back to the last star only, so never further than it has been. */
function matchesName(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let from = 0;
  while (n < name.length) {
    const char = pattern[p];
    if (char === '*') {
      star = p++;
      from = n;
    } else if (char === '?' || char === name[n]) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      n = ++from;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
