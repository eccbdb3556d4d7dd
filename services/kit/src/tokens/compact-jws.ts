import { errors } from 'jose';
import { BanyanError, type ErrorCode } from '@banyan/proto';

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/** What a protected header must look like. */
export interface HeaderRule {
  /** Longest text, in characters, that is looked at. */
  readonly maxBytes: number;
  /** The only members the header may have; `jku`, `x5u`, `crit`, `zip` and whatever else make it unacceptable. */
  readonly members: readonly string[];
  /** The exact `typ`: a token of one kind must never pass for another (RFC 8725 section 3.11). */
  readonly typ: string;
}

/**
 * The protected header of a compact ES256 JWS that follows `rule`, or why it does not. Cheap, and before any key is
 * looked up: JWE (five parts), JSON serialisation, other algorithms and other kinds of token end here.
 */
export function readHeader(text: unknown, rule: HeaderRule): Readonly<Record<string, unknown>> | string {
  if (typeof text !== 'string' || text.length > rule.maxBytes)
    return `it is longer than ${rule.maxBytes} bytes`;
  const match = COMPACT.exec(text);
  if (match === null) return 'it is no compact JWS';
  const header = parseObject(match[1]!);
  if (header === undefined) return 'its header cannot be read';
  if (header['alg'] !== 'ES256') return 'it is not signed with ES256';
  if (header['typ'] !== rule.typ) return `it is not of type ${rule.typ}`;
  const extra = Object.keys(header).find((name) => !rule.members.includes(name));
  if (extra !== undefined) return 'its header has members that are not allowed';
  return header;
}

/** The payload of a compact JWS, unverified: only to find out what to verify it with. */
export function peekPayload(text: string): Readonly<Record<string, unknown>> | undefined {
  return parseObject(text.split('.')[1] ?? '');
}

function parseObject(base64url: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Why jose refused a token, for the end of a sentence; undefined when the error is not about the token. */
export function reasonOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its ${error.claim} is missing or wrong`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  if (error instanceof errors.JOSEError) return 'it is malformed';
  return undefined;
}

/** A refusal that names its reason and what to do. */
export function refuse(
  code: ErrorCode,
  what: string,
  reason: string,
  advice: string,
  cause?: unknown,
): BanyanError {
  return new BanyanError(code, `${what} is not valid here: ${reason}. ${advice}`, {
    details: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}
