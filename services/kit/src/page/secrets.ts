/** Secrets between a browser and a service that serves it a page. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;

/** A secret that nobody guesses, base64url. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** As secrets are kept: whoever reads the store can use none of them. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares secrets in a time that tells nothing of where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/**
 * The token that a page sends with each write. It follows from the cookie's secret, so nothing more is kept and it survives a
 * restart; the cookie does not follow from it.
 */
export function csrfTokenOf(secret: string, instance: string): string {
  return createHmac('sha256', secret).update(`csrf ${instance}`).digest('base64url');
}

/** One cookie of a `Cookie` header (RFC 6265); ours are of plain characters and need no decoding. */
export function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
