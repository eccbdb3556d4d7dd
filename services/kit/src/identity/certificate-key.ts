/** Tags of DER (X.690): those of what stands in a certificate before its key. */
const INTEGER = 0x02;
const SEQUENCE = 0x30;
/** `[0] EXPLICIT Version`, which certificates of version 1 leave out. */
const VERSION = 0xa0;
/** serialNumber, signature, issuer, validity, subject (RFC 5280 section 4.1). */
const BEFORE_KEY = [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] as const;
/** Bytes of a length that is written in the long form: more than 16 MiB no certificate has. */
const MAX_LENGTH_BYTES = 3;

/** Content of an element: from `start` up to `end`, where the next one begins. */
interface Element {
  readonly start: number;
  readonly end: number;
}

/**
 * The SubjectPublicKeyInfo of a certificate, as it stands in it; undefined when the certificate is not written in the way of DER.
 * Node would have OpenSSL write the key anew, which takes 0.2 ms: a sixth of a handshake.
 *
 * @param der - a certificate that OpenSSL could read: this looks at nothing but where the key is
 */
export function subjectPublicKeyInfo(der: Buffer): Buffer | undefined {
  const certificate = elementAt(der, SEQUENCE, 0, der.length);
  const body = certificate && elementAt(der, SEQUENCE, certificate.start, certificate.end);
  if (body === undefined) return undefined;
  let at: number | undefined = body.start;
  const tags = der[at] === VERSION ? [VERSION, ...BEFORE_KEY] : BEFORE_KEY;
  for (const tag of tags) {
    at = elementAt(der, tag, at, body.end)?.end;
    if (at === undefined) return undefined;
  }
  const key = elementAt(der, SEQUENCE, at, body.end);
  return key && der.subarray(at, key.end);
}

/** The element of a kind that begins at a place, if it ends before another. */
function elementAt(der: Buffer, tag: number, at: number, before: number): Element | undefined {
  if (at + 2 > before || der[at] !== tag) return undefined;
  const first = der[at + 1]!;
  const bytes = first < 0x80 ? 0 : first - 0x80;
  const start = at + 2 + bytes;
  // 0x80 itself is a length that is told by its end, which only BER has.
  if (first === 0x80 || bytes > MAX_LENGTH_BYTES || start > before) return undefined;
  const end = start + (bytes === 0 ? first : der.readUIntBE(at + 2, bytes));
  return end > before ? undefined : { start, end };
}
