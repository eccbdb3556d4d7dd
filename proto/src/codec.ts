import $protobuf from 'protobufjs/minimal.js';
import { banyan } from '../gen/wire.js';
import { isDeviceId } from './bytes.ts';
import { checkFrame } from './check-frame.ts';
import { contentIdFault } from './content-id.ts';
import { BanyanError } from './errors.ts';
import { HASH_BYTES, MAX_FRAME_BYTES } from './limits.ts';
import type {
  Address,
  AddressCheck,
  CheckReach,
  EncodedBody,
  Envelope,
  EnvelopeBody,
  FacetCount,
  Hello,
  MessageKind,
  Messages,
  OutgoingEnvelope,
  Publish,
  Search,
  Tags,
} from './messages.ts';
import { ENVELOPE } from './wire-schema.ts';
import type { WireMessage } from './wire-schema.ts';

const QUERY_ID_BYTES = 16;
const NO_BYTES = new Uint8Array(0);
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Tags of a file that says nothing of itself. */
export const NO_TAGS: Tags = Object.freeze({
  title: '',
  artist: '',
  album: '',
  year: 0,
  genre: '',
  track: 0,
  durationMs: 0,
  bitrateKbps: 0,
  width: 0,
  height: 0,
  more: Object.freeze({}),
});

/**
 * Writes one frame.
 *
 * @param maxBytes - what the other side takes; default {@link MAX_FRAME_BYTES}
 * @throws BanyanError `frame_too_large`
 */
export function encodeEnvelope(envelope: OutgoingEnvelope, maxBytes: number = MAX_FRAME_BYTES): Uint8Array {
  const { kind, requestId = 0, traceparent = '' } = envelope;
  const frame =
    'encoded' in envelope
      ? joined(banyan.v1.Envelope.encode({ requestId, traceparent }).finish(), envelope.encoded)
      : banyan.v1.Envelope.encode({ requestId, traceparent, ...wireBody(envelope) }).finish();
  if (frame.length > maxBytes) {
    throw new BanyanError(
      'frame_too_large',
      `A ${kind} message of ${frame.length} bytes; ${maxBytes} are allowed.`,
    );
  }
  return frame;
}

/** Encodes a message once that goes out in several envelopes. */
export function encodeBody(body: EnvelopeBody): EncodedBody {
  return { kind: body.kind, encoded: banyan.v1.Envelope.encode(wireBody(body)).finish() };
}

/** A message as the field of an envelope; the kind is that field's name, in the schema as in the type. */
function wireBody(message: EnvelopeBody): banyan.v1.Envelope.$Properties {
  const { kind } = message;
  const body = (message as Partial<Record<MessageKind, unknown>>)[kind];
  return { [kind]: isWellFormed(body) ? body : repaired(body) };
}

/** Fields that were encoded apart make a message when they follow each other. */
function joined(head: Uint8Array, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(head.length + body.length);
  frame.set(head);
  frame.set(body, head.length);
  return frame;
}

/**
 * Whether all texts in a message can be UTF-8. File names of Windows and macOS may hold half a surrogate pair,
 * which protobufjs would write as it is, and the reader would refuse the frame for it.
 */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return typeof value[0] === 'number' || value.every(isWellFormed);
  for (const key in value) if (!isWellFormed((value as Record<string, unknown>)[key])) return false;
  return true;
}

/** A copy with U+FFFD for each half of a surrogate pair. */
function repaired(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(repaired);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, repaired(inner)]));
}

/**
 * Reads one frame. Its size, and the size and number of everything in it, are checked before anything is
 * decoded; ids, addresses and columns after. The result shares no memory with `frame`.
 *
 * @param maxBytes - default {@link MAX_FRAME_BYTES}
 * @throws BanyanError `frame_too_large`, `malformed_frame`, `unknown_message` or `limit_exceeded`; never
 *   anything else, whatever the bytes
 */
export function decodeEnvelope(frame: Uint8Array, maxBytes: number = MAX_FRAME_BYTES): Envelope {
  if (frame.length > maxBytes) {
    throw new BanyanError('frame_too_large', `A frame of ${frame.length} bytes; ${maxBytes} are allowed.`);
  }
  checkFrame(frame);
  let wire: banyan.v1.Envelope;
  try {
    wire = banyan.v1.Envelope.decode($protobuf.Reader.create(frame));
  } catch (cause) {
    throw new BanyanError('malformed_frame', undefined, { cause });
  }
  const kind = wire.body;
  if (kind === undefined) throw new BanyanError('malformed_frame', 'The frame holds no message.');
  const of = ENVELOPE.fields.find((field) => field?.name === kind)?.of;
  const envelope: Record<string, unknown> = {
    requestId: wire.requestId,
    traceparent: TRACEPARENT.test(wire.traceparent) ? wire.traceparent : '',
    kind,
    [kind]: plain(of!, wire[kind] as unknown as Record<string, unknown>),
  };
  return envelope as unknown as Envelope;
}

