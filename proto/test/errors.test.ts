import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  BanyanError,
  ERROR_TABLE,
  errorFromBody,
  errorFromMessage,
  isBanyanError,
  messageFromError,
  toBanyanError,
} from '../src/index.ts';

describe('the error table', () => {
  it('is the one of spec/errors.md, row by row', () => {
    const spec = readFileSync(new URL('../spec/errors.md', import.meta.url), 'utf8');
    const rows = [...spec.matchAll(/^\| `(\w+)` +\| (\d+) +\| (\d+) +\| (yes|no) +\| (.+?) +\|$/gm)].map(
      ([, code, http, wsClose, retryable, sentence]) => [
        code,
        { http: Number(http), wsClose: Number(wsClose), retryable: retryable === 'yes', sentence },
      ],
    );
    expect(Object.fromEntries(rows)).toEqual(ERROR_TABLE);
    expect(rows.map(([code]) => code)).toEqual(Object.keys(ERROR_TABLE));
  });

  it.each(Object.entries(ERROR_TABLE))(
    '%s has a sentence, a status and a close code that exist',
    (_code, row) => {
      expect(row.sentence).toMatch(/^[A-Z].*\.$/);
      expect(row.http).toBeGreaterThanOrEqual(400);
      expect(row.http).toBeLessThan(600);
      expect(row.wsClose === 1000 || (row.wsClose >= 1001 && row.wsClose <= 4999)).toBe(true);
    },
  );
});

describe('BanyanError', () => {
  it('crosses HTTP as a body and comes back the same', () => {
    const error = new BanyanError('no_slot', 'Wait.', { retryAfterMs: 5000, details: { position: 3 } });
    const back = errorFromBody(JSON.parse(JSON.stringify(error.toBody())));
    expect([back.code, back.message, back.retryAfterMs, back.details, back.retryable]).toEqual([
      'no_slot',
      'Wait.',
      5000,
      { position: 3 },
      true,
    ]);
    expect(error.http).toBe(503);
  });

  it.each([null, undefined, 5, 'x', {}, { error: null }, { error: { code: 'toString' } }])(
    'made of the body %j is internal',
    (body) => {
      expect(errorFromBody(body).code).toBe('internal');
    },
  );

  it('crosses a session as a message and comes back the same', () => {
    const error = new BanyanError('full', 'No place.', { retryAfterMs: 1.5 });
    const message = messageFromError(error, true);
    expect(message).toEqual({ code: 'full', message: 'No place.', retryAfterMs: 2, fatal: true });
    expect(errorFromMessage(message)).toMatchObject({ code: 'full', message: 'No place.', retryAfterMs: 2 });
    expect(errorFromMessage({ code: 'of_the_future', message: '', retryAfterMs: 0 }).code).toBe('internal');
    expect(messageFromError(new BanyanError('full', '漢'.repeat(1000))).message).toHaveLength(341);
  });

  it('wraps foreign errors once', () => {
    const own = new BanyanError('full');
    expect(toBanyanError(own)).toBe(own);
    const foreign = new Error('x');
    expect(toBanyanError(foreign, 'unreachable')).toMatchObject({ code: 'unreachable', cause: foreign });
    const aborted = Object.assign(new Error('x'), { name: 'AbortError' });
    expect(toBanyanError(aborted).code).toBe('aborted');
    expect(isBanyanError(foreign)).toBe(false);
  });
});
