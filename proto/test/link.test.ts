import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BanyanError,
  contentIdText,
  formatInviteLink,
  formatLink,
  formatResetLink,
  looksLikeLink,
  MAX_NAME_BYTES,
  parseInviteLink,
  parseLink,
  parseResetLink,
  utf8Length,
} from '../src/index.ts';

const ID = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d-1';
const PIN = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';

function failure(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof BanyanError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('content link', () => {
  it('says content, name, network and mirrors', () => {
    const link = parseLink(
      `banyan:${ID}?dn=Big%20Buck%20%26%20Bunny.mp4&net=https://auth.example.org/b&ws=https://a.example/x&ws=http://b.example/y?z%3D1`,
    );
    expect(contentIdText(link.content)).toBe(ID);
    expect(link.name).toBe('Big Buck & Bunny.mp4');
    expect(link.network).toBe('https://auth.example.org/b');
    expect(link.mirrors).toEqual(['https://a.example/x', 'http://b.example/y?z=1']);
    expect(parseLink(formatLink(link))).toEqual(link);
  });

  it('needs nothing but its content, in any case, with blanks around', () => {
    expect(contentIdText(parseLink(`  BANYAN:${ID.toUpperCase()}\n`).content)).toBe(ID);
    expect(formatLink({ content: parseLink(`banyan:${ID}`).content, mirrors: [] })).toBe(`banyan:${ID}`);
    expect(looksLikeLink(` Banyan:${ID}`)).toBe(true);
    expect(looksLikeLink('banyan tree')).toBe(false);
  });

  it('passes over parameters of newer versions', () => {
    expect(parseLink(`banyan:${ID}?xl=5&new&dn=a`).name).toBe('a');
  });

  it('brings any name back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        fc.pre(utf8Length(name) <= MAX_NAME_BYTES && !/\p{Surrogate}/u.test(name));
        const { content } = parseLink(`banyan:${ID}`);
        expect(parseLink(formatLink({ content, name, mirrors: [] })).name).toBe(name);
      }),
    );
  });

  it.each([
    ['magnet:?xt=urn:btmh:1220', 'begin with banyan:'],
    ['', 'begin with banyan:'],
    ['banyan:', '64 hexadecimal digits'],
    [`banyan:${ID.slice(1)}`, '64 hexadecimal digits'],
    [`banyan:${ID}x`, '64 hexadecimal digits'],
    [`banyan://${ID}`, '64 hexadecimal digits'],
    [`banyan:${ID}?dn=a&dn=b`, 'more than once'],
    [`banyan:${ID}?dn=%E0%A4`, '%-sequence'],
    [`banyan:${ID}?dn=${'x'.repeat(256)}`, 'longer than 255'],
    [`banyan:${ID}?net=ftp://a`, 'net= is not an http'],
    [`banyan:${ID}?ws=javascript:alert(1)`, 'ws= is not an http'],
    [`banyan:${ID}?ws=file:///etc/passwd`, 'ws= is not an http'],
    [`banyan:${ID}?ws=http://user:secret@a/`, 'user name'],
    [`banyan:${ID}?${Array.from({ length: 17 }, () => 'ws=http://a/').join('&')}`, 'more than 16'],
    [`banyan:${ID}?dn=${'x'.repeat(9000)}`, 'longer than 8192'],
  ])('refuses %.80j and says why', (text, why) => {
    const { code, message } = failure(() => parseLink(text));
    expect(code).toBe('link_invalid');
    expect(message).toContain(why);
  });

  it('never throws anything but link_invalid', () => {
    fc.assert(
      fc.property(fc.string(), (rest) => {
        for (const text of [rest, `banyan:${rest}`, `banyan:${ID}?${rest}`, `banyan:${ID}?ws=${rest}`]) {
          try {
            parseLink(text);
          } catch (error) {
            expect((error as BanyanError).code).toBe('link_invalid');
          }
        }
      }),
    );
  });
});

describe('invite link', () => {
  it('says network, key pin and code', () => {
    const text = `banyan-invite:Zm9vYmFyYmF6cXV4?net=https://127.0.0.1:7440&pin=${PIN}`;
    const invite = parseInviteLink(text);
    expect(invite).toEqual({ issuer: 'https://127.0.0.1:7440', pins: [PIN], code: 'Zm9vYmFyYmF6cXV4' });
    expect(formatInviteLink(invite)).toBe(text);
    expect(parseInviteLink('banyan-invite:abc?net=http://localhost:1').pins).toEqual([]);
  });

  it('says the pins of keys that may follow', () => {
    const [one, two] = ['A'.repeat(43), `B${'A'.repeat(42)}`];
    const text = `banyan-invite:abc?net=https://a&pin=${PIN}&backup=${one}&backup=${two}`;
    const invite = parseInviteLink(text);
    expect(invite.pins).toEqual([PIN, one, two]);
    expect(formatInviteLink(invite)).toBe(text);
  });

  it.each([
    ['banyan:abc?net=http://a', 'begin with banyan-invite:'],
    ['banyan-invite:?net=http://a', 'has its code'],
    ['banyan-invite:a b?net=http://a', 'has its code'],
    ['banyan-invite:abc', 'does not name its network'],
    ['banyan-invite:abc?net=auth', 'not an http'],
    [`banyan-invite:abc?net=http://a&pin=${PIN.slice(1)}`, 'key pin'],
    [`banyan-invite:abc?net=http://a&pin=${PIN}&backup=x`, 'backup pins'],
    [`banyan-invite:abc?net=http://a&backup=${PIN}`, 'backup pins'],
    [`banyan-invite:abc?net=http://a&pin=${PIN}${`&backup=${PIN}`.repeat(4)}`, 'backup pins'],
  ])('refuses %j and says why', (text, why) => {
    const { code, message } = failure(() => parseInviteLink(text));
    expect(code).toBe('invite_invalid');
    expect(message).toContain(why);
  });
});

describe('reset link', () => {
  it('says network, key pin and code, and is no invite', () => {
    const text = `banyan-reset:abc_def?net=https://127.0.0.1:7440&pin=${PIN}`;
    const link = parseResetLink(text);
    expect(link).toEqual({ issuer: 'https://127.0.0.1:7440', pins: [PIN], code: 'abc_def' });
    expect(formatResetLink(link)).toBe(text);
    expect(failure(() => parseInviteLink(text)).code).toBe('invite_invalid');
    const { code, message } = failure(() => parseResetLink('banyan-reset:abc'));
    expect([code, message]).toEqual(['reset_invalid', expect.stringContaining('does not name its network')]);
  });
});
