import { createPublicKey, randomBytes, sign } from 'node:crypto';
import { exportDeviceKey, type DeviceKey } from './device-key.ts';

/** A certificate and its key, as TLS wants them. */
export interface Certificate {
  /** PEM */
  readonly cert: string;
  /** PKCS #8 PEM; a secret */
  readonly key: string;
  /** Unix milliseconds */
  readonly notAfter: number;
}

/** Options of {@link createCertificate}. */
export interface CertificateInit {
  /** Unix milliseconds; default: now. */
  readonly now?: number;
  /** Default 90 days. */
  readonly validDays?: number;
}

const DAY_MS = 24 * 3600 * 1000;
const DEFAULT_VALID_DAYS = 90;

/**
 * Makes a self-signed X.509 certificate (RFC 5280) that wraps the device key: subject CN is the device id, alternative
 * names are `localhost`, 127.0.0.1 and ::1, valid from yesterday (clocks differ) for 90 days.
 *
 * Who dials us compares the key and ignores the rest, so that a certificate is renewed at will and costs one
 * signature. The one fixed template is written as DER right here: `@peculiar/x509` loads only where a polyfill has patched
 * the global `Reflect`, and signs asynchronously.
 */
export function createCertificate(deviceKey: DeviceKey, init: CertificateInit = {}): Certificate {
  const now = init.now ?? Date.now();
  const notAfter = now + (init.validDays ?? DEFAULT_VALID_DAYS) * DAY_MS;
  const name = sequence(set(sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from(deviceKey.deviceId)))));
  const algorithm = sequence(oid('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const toBeSigned = sequence(
    tlv(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serialNumber()),
    algorithm,
    name,
    sequence(time(now - DAY_MS), time(notAfter)),
    name,
    createPublicKey(deviceKey.privateKey).export({ format: 'der', type: 'spki' }),
    tlv(0xa3, sequence(...extensions())),
  );
  const signature = sign('sha256', toBeSigned, deviceKey.privateKey);
  const der = sequence(toBeSigned, algorithm, bitString(signature));
  const body = der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`,
    key: exportDeviceKey(deviceKey),
    notAfter,
  };
}

function extensions(): Buffer[] {
  const critical = tlv(0x01, Buffer.from([0xff]));
  const value = (der: Buffer): Buffer => tlv(0x04, der);
  return [
    sequence(oid('2.5.29.19'), critical, value(sequence())), // basic constraints: no CA
    sequence(oid('2.5.29.15'), critical, value(bitString(Buffer.from([0x80]), 7))), // key usage: digital signature
    sequence(oid('2.5.29.37'), value(sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2')))), // server, client
    sequence(
      oid('2.5.29.17'), // subject alternative names
      value(
        sequence(
          tlv(0x82, Buffer.from('localhost')),
          tlv(0x87, Buffer.from([127, 0, 0, 1])),
          tlv(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
        ),
      ),
    ),
  ];
}

/** 127 random bits, positive and of full length (RFC 5280 section 4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes;
}

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Buffer => tlv(0x31, ...parts);
const integer = (bytes: Uint8Array): Buffer => tlv(0x02, bytes);
const bitString = (bytes: Uint8Array, unusedBits = 0): Buffer => tlv(0x03, Buffer.from([unusedBits]), bytes);

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (let arc of [first * 40 + second, ...rest]) {
    const group = [arc & 0x7f];
    while ((arc >>>= 7) > 0) group.unshift((arc & 0x7f) | 0x80);
    bytes.push(...group);
  }
  return tlv(0x06, Buffer.from(bytes));
}

/** UTCTime to 2049, GeneralizedTime from 2050 on (RFC 5280 section 4.1.2.5). */
function time(unixMs: number): Buffer {
  const digits = `${new Date(unixMs).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return Number(digits.slice(0, 4)) < 2050
    ? tlv(0x17, Buffer.from(digits.slice(2)))
    : tlv(0x18, Buffer.from(digits));
}
