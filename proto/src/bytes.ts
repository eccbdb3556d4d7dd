/** Text forms of bytes, browser-safe: hexadecimal and base64url (RFC 4648 section 5, without padding). */

const HEX_CODES = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** Room for the digits of one text, used anew for each: keys of contents are made many thousand times a second. */
const hexCodes: number[] = [];
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder();

/** UTF-8 bytes of `text`; lone surrogates become U+FFFD. */
export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** Writes `text` as UTF-8 to the start of `into`, as much as fits; returns the bytes written. */
export function utf8Into(text: string, into: Uint8Array): number {
  return utf8Encoder.encodeInto(text, into).written;
}

/** The text of UTF-8 bytes; what is none becomes U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return utf8Decoder.decode(bytes);
}

/** Number of UTF-8 bytes of `text`, counted without encoding it. */
export function utf8Length(text: string): number {
  let n = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x80) continue;
    if (c < 0x800) n += 1;
    else if (c >= 0xd800 && c < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      n += 2;
      i++;
    } else n += 2;
  }
  return n;
}

function isLowSurrogate(c: number): boolean {
  return c >= 0xdc00 && c < 0xe000;
}

/** Lower-case hexadecimal digits of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  // Made whole, as text that grows by pieces keeps each of them: 32 objects for a root that is somebody's key.
  hexCodes.length = bytes.length * 2;
  for (let i = 0; i < bytes.length; i++) {
    hexCodes[2 * i] = HEX_CODES[bytes[i]! >> 4]!;
    hexCodes[2 * i + 1] = HEX_CODES[bytes[i]! & 15]!;
  }
  return String.fromCharCode(...hexCodes);
}

/** The bytes of hexadecimal digits in either case, or undefined when `text` is anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** base64url of `bytes`, without padding. */
export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += BASE64URL.charAt(word >> 18) + BASE64URL.charAt((word >> 12) & 63);
    if (left > 1) text += BASE64URL.charAt((word >> 6) & 63);
    if (left > 2) text += BASE64URL.charAt(word & 63);
  }
  return text;
}

/** The bytes of unpadded base64url, or undefined when `text` is anything else or not canonical. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1 || !/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    word = ((word << 6) | BASE64URL.indexOf(text.charAt(i))) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 255;
    }
  }
  // Bits left over must be zero: one value, one text.
  return (word & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}

/** Whether both hold the same bytes. Not constant-time: for public values such as hashes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether `text` has the form of a device id: the base64url of a SHA-256 (RFC 7638 thumbprint), 43 characters. */
export function isDeviceId(text: unknown): text is string {
  // The last character carries 4 bits of the hash and 2 zero bits.
  return typeof text === 'string' && text.length === 43 && /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(text);
}
