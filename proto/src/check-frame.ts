import { BanyanError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import { ENVELOPE } from './wire-schema.ts';
import type { WireField, WireMessage } from './wire-schema.ts';

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;
const MAX_U32 = 0xffffffff;

function refuse(code: ErrorCode, message: string): BanyanError {
  return new BanyanError(code, message);
}

/**
 * Walks a frame without decoding it and refuses what breaks a limit of {@link ENVELOPE}: an attacker's frame
 * of a mebibyte costs one pass over it and no objects. Fields that are not known are passed over.
 *
 * @throws BanyanError `malformed_frame`, `limit_exceeded`, `unknown_message`
 */
export function checkFrame(frame: Uint8Array): void {
  const walk = new Walk(frame);
  const bodies = walk.message(ENVELOPE, 0, frame.length);
  if (bodies.known > 1) throw refuse('malformed_frame', 'The frame holds more than one message.');
  if (bodies.known === 0) {
    if (bodies.unknown) throw refuse('unknown_message', 'The frame holds no message that is known here.');
    throw refuse('malformed_frame', 'The frame holds no message.');
  }
}

class Walk {
  readonly #buf: Uint8Array;
  #pos = 0;

  constructor(frame: Uint8Array) {
    this.#buf = frame;
  }

  /** A whole number up to 2^64, exact up to 2^53. */
  #varint(end: number): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      if (this.#pos >= end) throw refuse('malformed_frame', 'The frame ends within a number.');
      const byte = this.#buf[this.#pos++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw refuse('malformed_frame', 'The frame holds a number of more than 64 bits.');
  }

  /** Walks a message from the current position to `end`; counts submessages that it knows, and whether others were there. */
  message(of: WireMessage, start: number, end: number): { known: number; unknown: boolean } {
    this.#pos = start;
    const counts = new Array<number>(of.fields.length).fill(0);
    let known = 0;
    let unknown = false;
    while (this.#pos < end) {
      const tag = this.#varint(end);
      const number = Math.floor(tag / 8);
      const wireType = tag % 8;
      if (number === 0 || tag > MAX_U32) throw refuse('malformed_frame', 'The frame holds a damaged field.');
      const field = of.fields[number];
      if (field === undefined) {
        if (wireType === DELIMITED) unknown = true;
        this.#skip(wireType, end);
        continue;
      }
      if (field.kind === 'message') known++;
      const count = (counts[number]! += this.#field(of, field, wireType, end));
      if (count > field.maxCount) {
        const name = `${of.name}.${field.name}`;
        throw field.repeated
          ? refuse('limit_exceeded', `${name} has more than ${field.maxCount} entries. Send smaller batches.`)
          : refuse('malformed_frame', `${name} is there more than once.`);
      }
    }
    return { known, unknown };
  }

  /** Checks one occurrence of a field; returns how many entries it holds. */
  #field(of: WireMessage, field: WireField, wireType: number, end: number): number {
    const expected =
      field.kind === 'float' ? FIXED32 : field.kind === 'u32' || field.kind === 'u64' ? VARINT : DELIMITED;
    if (wireType !== expected && !(wireType === DELIMITED && expected === VARINT && field.repeated)) {
      throw refuse('malformed_frame', `${of.name}.${field.name} is of another type.`);
    }
    if (wireType === VARINT) {
      this.#number(of, field, end);
      return 1;
    }
    if (wireType === FIXED32) {
      this.#skip(FIXED32, end);
      return 1;
    }
    const stop = this.#delimited(end);
    if (expected === VARINT) {
      let count = 0;
      // Counted as it goes, so that a list far over its limit is not walked to its end.
      while (this.#pos < stop && count <= field.maxCount) {
        this.#number(of, field, stop);
        count++;
      }
      return count;
    }
    const size = stop - this.#pos;
    if (size > field.maxBytes) {
      throw refuse(
        'limit_exceeded',
        `${of.name}.${field.name} has ${size} bytes; ${field.maxBytes} are allowed.`,
      );
    }
    if (field.of !== undefined) this.message(field.of, this.#pos, stop);
    this.#pos = stop;
    return 1;
  }

  #number(of: WireMessage, field: WireField, end: number): void {
    const value = this.#varint(end);
    const most = field.kind === 'u32' ? MAX_U32 : Number.MAX_SAFE_INTEGER;
    if (value > most) throw refuse('limit_exceeded', `${of.name}.${field.name} is larger than ${most}.`);
  }

  /** Reads a length and returns where its bytes end. */
  #delimited(end: number): number {
    const stop = this.#varint(end) + this.#pos;
    if (stop > end) throw refuse('malformed_frame', 'The frame is cut short.');
    return stop;
  }

  #skip(wireType: number, end: number): void {
    if (wireType === VARINT) this.#varint(end);
    else if (wireType === DELIMITED) this.#pos = this.#delimited(end);
    else if (wireType === FIXED32) this.#pos += 4;
    else if (wireType === FIXED64) this.#pos += 8;
    // Groups are not part of proto3.
    else throw refuse('malformed_frame', 'The frame holds a field of an unknown type.');
    if (this.#pos > end) throw refuse('malformed_frame', 'The frame is cut short.');
  }
}
