import { describe, expect, it } from '@jest/globals';
import { isBanyanError } from '@banyan/proto';
import { checkPasswordRules, createPasswords } from '../src/passwords.ts';

describe('passwords', () => {
  it('are hashed by argon2id with salt and the stated parameters', async () => {
    const passwords = createPasswords();
    const [one, two] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify(one, 'correct horse')).toBe(true);
    expect(await passwords.verify(one, 'correct horsf')).toBe(false);
  });

  it('are the same however the keyboard composes them', async () => {
    const passwords = createPasswords();
    const hashed = await passwords.hash('Zoe\u0308 und Bruno');
    expect(await passwords.verify(hashed, 'Zo\u00eb und Bruno')).toBe(true);
  });

  it('never fit an account that has none, whatever is typed', async () => {
    const passwords = createPasswords();
    for (const guess of ['', 'x', 'correct horse'])
      expect(await passwords.verify(undefined, guess)).toBe(false);
  });

  it('are worked on by few at once; who comes when too many wait is told when to come back', async () => {
    const passwords = createPasswords();
    const settled = await Promise.allSettled(
      Array.from({ length: 100 }, () => passwords.verify(undefined, 'x')),
    );
    const refused = settled.filter((one) => one.status === 'rejected').map((one) => one.reason as unknown);
    expect(refused).toHaveLength(100 - 2 - 64);
    for (const error of refused)
      expect(isBanyanError(error) && [error.code, error.retryAfterMs]).toEqual(['unavailable', 1000]);
    expect(await passwords.verify(undefined, 'x')).toBe(false);
  });

  it.each(['tooshort', 'Password123', 'ababababababab', 'ellen.ripley7', '1234567890', 'x'.repeat(1025)])(
    'refuse %s',
    (password) => {
      expect(() => checkPasswordRules(password, 'ellen.ripley')).toThrow(
        expect.objectContaining({ code: 'password_weak' }),
      );
    },
  );

  it.each(['correct horse battery', '密码不能太短要十个字', 'ellen.ripley and the cat'])(
    'accept %s',
    (password) => {
      expect(() => checkPasswordRules(password, 'ellen.ripley')).not.toThrow();
    },
  );
});
