/**
 * Loaded before a program (`node --import`), makes it one of the next version of the protocol: between its code and its
 * sessions, frames get what that version has more.
 *
 * ```
 *   code (version 1) ──frame──▶ says more in every message; in Hello: versions 1 to 2   ──▶ WebSocket
 *   code (version 1) ◀──frame── what this version alone knows is taken out and counted  ◀── WebSocket
 * ```
 *
 * With another one of the next version it speaks version 2, which has one message more; to a program of today it never sends
 * that. It prints a line for each session and each such message (`sessionsOfNext`).
 */
import { readFileSync } from 'node:fs';
import { nextSchema } from '@banyan/proto/testing';
import protobuf from 'protobufjs';
import { WebSocket, type RawData } from 'ws';

type Body = Record<string, unknown>;
type Frame = Record<string, Body> & { body?: string };

const SCHEMA = new URL('../../../proto/banyan.proto', import.meta.url);
const envelope = protobuf
  .parse(nextSchema(readFileSync(SCHEMA, 'utf8')))
  .root.lookupType('banyan.v1.Envelope');
const NEWS = envelope
  .encode(envelope.fromObject({ nextEnvelopeText: 'news', nextMessage: { nextText: 'news', nextNumber: 7 } }))
  .finish();

/** What is known of each session: the other side's highest version, the version spoken, news so far. */
interface Spoken {
  theirs: number;
  version: 1 | 2;
  news: number;
}
const sessions = new WeakMap<WebSocket, Spoken>();

function spokenOn(socket: WebSocket): Spoken {
  let spoken = sessions.get(socket);
  if (spoken === undefined) sessions.set(socket, (spoken = { theirs: 1, version: 1, news: 0 }));
  return spoken;
}

const decode = (frame: Uint8Array): Frame => envelope.toObject(envelope.decode(frame), { oneofs: true });
const encode = (frame: Frame): Uint8Array => envelope.encode(envelope.fromObject(frame)).finish();
const tell = ({ version, news }: Spoken): void =>
  void process.stderr.write(`${JSON.stringify({ next: version, news })}\n`);

/** A frame of ours as the next version writes it. */
function outgoing(socket: WebSocket, bytes: Uint8Array): Uint8Array {
  const frame = decode(bytes);
  const body = frame[frame.body ?? ''];
  if (body === undefined) return bytes;
  Object.assign(frame, { nextEnvelopeText: 'news' });
  Object.assign(body, { nextText: 'news', nextNumber: 7 });
  if (frame.body === 'hello') body['maxVersion'] = 2;
  if (frame.body === 'welcome') {
    const spoken = spokenOn(socket);
    spoken.version = spoken.theirs >= 2 ? 2 : 1;
    body['version'] = spoken.version;
    tell(spoken);
  }
  return encode(frame);
}

/** A frame of theirs as the code inside knows it; undefined: it is none of its business. */
function incoming(socket: WebSocket, bytes: Uint8Array): Uint8Array | undefined {
  const frame = decode(bytes);
  const spoken = spokenOn(socket);
  switch (frame.body) {
    case 'hello':
      spoken.theirs = Number(frame['hello']?.['maxVersion'] ?? 0);
      return bytes;
    case 'welcome':
      if (frame['welcome']?.['version'] === 2) {
        spoken.version = 2;
        frame['welcome']['version'] = 1;
      }
      tell(spoken);
      return encode(frame);
    case 'nextMessage':
      // Only who speaks version 2 may have sent it.
      if (spoken.version !== 2) throw new Error('a message of version 2 came in a session of version 1');
      spoken.news += 1;
      tell(spoken);
      return undefined;
    default:
      return bytes;
  }
}

const { send, emit } = WebSocket.prototype as unknown as {
  send(this: WebSocket, data: unknown, ...more: unknown[]): void;
  emit(this: WebSocket, event: string, ...more: unknown[]): boolean;
};
const isSession = (socket: WebSocket): boolean => socket.protocol === 'banyan.v1';

Object.assign(WebSocket.prototype, {
  send(this: WebSocket, data: unknown, ...more: unknown[]): void {
    if (!isSession(this) || !(data instanceof Uint8Array)) {
      send.call(this, data, ...more);
      return;
    }
    const bytes = outgoing(this, data);
    send.call(this, bytes, ...more);
    // As soon as both know that they speak version 2.
    if (decode(bytes).body === 'welcome' && spokenOn(this).version === 2)
      send.call(this, NEWS, { binary: true });
  },
  emit(this: WebSocket, event: string, ...more: unknown[]): boolean {
    const [data, isBinary] = more as [RawData, boolean];
    if (event !== 'message' || !isBinary || !isSession(this)) return emit.call(this, event, ...more);
    // Sessions take their messages in fragments.
    const bytes = incoming(this, Buffer.concat(data as Buffer[]));
    return bytes === undefined || emit.call(this, 'message', [Buffer.from(bytes)], true);
  },
});
