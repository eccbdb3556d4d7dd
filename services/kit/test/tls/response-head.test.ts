import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  HeadReader,
  MAX_HEAD_BYTES,
  MAX_HEAD_LINES,
  parseResponseHead,
  type ResponseHead,
} from '../../src/tls/response-head.ts';

const parse = (...lines: string[]): ResponseHead => parseResponseHead(lines.join('\r\n'), true);
const unreadable = expect.objectContaining({ code: 'wrong_range' });

function faultOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('the head of an answer', () => {
  it('is read as our peers send it', () => {
    expect(
      parse(
        'HTTP/1.1 206 Partial Content',
        'Accept-Ranges: bytes',
        'Content-Length: 1048576',
        'Content-Range:bytes 0-1048575/4194304',
        'Connection: keep-alive',
        'Keep-Alive: timeout=20',
      ),
    ).toEqual({
      status: 206,
      headers: expect.objectContaining({
        'content-range': 'bytes 0-1048575/4194304',
        'accept-ranges': 'bytes',
      }),
      length: 1_048_576,
      isKept: true,
      keptForMs: 20_000,
    });
    expect(parse('HTTP/1.1 404 ', 'content-length: 0', 'connection: close')).toMatchObject({
      length: 0,
      isKept: false,
      keptForMs: undefined,
    });
  });

  it('has no body after HEAD, nor with a status that has none', () => {
    expect(parseResponseHead('HTTP/1.1 200 OK\r\nContent-Length: 7', false).length).toBe(0);
    expect(parse('HTTP/1.1 204 No Content').length).toBe(0);
    expect(parse('HTTP/1.1 304 Not Modified', 'Content-Length: 7').length).toBe(0);
  });

  it('takes any name for a name, and the first of two values', () => {
    const { headers } = parse(
      'HTTP/1.1 200 OK',
      'Content-Length: 0',
      '__proto__: x',
      'constructor: y',
      'Via: a \t',
      'via: b',
    );
    expect(headers['__proto__']).toBe('x');
    expect(headers['constructor']).toBe('y');
    expect(headers['via']).toBe('a');
    expect(headers['toString']).toBeUndefined();
  });

  it.each([
    ['HTTP/1.0', ['HTTP/1.0 200 OK', 'Content-Length: 1']],
    ['HTTP/2', ['HTTP/2 200', 'Content-Length: 1']],
    ['an interim answer', ['HTTP/1.1 100 Continue']],
    ['a switch of protocols', ['HTTP/1.1 101 Switching Protocols', 'Upgrade: x']],
    ['a status of four digits', ['HTTP/1.1 2000 OK', 'Content-Length: 1']],
    ['no status', ['HTTP/1.1 OK', 'Content-Length: 1']],
    ['a second space', ['HTTP/1.1  200 OK', 'Content-Length: 1']],
    ['another protocol', ['SSH-2.0-x']],
    ['no length', ['HTTP/1.1 200 OK', 'Connection: close']],
    ['a body in chunks', ['HTTP/1.1 200 OK', 'Transfer-Encoding: chunked']],
    ['both framings', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked']],
    ['an encoding of identity', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: identity']],
    ['two lengths', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2']],
    ['the same length twice', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'content-length: 1']],
    ['a list of lengths', ['HTTP/1.1 200 OK', 'Content-Length: 1, 1']],
    ['a signed length', ['HTTP/1.1 200 OK', 'Content-Length: +1']],
    ['a negative length', ['HTTP/1.1 200 OK', 'Content-Length: -1']],
    ['a length in hex', ['HTTP/1.1 200 OK', 'Content-Length: 0x10']],
    ['an empty length', ['HTTP/1.1 200 OK', 'Content-Length:']],
    ['a length beyond all files', ['HTTP/1.1 200 OK', 'Content-Length: 9007199254740993']],
    ['a continued line', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'X: a', ' b']],
    ['a continued length', ['HTTP/1.1 200 OK', 'Content-Length:', ' 1']],
    ['a space before the colon', ['HTTP/1.1 200 OK', 'Content-Length : 1']],
    ['a line that is no header', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'hello']],
    ['a header without a name', ['HTTP/1.1 200 OK', 'Content-Length: 1', ': x']],
    ['a bare line feed', ['HTTP/1.1 200 OK', 'Content-Length: 1\nX: y']],
    ['a bare carriage return', ['HTTP/1.1 200 OK', 'Content-Length: 1\rX: y']],
    ['a zero byte', ['HTTP/1.1 200 OK', 'Content-Length: 1', 'X: a\0b']],
    ['an empty head', ['']],
    [
      'too many headers',
      [
        'HTTP/1.1 200 OK',
        'Content-Length: 1',
        ...Array.from({ length: MAX_HEAD_LINES }, (_, i) => `X-${i}: y`),
      ],
    ],
  ])('is refused with %s', (_what, lines) => {
    expect(faultOf(() => parse(...lines))).toEqual(unreadable);
  });

  it('is refused, or says one length, whatever bytes it has', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 200 OK',
        'Content-Length: 5',
        'content-length:5',
        'Transfer-Encoding: chunked',
      ),
      fc.constantFrom('Connection: close', 'Content-Length: 5 ', '\tContent-Length: 9', 'X: \r', '', 'X: y'),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const text = Buffer.from(lines.join('\r\n'), 'utf8').toString('latin1');
        let head: ResponseHead;
        try {
          head = parseResponseHead(text, true);
        } catch (error) {
          expect(error).toEqual(unreadable);
          return;
        }
        // What was understood is what any reader of RFC 9112 would understand.
        const framing = text.split('\r\n').filter((one) => /content-length|transfer-encoding/i.test(one));
        expect(text.startsWith('HTTP/1.1 ')).toBe(true);
        const bare = head.status === 204 || head.status === 304;
        const lengths = framing.filter((one) => /^content-length:[\t ]*\d+[\t ]*$/i.test(one));
        expect(lengths.length).toBe(bare ? lengths.length : 1);
        expect(framing.filter((one) => /^transfer-encoding/i.test(one))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Feeds pieces until a head is complete; what is left of them is the body's beginning. */
function read(pieces: Uint8Array[]): { text: string; rest: Buffer } | undefined {
  const reader = new HeadReader();
  for (const [i, piece] of pieces.entries()) {
    const taken = reader.take(piece);
    if (taken !== undefined)
      return {
        text: taken.text,
        rest: Buffer.concat([piece.subarray(taken.end), ...pieces.slice(i + 1)]),
      };
  }
  return undefined;
}

describe('the end of a head', () => {
  it('is found wherever the bytes are cut', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX: \xe9';
    const bytes = Buffer.from(`${head}\r\n\r\n\r\n\r\n`, 'latin1');
    for (let at = 0; at <= bytes.length; at += 1)
      expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual({
        text: head,
        rest: Buffer.from('\r\n\r\n'),
      });
    const single = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(read(single)).toEqual({ text: head, rest: Buffer.from('\r\n\r\n') });
  });

  it('is the first one of any bytes, cut anyhow', () => {
    const mark = fc.constantFrom('\r\n\r\n', '\r\n', '\r', '\n', 'a', 'bc');
    fc.assert(
      fc.property(
        fc.array(mark, { maxLength: 30 }),
        fc.array(fc.nat(60), { maxLength: 8 }),
        (parts, cuts) => {
          const text = parts.join('');
          const bytes = Buffer.from(text, 'latin1');
          const at = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
          const end = text.indexOf('\r\n\r\n');
          expect(read(pieces)).toEqual(
            end < 0 ? undefined : { text: text.slice(0, end), rest: bytes.subarray(end + 4) },
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('must come within the bound, in one piece or in many', () => {
    const longest = Buffer.alloc(MAX_HEAD_BYTES, 'a');
    const end = Buffer.from('\r\n\r\n');
    const more = Buffer.from('a');
    expect(read([Buffer.concat([longest, end])])?.text.length).toBe(MAX_HEAD_BYTES);
    expect(read([longest, end])?.text.length).toBe(MAX_HEAD_BYTES);
    expect(faultOf(() => read([Buffer.concat([longest, more, end])]))).toEqual(unreadable);
    expect(faultOf(() => read([longest, more, end]))).toEqual(unreadable);
    const reader = new HeadReader();
    const endless = (): unknown => {
      for (let i = 0; ; i += 1) {
        expect(i).toBeLessThan(MAX_HEAD_BYTES);
        reader.take(Buffer.alloc(100, 'a'));
      }
    };
    expect(faultOf(endless)).toEqual(unreadable);
  });
});
