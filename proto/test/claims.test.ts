import { describe, expect, it } from '@jest/globals';
import {
  AUDIENCE,
  BanyanError,
  hasScope,
  mediaTypeFromWire,
  mediaTypeOf,
  mediaTypeToWire,
  MEDIA_TYPES,
  scopesFor,
  validateClaims,
  validateRevocationDelta,
} from '../src/index.ts';

const DEVICE = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
const CLAIMS = {
  iss: 'http://localhost:1',
  sub: 'acc-1',
  aud: AUDIENCE.supernode,
  exp: 200,
  iat: 100,
  jti: 'j',
  client_id: DEVICE,
  scope: 'session',
  cnf: { jkt: DEVICE },
  account: 'Ada',
  role: 'member',
  grants: [],
};

describe('scopes', () => {
  it('follow audience, role and grants', () => {
    expect(scopesFor(AUDIENCE.auth, 'member', [])).toEqual(['account']);
    expect(scopesFor(AUDIENCE.auth, 'operator', [])).toEqual(['account', 'console', 'operator']);
    expect(scopesFor(AUDIENCE.list, 'member', [])).toEqual(['list:read']);
    expect(scopesFor(AUDIENCE.list, 'viewer', ['supernode'])).toEqual([
      'list:read',
      'supernode:register',
      'console',
    ]);
    expect(scopesFor(AUDIENCE.supernode, 'member', [])).toEqual(['session']);
    expect(scopesFor(AUDIENCE.supernode, 'member', ['supernode'])).toEqual(['session', 'link']);
    expect(scopesFor(AUDIENCE.peer, 'operator', ['load', 'supernode'])).toEqual(['transfer']);
  });

  it('are whole words of the claim', () => {
    expect(hasScope({ scope: 'session link' }, 'link')).toBe(true);
    expect(hasScope({ scope: 'session linked' }, 'link')).toBe(false);
  });
});

describe('validateClaims', () => {
  it('returns the claims of a right token, without what it does not know', () => {
    expect(validateClaims({ ...CLAIMS, nonsense: 1, grants: ['supernode', 'future'] })).toEqual({
      ...CLAIMS,
      grants: ['supernode'],
    });
  });

  it.each<[string, unknown]>([
    ['no object', null],
    ['no sub', { ...CLAIMS, sub: undefined }],
    ['no exp', { ...CLAIMS, exp: undefined }],
    ['exp as text', { ...CLAIMS, exp: '200' }],
    ['two audiences', { ...CLAIMS, aud: [AUDIENCE.supernode, AUDIENCE.peer] }],
    ['one audience in a list', { ...CLAIMS, aud: [AUDIENCE.supernode] }],
    ['a foreign audience', { ...CLAIMS, aud: 'urn:other' }],
    ['client_id that is no device id', { ...CLAIMS, client_id: 'x', cnf: { jkt: 'x' } }],
    ['no proof key', { ...CLAIMS, cnf: undefined }],
    ['the key of another device', { ...CLAIMS, cnf: { jkt: DEVICE.replace('N', 'M') } }],
    ['an unknown role', { ...CLAIMS, role: 'god' }],
    ['grants as text', { ...CLAIMS, grants: 'supernode' }],
    ['a scope without its grant', { ...CLAIMS, scope: 'session link' }],
    ['a scope of another audience', { ...CLAIMS, scope: 'transfer' }],
    ['an operator scope for a member', { ...CLAIMS, aud: AUDIENCE.auth, scope: 'operator' }],
    ['no account name', { ...CLAIMS, account: 3 }],
  ])('refuses %s', (_what, payload) => {
    let code = 'none';
    try {
      validateClaims(payload);
    } catch (error) {
      code = error instanceof BanyanError ? error.code : String(error);
    }
    expect(code).toBe('token_invalid');
  });
});

describe('revocation delta', () => {
  const delta = { iss: 'http://a', seq: 1, iat: 5, entries: [] };

  it('keeps the entries it knows and passes over kinds of newer versions', () => {
    const entries = [
      { kind: 'device', id: DEVICE, until: null, reason: 'spam' },
      { kind: 'galaxy', id: 'x', until: null, reason: '' },
      { kind: 'content', id: 'c', until: 9 },
    ];
    expect(validateRevocationDelta({ ...delta, entries }).entries).toEqual([
      entries[0],
      { kind: 'content', id: 'c', until: 9, reason: '' },
    ]);
  });

  it.each<[string, unknown]>([
    ['no object', 5],
    ['no sequence', { ...delta, seq: 0 }],
    ['no issuer', { ...delta, iss: '' }],
    ['no entries', { ...delta, entries: undefined }],
    ['too many entries', { ...delta, entries: new Array(1001).fill({}) }],
    ['an entry without id', { ...delta, entries: [{ kind: 'device', until: null }] }],
    ['an entry without end', { ...delta, entries: [{ kind: 'device', id: 'x' }] }],
  ])('is refused with %s', (_what, payload) => {
    expect(() => validateRevocationDelta(payload)).toThrow('no revocation delta');
  });
});

describe('media type', () => {
  it.each([
    ['song.MP3', 'audio'],
    ['film.mkv', 'video'],
    ['photo.jpeg', 'image'],
    ['book.epub', 'document'],
    ['backup.tar.gz', 'archive'],
    ['debian.iso', 'software'],
    ['.mp3', 'other'],
    ['noextension', 'other'],
    ['strange.constructor', 'other'],
  ])('of %s is %s', (name, type) => {
    expect(mediaTypeOf(name)).toBe(type);
  });

  it('has one wire number each; numbers of newer versions are other', () => {
    expect(MEDIA_TYPES.map((type) => mediaTypeFromWire(mediaTypeToWire(type)))).toEqual([...MEDIA_TYPES]);
    expect(mediaTypeFromWire(99)).toBe('other');
  });
});
