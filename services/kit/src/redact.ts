import { constants } from 'node:os';
import { isErrorCode } from '@banyan/proto';

/** What stands in a log where a secret was. */
export const REDACTED = '[redacted]';

const SECRET_NAMES = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'dpop',
  'proof',
  'jwt',
  'pem',
  'passwd',
  'invite',
  'logincode',
  'loginlink',
  'invitecode',
  'operatorcode',
  'onetimecode',
]);
const SECRET_ENDINGS = [
  'token',
  'password',
  'passphrase',
  'secret',
  'assertion',
  'privatekey',
  'credential',
  'credentials',
];
/** Deeper values are cut off: a log line is no dump, and a cycle ends here. */
const MAX_DEPTH = 6;
const MAX_ITEMS = 50;
const MAX_STRING_CHARS = 4000;

function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[-_]/g, '');
  return SECRET_NAMES.has(plain) || SECRET_ENDINGS.some((ending) => plain.endsWith(ending));
}

/** `code` is the name of error codes, which must be seen, and of one-time codes, which must not. */
function isKnownErrorCode(value: unknown): boolean {
  if (typeof value !== 'string') return typeof value !== 'object';
  return (
    isErrorCode(value) ||
    Object.hasOwn(constants.errno, value) ||
    /^(?:ERR|FST_ERR|FST|UND_ERR)_[A-Z0-9_]+$/.test(value) ||
    value === 'ENOTFOUND' ||
    value === 'EAI_AGAIN'
  );
}

/**
 * Blots out what looks like a secret inside a text, wherever it stands: JWTs, `Bearer`/`DPoP` credentials,
 * secret query parameters, passwords of URLs, invite links and PEM private keys.
 */
export function redactText(text: string): string {
  return text
    .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED)
    .replace(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, REDACTED)
    .replace(/\b(Bearer|DPoP|Basic) +(?=\S*[\d.=_-])[\w~+/.=-]{8,}/gi, `$1 ${REDACTED}`)
    .replace(
      /([?&#](?:code|token|access_token|client_assertion|assertion|sig|login|password)=)[^&\s"'\\]+/gi,
      `$1${REDACTED}`,
    )
    .replace(/(\/\/[^\s/:@"'\\]{0,256}:)[^\s/@"'\\]{1,256}@/g, `$1${REDACTED}@`)
    .replace(/\b(banyan-invite:)[^?\s"'\\]+/gi, `$1${REDACTED}`);
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const plain: Record<string, unknown> = { type: error.name, message: redactText(error.message) };
  for (const [key, value] of Object.entries(error)) {
    if (key !== 'name' && key !== 'message' && key !== 'stack' && key !== 'cause')
      plain[key] = redactEntry(key, value, depth + 1);
  }
  if (error.stack !== undefined) plain['stack'] = redactText(error.stack);
  if (error.cause !== undefined) plain['cause'] = redactValue(error.cause, depth + 1);
  return plain;
}

function redactEntry(key: string, value: unknown, depth: number): unknown {
  if (value === undefined || value === null || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (isSecretName(key)) return REDACTED;
  if (key.toLowerCase() === 'code' && !isKnownErrorCode(value)) return REDACTED;
  return redactValue(value, depth);
}

/** A copy of `value` that is plain JSON, bounded, and free of secrets at every depth that it keeps. */
function redactValue(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return redactText(value.length > MAX_STRING_CHARS ? `${value.slice(0, MAX_STRING_CHARS)}…` : value);
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (depth >= MAX_DEPTH) return '[…]';
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date || value instanceof URL) return redactText(JSON.stringify(value).slice(1, -1));
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => redactValue(item, depth + 1));
    return value.length > MAX_ITEMS ? [...items, `… ${value.length - MAX_ITEMS} more`] : items;
  }
  if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`;
  // A private JWK (RFC 7517) has its secret part in d.
  const isKey = 'kty' in value && 'd' in value;
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    plain[key] = isKey && key === 'd' ? REDACTED : redactEntry(key, item, depth + 1);
  }
  return plain;
}

/** {@link redactValue} for the top level of a log entry. */
export function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redactValue(fields) as Record<string, unknown>;
}