/** A decoded message as a plain object with every field, checked. */
function plain(of: WireMessage, wire: Record<string, unknown>): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const field of of.fields) {
    if (field === undefined) continue;
    // Fields that were not sent come from the prototype of the generated class.
    const value = wire[field.name];
    if (field.kind === 'bytes') message[field.name] = ownBytes(value as Uint8Array);
    else if (field.kind === 'message') {
      const inner = field.of!;
      if (field.name === 'more') message[field.name] = safeMap(value as Record<string, string>);
      else if (field.repeated) {
        message[field.name] = (value as Record<string, unknown>[]).map((one) => plain(inner, one));
      } else
        message[field.name] = value === null ? absent(inner) : plain(inner, value as Record<string, unknown>);
    } else if (field.repeated) {
      const list = value as unknown[];
      message[field.name] = field.kind === 'u64' ? (list as Uint64[]).map(toNumber) : [...list];
    } else if (field.kind === 'u64') message[field.name] = toNumber(value as Uint64);
    else message[field.name] = value;
  }
  const fault = CHECKS[of.name]?.(message as never);
  if (fault !== undefined) throw new BanyanError('malformed_frame', `A ${of.name} is wrong: ${fault}.`);
  return message;
}

/** A uint64 as protobufjs reads it: an object wherever it finds the package `long`, which it does in Node. */
type Uint64 = number | { readonly low: number; readonly high: number };

/** Exact: checkFrame() has refused what is above 2^53 − 1. */
function toNumber(value: Uint64): number {
  return typeof value === 'number' ? value : value.high * 2 ** 32 + (value.low >>> 0);
}

/** Copied: a view would keep the whole frame in memory for the sake of a root. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? NO_BYTES : Uint8Array.from(bytes);
}

function absent(of: WireMessage): unknown {
  return of.name === 'Tags' ? NO_TAGS : null;
}

/** Keys that would reach an object's prototype are left out. */
function safeMap(map: Record<string, string>): Record<string, string> {
  const copy: Record<string, string> = {};
  for (const [key, value] of Object.entries(map)) {
    if (key !== '__proto__' && key !== 'constructor' && key !== 'prototype') copy[key] = value;
  }
  return copy;
}

const device = (message: { deviceId: string }): string | undefined =>
  isDeviceId(message.deviceId) ? undefined : 'its device id is none';
const content = (message: { root: Uint8Array; length: number }): string | undefined =>
  contentIdFault(message);
const queryId = (message: { queryId: Uint8Array }): string | undefined =>
  message.queryId.length === 0 || message.queryId.length === QUERY_ID_BYTES
    ? undefined
    : `its query id has ${QUERY_ID_BYTES} bytes`;
const hashOrNone = (bytes: Uint8Array): string | undefined =>
  bytes.length === 0 || bytes.length === HASH_BYTES ? undefined : `its fingerprint has ${HASH_BYTES} bytes`;
const finite = (message: { weight?: number; value?: number; score?: number }): string | undefined =>
  Number.isFinite(message.weight ?? message.value ?? message.score) ? undefined : 'its number is none';

/** What sizes do not tell, by message; a fault is the end of a sentence. */
const CHECKS: Readonly<Record<string, ((message: never) => string | undefined) | undefined>> = {
  Address: ({ host, port }: Address) => {
    if (!/^[0-9A-Za-z._:-]+$/.test(host)) return 'its host is no address and no name';
    return port >= 1 && port <= 65535 ? undefined : 'its port is not between 1 and 65535';
  },
  AddressCheck: ({ address }: AddressCheck) => (address === null ? 'it has no address' : undefined),
  CheckReach: (check: CheckReach) => (check.root.length === 0 ? undefined : content(check)),
  SupernodeRef: device,
  Hello: (hello: Hello) => hashOrNone(hello.catalogFingerprint),
  Welcome: device,
  Publish: (publish: Publish) => publishFault(publish),
  Search: (search: Search) => queryId(search),
  TermWeight: finite,
  ScorePart: finite,
  Hit: (hit: Messages['hits']['hits'][number]) =>
    content(hit) ??
    finite(hit) ??
    (hit.supernodes.every(isDeviceId) ? undefined : 'a supernode of it has no device id'),
  SupernodeAnswer: device,
  FacetCount: ({ facet }: FacetCount) => (facet === '' ? 'it has no facet' : undefined),
  FindSources: (find: Messages['findSources']) => content(find) ?? queryId(find),
  Source: device,
  BadSource: (bad: Messages['badSource']) => device(bad) ?? content(bad),
};

/** Columns of the length of `ids`, or empty. */
function publishFault(publish: Publish): string | undefined {
  const rows = publish.ids.length;
  // Every record has these: where a foreign leaf left the whole column out, its default stands in each row.
  if (publish.lengths.length === 0) publish.lengths = new Array<number>(rows).fill(0);
  if (publish.names.length === 0) publish.names = new Array<string>(rows).fill('');
  if (publish.roots.length !== rows * HASH_BYTES) return `its roots are not ${HASH_BYTES} bytes for each id`;
  for (const column of [
    'lengths',
    'names',
    'folders',
    'types',
    'modifiedS',
    'tags',
    'visibility',
    'groups',
  ] as const) {
    const { length } = publish[column];
    if (length !== rows && length !== 0) return `${column} has ${length} rows, ids has ${rows}`;
  }
  return hashOrNone(publish.fingerprint);
}
