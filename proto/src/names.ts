/**
 * Hostile names made harmless: for the file system ({@link safeFileName}, {@link safeRelativePath}) and
 * for terminals and pages ({@link displayText}). A name from another device is never used without one of these.
 */

import { utf8Length } from './bytes.ts';
import { MAX_FOLDER_BYTES, MAX_NAME_BYTES } from './limits.ts';

/** What a name becomes of which nothing usable is left. */
export const NAMELESS = 'unnamed';

/** Device names of Windows: reserved with any extension, in any case, also before a blank and a dot. */
const RESERVED = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(?:\.|$)/i;

/** Marks that reorder or hide text: bidi controls, isolates, zero-width space, BOM, line separators, fillers. */
const DECEIVING =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/g;

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** What no name may hold on some system: separators, drive colons, wildcards, quotes, pipes. */
const FORBIDDEN = /[/\\<>:"|?*]/g;

const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Turns any text into a file name that every system of ours can store: never empty, never a path, never
 * hidden, never a reserved Windows name, at most `maxBytes` UTF-8 bytes with its extension kept, NFC.
 * Applying it twice changes nothing more.
 *
 * @param maxBytes - default 255, what ext4, APFS and NTFS can store
 */
export function safeFileName(name: string, maxBytes: number = MAX_NAME_BYTES): string {
  let safe = name
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(CONTROL, '')
    .replace(DECEIVING, '')
    // After the removals: what they bring together may compose.
    .normalize('NFC')
    .replace(FORBIDDEN, '_');
  safe = trimEnds(safe);
  if (RESERVED.test(safe)) safe = `_${safe}`;
  safe = trimEnds(cutKeepingExtension(safe, maxBytes));
  return safe === '' ? NAMELESS : safe;
}

/** Without blanks in front, blanks and dots behind (Windows drops them), and with no leading dot (a hidden file). */
function trimEnds(name: string): string {
  // Scanned by hand: a regular expression for the end of a long hostile name is quadratic.
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || isBlank(name[end - 1]!))) end--;
  let start = 0;
  while (start < end && isBlank(name[start]!)) start++;
  const rest = name.slice(start, end);
  return rest.startsWith('.') ? `_${rest.slice(1)}` : rest;
}

function isBlank(char: string): boolean {
  return /\s/u.test(char);
}

/** Extensions longer than this are part of the sentence, not of the file's type. */
const MAX_EXTENSION_BYTES = 24;

function cutKeepingExtension(name: string, maxBytes: number): string {
  if (utf8Length(name) <= maxBytes) return name;
  const tar = /\.tar\.[a-z0-9]{1,5}$/i.exec(name);
  const dot = tar === null ? name.lastIndexOf('.') : tar.index;
  const extension = dot > 0 ? name.slice(dot) : '';
  const extensionBytes = utf8Length(extension);
  if (extensionBytes > MAX_EXTENSION_BYTES || extensionBytes >= maxBytes) return cutBytes(name, maxBytes);
  const stem = cutBytes(name.slice(0, name.length - extension.length), maxBytes - extensionBytes);
  return trimEnds(stem) === '' ? cutBytes(name, maxBytes) : trimEnds(stem) + extension;
}

/** The longest start of `text` that has at most `maxBytes` UTF-8 bytes and ends between code points. */
export function cutBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    bytes += utf8Length(char);
    if (bytes > maxBytes) return text.slice(0, end);
    end += char.length;
  }
  return text;
}

/**
 * Joins folder parts of another device into a path below a folder of ours: each part made safe, empty,
 * `.` and `..` parts dropped, '/' between them, at most `maxBytes`. It never leaves the folder it is
 * joined to. With no usable part it is ''.
 */
export function safeRelativePath(parts: readonly string[], maxBytes: number = MAX_FOLDER_BYTES): string {
  let path = '';
  for (const part of parts) {
    if (/^[\s.]*$/u.test(part)) continue;
    const next = path === '' ? safeFileName(part) : `${path}/${safeFileName(part)}`;
    if (utf8Length(next) > maxBytes) break;
    path = next;
  }
  return path;
}

/** Terminal sequences: CSI, strings (OSC, DCS, PM, APC, SOS) up to their end, and two-character escapes. */
const ESCAPES =
  /(?:\u001b\[|\u009b)[0-?]{0,64}[ -/]{0,16}[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]{0,4096}(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]{0,16}[0-~]?/g;

/** More marks on one letter than any script needs are drawn over the lines above and below. */
const PILED_MARKS = /(\p{M}{8})\p{M}+/gu;

/**
 * Text of others as it may be shown on a terminal or page: one line, without terminal escapes, control
 * characters, bidi overrides and piled-up marks; tabs and line ends become blanks.
 *
 * @param maxChars - code points to show, an ellipsis included; default: all
 */
export function displayText(text: string, maxChars = Infinity): string {
  const clean = text
    .replace(ESCAPES, '')
    .replace(/[\t\n\r\u0085\u2028\u2029]+/g, ' ')
    .replace(CONTROL, '')
    .replace(DECEIVING, '')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(PILED_MARKS, '$1');
  // A code point is at most two units, so most texts need no counting.
  if (clean.length <= maxChars) return clean;
  const chars = Array.from(clean);
  return chars.length <= maxChars ? clean : `${chars.slice(0, Math.max(0, maxChars - 1)).join('')}…`;
}
