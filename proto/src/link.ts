import { isDeviceId, utf8Length } from './bytes.ts';
import { contentIdText, parseContentId } from './content-id.ts';
import type { ContentId } from './content-id.ts';
import { BanyanError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import {
  MAX_INVITE_CODE_CHARS,
  MAX_LINK_CHARS,
  MAX_LINK_MIRRORS,
  MAX_MIRROR_URL_CHARS,
  MAX_NAME_BYTES,
  MAX_PINS,
} from './limits.ts';

/** What a `banyan:` link says. */
export interface Link {
  readonly content: ContentId;
  /** Suggested file name, as somebody else wrote it: clean it before it is shown or stored. */
  readonly name?: string;
  /** Issuer URL of the network where the content was seen. */
  readonly network?: string;
  /** Plain HTTP(S) mirrors. */
  readonly mirrors: readonly string[];
}

/** What an invite link says, or a reset link. */
export interface InviteLink {
  /** Issuer URL of the network. */
  readonly issuer: string;
  /**
   * RFC 7638 thumbprints of the keys that auth may prove by TLS, at most MAX_PINS: trust without a public CA. The first is in
   * use, the others are backups (RFC 7469 section 4.3). Empty: a public authority certifies it.
   */
  readonly pins: readonly string[];
  /** The secret that admits, or that resets. */
  readonly code: string;
}

const CONTENT_SCHEME = 'banyan:';
const INVITE_SCHEME = 'banyan-invite:';
const RESET_SCHEME = 'banyan-reset:';

/**
 * Reads `banyan:<root>-<length>?dn=name&net=issuer&ws=mirror…`. Parameters that it does not know are
 * passed over, so that newer links stay readable.
 *
 * @throws BanyanError `link_invalid`, saying what is wrong
 */
export function parseLink(text: string): Link {
  const { target, parameters } = split(text, CONTENT_SCHEME, 'link_invalid');
  let content: ContentId;
  try {
    content = parseContentId(target);
  } catch (cause) {
    throw new BanyanError(
      'link_invalid',
      `After ${CONTENT_SCHEME} a link has 64 hexadecimal digits, a dash and the length in bytes. Copy the whole link.`,
      { cause },
    );
  }
  const name = single(parameters, 'dn', 'link_invalid');
  if (name !== undefined && utf8Length(name) > MAX_NAME_BYTES) {
    throw new BanyanError('link_invalid', `The link's name (dn=) is longer than ${MAX_NAME_BYTES} bytes.`);
  }
  const network = single(parameters, 'net', 'link_invalid');
  const mirrors = parameters.filter(([key]) => key === 'ws').map(([, value]) => value);
  if (mirrors.length > MAX_LINK_MIRRORS) {
    throw new BanyanError('link_invalid', `The link names more than ${MAX_LINK_MIRRORS} mirrors (ws=).`);
  }
  return {
    content,
    ...(name === undefined || name === '' ? {} : { name }),
    ...(network === undefined ? {} : { network: webUrl(network, 'net', 'link_invalid') }),
    mirrors: mirrors.map((mirror) => webUrl(mirror, 'ws', 'link_invalid')),
  };
}

/** Writes a link; {@link parseLink} reads it back. */
export function formatLink(link: Link): string {
  return (
    CONTENT_SCHEME +
    contentIdText(link.content) +
    query([
      ['dn', link.name],
      ['net', link.network],
      ...link.mirrors.map((mirror): [string, string] => ['ws', mirror]),
    ])
  );
}

/**
 * Reads `banyan-invite:<code>?net=issuer&pin=thumbprint&backup=thumbprint…`.
 *
 * @throws BanyanError `invite_invalid`, saying what is wrong
 */
export function parseInviteLink(text: string): InviteLink {
  return parseSecretLink(text, INVITE_SCHEME, 'invite_invalid');
}

/** Writes an invite link; {@link parseInviteLink} reads it back. */
export function formatInviteLink(invite: InviteLink): string {
  return formatSecretLink(invite, INVITE_SCHEME);
}

/**
 * Reads `banyan-reset:<code>?net=issuer&pin=thumbprint&backup=thumbprint…`, with which an account gets a new password.
 *
 * @throws BanyanError `reset_invalid`, saying what is wrong
 */
export function parseResetLink(text: string): InviteLink {
  return parseSecretLink(text, RESET_SCHEME, 'reset_invalid');
}

/** Writes a reset link; {@link parseResetLink} reads it back. */
export function formatResetLink(link: InviteLink): string {
  return formatSecretLink(link, RESET_SCHEME);
}

function parseSecretLink(text: string, scheme: string, code: ErrorCode): InviteLink {
  const what = scheme === INVITE_SCHEME ? 'invite' : 'reset link';
  const { target, parameters } = split(text, scheme, code);
  if (!/^[A-Za-z0-9_-]+$/.test(target) || target.length > MAX_INVITE_CODE_CHARS)
    throw new BanyanError(code, `After ${scheme} the ${what} has its code. Copy the whole link.`);
  const issuer = single(parameters, 'net', code);
  if (issuer === undefined)
    throw new BanyanError(code, `The ${what} does not name its network (net=). Copy the whole link.`);
  const pin = single(parameters, 'pin', code);
  if (pin !== undefined && !isDeviceId(pin))
    throw new BanyanError(code, `The ${what}'s key pin (pin=) is damaged. Copy the whole link.`);
  const backups = parameters.filter(([key]) => key === 'backup').map(([, value]) => value);
  // Without its pin a link would be trusted by public authorities, which is not what its maker meant.
  if (backups.length >= MAX_PINS || (backups.length > 0 && pin === undefined) || !backups.every(isDeviceId))
    throw new BanyanError(code, `The ${what}'s backup pins (backup=) are damaged. Copy the whole link.`);
  return {
    issuer: webUrl(issuer, 'net', code),
    pins: pin === undefined ? [] : [pin, ...backups],
    code: target,
  };
}

function formatSecretLink({ code, issuer, pins: [pin, ...backups] }: InviteLink, scheme: string): string {
  return (
    scheme +
    code +
    query([
      ['net', issuer],
      // A name of its own: programs that know one pin only refuse a second `pin`, and pass over what they do not know.
      ['pin', pin],
      ...backups.map((backup): [string, string] => ['backup', backup]),
    ])
  );
}

/** Whether `text` begins as a content link does: enough to tell a pasted link from words to search. */
export function looksLikeLink(text: string): boolean {
  return text.trimStart().slice(0, CONTENT_SCHEME.length).toLowerCase() === CONTENT_SCHEME;
}

function query(parameters: readonly (readonly [string, string | undefined])[]): string {
  const given = parameters.filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return '';
  return `?${given.map(([key, value]) => `${key}=${encode(value!)}`).join('&')}`;
}

/** Percent-encoded, but URLs stay legible: `:` and `/` are allowed in a query (RFC 3986). */
function encode(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replace(/%3A/g, ':')
    .replace(/%2F/g, '/');
}

function split(
  text: string,
  scheme: string,
  code: ErrorCode,
): { target: string; parameters: (readonly [string, string])[] } {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LINK_CHARS) {
    throw new BanyanError(code, `The link is longer than ${MAX_LINK_CHARS} characters.`);
  }
  if (trimmed.slice(0, scheme.length).toLowerCase() !== scheme) {
    throw new BanyanError(code, `This link does not begin with ${scheme}. Copy the whole link.`);
  }
  const rest = trimmed.slice(scheme.length);
  const mark = rest.indexOf('?');
  const target = mark === -1 ? rest : rest.slice(0, mark);
  const parameters = (mark === -1 ? '' : rest.slice(mark + 1))
    .split('&')
    .filter((part) => part !== '')
    .map((part): readonly [string, string] => {
      const equals = part.indexOf('=');
      const raw = equals === -1 ? '' : part.slice(equals + 1);
      try {
        // '+' for a blank is not ours, but magnet links taught it to people and programs.
        return [equals === -1 ? part : part.slice(0, equals), decodeURIComponent(raw.replace(/\+/g, ' '))];
      } catch (cause) {
        throw new BanyanError(code, 'The link has a damaged %-sequence. Copy the whole link.', { cause });
      }
    });
  return { target, parameters };
}

function single(
  parameters: readonly (readonly [string, string])[],
  key: string,
  code: ErrorCode,
): string | undefined {
  const values = parameters.filter(([name]) => name === key);
  if (values.length > 1) throw new BanyanError(code, `The link says ${key}= more than once.`);
  return values[0]?.[1];
}

/** What is wrong with the URL of a mirror or a network, as the end of a sentence; undefined: nothing. */
export function webUrlFault(text: string): string | undefined {
  if (text.length > MAX_MIRROR_URL_CHARS) return `is longer than ${MAX_MIRROR_URL_CHARS} characters`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'is not an http or https URL';
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return 'may have no user name, password or fragment';
  return undefined;
}

/** A URL as it was written, when nothing is wrong with it. */
function webUrl(text: string, key: string, code: ErrorCode): string {
  const fault = webUrlFault(text);
  if (fault !== undefined) throw new BanyanError(code, `The link's ${key}= ${fault}.`);
  return text;
}
