import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { createMemoryLog } from '../src/index.ts';
import { createLog, formatLogLine } from '../src/log.ts';
import { redactText, REDACTED } from '../src/redact.ts';

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

describe('log', () => {
  it.each([
    'authorization',
    'Authorization',
    'token',
    'access_token',
    'accessToken',
    'password',
    'newPassword',
    'cookie',
    'set-cookie',
    'dpop',
    'DPoP',
    'client_assertion',
    'privateKey',
    'private_key',
    'invite',
    'clientSecret',
  ])('blots out %s at any depth', (name) => {
    const log = createMemoryLog();
    log.info({ [name]: 'hunter2-a', deep: { list: [{ [name]: 'hunter2-b' }] } }, 'm');
    log.child({ [name]: 'hunter2-c' }).info('m');
    expect(JSON.stringify(log.entries)).not.toContain('hunter2');
    expect(log.entries[0]).toMatchObject({ deep: { list: [{ [name]: REDACTED }] } });
  });

  it('shows error codes and hides one-time codes, which have the same name', () => {
    const log = createMemoryLog();
    for (const code of ['store_in_use', 'ECONNREFUSED', 'ERR_TLS_CERT', 'FST_ERR_VALIDATION', 4408]) {
      log.info({ code }, 'm');
      expect(log.entries.at(-1)).toMatchObject({ code });
    }
    for (const code of ['K7QX-2M9P', 'EABCDEFGH', { nested: 'x' }]) {
      log.info({ code }, 'm');
      expect(log.entries.at(-1)).toMatchObject({ code: REDACTED });
    }
  });

  it('blots out what looks like a secret inside texts: messages, errors, URLs', () => {
    const log = createMemoryLog();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    log.info(`got ${JWT}`);
    log.info(
      {
        url: `http://localhost/login?code=hunter2&x=1`,
        header: 'DPoP hunter2.hunter2',
        link: 'banyan-invite:hunter2?net=http://a',
        store: 'redis://user:hunter2@host:6379/0, rediss+cluster://:hunter2@a:1,b:2',
      },
      'm',
    );
    log.error({ err: new Error(`no ${JWT}`, { cause: new Error(pem) }) }, 'm');
    const text = JSON.stringify(log.entries);
    expect(text).not.toContain('eyJhbGci');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(pem.split('\n')[1]);
    expect(log.entries[1]).toMatchObject({
      url: `http://localhost/login?code=${REDACTED}&x=1`,
      link: `banyan-invite:${REDACTED}?net=http://a`,
    });
  });

  it('hides the private part of a JWK and shows the public one', () => {
    const log = createMemoryLog();
    log.info({ jwk: { kty: 'EC', x: 'pub', d: 'priv' } }, 'm');
    expect(log.entries[0]).toMatchObject({ jwk: { kty: 'EC', x: 'pub', d: REDACTED } });
  });

  it('keeps code, message, stack and causes of errors', () => {
    const log = createMemoryLog();
    log.warn(
      {
        err: new BanyanError('disk_full', undefined, {
          cause: Object.assign(new Error('write'), { code: 'ENOSPC' }),
        }),
      },
      'm',
    );
    expect(log.entries[0]).toMatchObject({
      err: {
        type: 'BanyanError',
        code: 'disk_full',
        stack: expect.stringContaining('BanyanError'),
        cause: { message: 'write', code: 'ENOSPC' },
      },
    });
  });

  it('survives cycles, bytes, big numbers and values without end', () => {
    const log = createMemoryLog();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    log.info(
      {
        cycle,
        bytes: new Uint8Array(3),
        big: 2n ** 70n,
        fn: () => 1,
        many: new Array(1000).fill(1),
        long: 'x'.repeat(1e6),
        map: new Map([[1, 2]]),
      },
      'm',
    );
    expect(log.entries[0]).toMatchObject({
      bytes: '[3 bytes]',
      big: '1180591620717411303424',
      fn: '[function]',
      map: '[Map of 1]',
    });
    expect(JSON.stringify(log.entries[0]).length).toBeLessThan(10_000);
  });

  it('says nothing below its level, which may be changed', () => {
    const log = createMemoryLog('x', 'warn');
    log.info('quiet');
    log.level = 'info';
    log.info('loud');
    expect(log.entries.map((entry) => entry['msg'])).toEqual(['loud']);
  });

  it('writes one readable line per entry when asked, and the stack of an error', () => {
    let text = '';
    const log = createLog({
      name: 'auth',
      pretty: true,
      destination: { write: (line) => void (text += line) },
    });
    log.info({ port: 1, host: 'a b' }, 'ready');
    log.error({ err: new Error('boom') }, 'failed');
    const [first, second, third] = text.split('\n');
    expect(first).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}auth: ready port=1 host="a b"$/);
    expect(second).toMatch(/ERROR auth: failed$/);
    expect(third).toBe('Error: boom');
  });

  it('lets no control or bidi characters of a hostile name reach a terminal', () => {
    const line = formatLogLine(
      JSON.stringify({ level: 30, time: 0, name: 'a', msg: 'file \u001b[2J\u202egpj.exe', n: '\u0007' }),
    );
    expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(line).toContain('\\u{1b}[2J');
  });

  it('leaves ordinary texts alone', () => {
    for (const text of [
      'Encoder basic settings',
      'eye.jpg',
      'http://localhost:1/?q=code',
      'code=5 of the list',
    ])
      expect(redactText(text)).toBe(text);
  });
});
