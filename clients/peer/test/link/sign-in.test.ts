import { describe, expect, it } from '@jest/globals';
import { BanyanError, type DeviceInfo, type SignInRequest, type SignInResponse } from '@banyan/proto';
import { silentLog, systemClock } from '@banyan/kit';
import { createNetworkSignIn } from '../../src/link/sign-in.ts';

const DEVICE: DeviceInfo = {
  deviceId: 'x'.repeat(43),
  name: 'laptop',
  accountId: '1',
  account: 'ada',
  role: 'member',
  grants: [],
  enrolledAt: 1,
};

/** A sign-in over an auth service that answers what the test wants. */
function over(redeem: (signIn: { id: string; code?: string }) => Promise<DeviceInfo>) {
  const begun: SignInRequest[] = [];
  const enrolled: string[] = [];
  let changes = 0;
  const signIn = createNetworkSignIn(
    {
      // Time between two questions of no length: what is tested is the order of things.
      clock: { ...systemClock, sleep: () => Promise.resolve() },
      log: silentLog(),
      network: {
        signInName: 'Example University',
        auth: {
          beginSignIn: (request: SignInRequest): Promise<SignInResponse> => {
            begun.push(request);
            const isRedirect = request.redirectUri !== undefined;
            return Promise.resolve({
              id: `id-${begun.length}`,
              url: 'https://auth.example/sign-in',
              ...(isRedirect ? {} : { userCode: 'BCDF-GHJK' }),
              expiresIn: 600,
              interval: 1,
            });
          },
        } as never,
        redeemSignIn: (one) => redeem(one),
      },
      isNeeded: () => enrolled.length === 0,
      account: () => enrolled.at(-1) ?? null,
      onEnrolled: ({ account }) => void enrolled.push(account),
      onChange: () => void (changes += 1),
    },
    { deviceName: () => 'laptop' },
  );
  return { signIn, begun, enrolled, changes: () => changes };
}

describe('the sign-in of a peer', () => {
  it('goes on only with an answer to what it began itself', async () => {
    const redeemed: unknown[] = [];
    const { signIn, begun, enrolled } = over((one) => {
      redeemed.push(one);
      return Promise.resolve(DEVICE);
    });
    await expect(signIn.finish({ code: 'c', state: 's' })).rejects.toMatchObject({ code: 'sign_in_expired' });
    await signIn.begin('http://localhost:7780/');
    const first = begun[0]!.state!;
    await expect(signIn.finish({ code: 'c', state: 'x'.repeat(first.length) })).rejects.toMatchObject({
      code: 'sign_in_expired',
    });
    await signIn.begin('http://localhost:7780/');
    await expect(signIn.finish({ code: 'c', state: first })).rejects.toMatchObject({
      code: 'sign_in_expired',
    });
    expect(redeemed).toEqual([]);
    expect(signIn.view).toMatchObject({ waiting: true, needed: true });
    const view = await signIn.finish({ code: 'c', state: begun[1]!.state! });
    expect([redeemed, enrolled]).toEqual([[{ id: 'id-2', code: 'c' }], ['ada']]);
    expect(view).toEqual({
      provider: 'Example University',
      needed: false,
      waiting: false,
      account: 'ada',
      problem: null,
    });
  });

  it('asks on while the person is not through, and says why it came to nothing', async () => {
    const answers = ['sign_in_pending', 'unreachable', 'sign_in_pending', 'sign_in_refused'] as const;
    let asked = 0;
    const { signIn, changes } = over(() => Promise.reject(new BanyanError(answers[asked++]!)));
    await signIn.begin();
    while (signIn.view.waiting) await new Promise((resolve) => setImmediate(resolve));
    expect([asked, signIn.view.problem?.code]).toEqual([4, 'sign_in_refused']);
    expect(changes()).toBeGreaterThan(0);
    await signIn.begin();
    expect(signIn.view.problem).toBeNull();
    signIn.stop();
  });
});
