import { describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { unpromisedKey, untrustedCertificate } from '../../src/tls/untrusted.ts';

const URL_ = new URL('https://auth.example:7700/x');

describe('a certificate that is not trusted', () => {
  it.each([
    ['CERT_HAS_EXPIRED', {}, 'has expired'],
    ['CERT_NOT_YET_VALID', {}, 'clock'],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      { cert: { subjectaltname: 'DNS:a.example, DNS:b.example' } },
      'is for a.example, b.example, not for auth.example',
    ],
    ['ERR_TLS_CERT_ALTNAME_INVALID', {}, 'is for another name'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', null, 'is for another name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', {}, 'invite link'],
    ['SELF_SIGNED_CERT_IN_CHAIN', {}, 'NODE_EXTRA_CA_CERTS'],
    ['CERT_REVOKED', {}, 'CERT_REVOKED'],
  ])('for %s %j says so in words', (code, cause, words) => {
    const error = untrustedCertificate(URL_, code, cause);
    expect(error?.code).toBe('key_mismatch');
    expect(error?.message).toContain(words);
    expect(error?.message).toContain('nothing was sent');
  });

  it('names nothing that could steer a terminal', () => {
    const cause = { cert: { subjectaltname: `DNS:\u001b[2J\u202eevil${'x'.repeat(1000)}` } };
    const { message } = untrustedCertificate(URL_, 'ERR_TLS_CERT_ALTNAME_INVALID', cause)!;
    expect(message).not.toMatch(/[\u001b\u202e]/);
    expect(message.length).toBeLessThan(600);
  });

  it('is nothing else', () => {
    expect(untrustedCertificate(URL_, 'ECONNREFUSED', {})).toBeUndefined();
  });
});

it('a key that no pin names is told with both', () => {
  const error = unpromisedKey(
    URL_,
    new BanyanError('key_mismatch', 'x', { details: { expected: 'A', seen: 'B' } }),
  );
  expect(error.message).toContain('new invite link');
  expect(error.details).toMatchObject({ expected: 'A', seen: 'B', address: 'https://auth.example:7700' });
});
