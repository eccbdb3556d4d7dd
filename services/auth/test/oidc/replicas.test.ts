import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  SKIP_REDIS,
  startOidcProvider,
  startRedis,
  type OidcProvider,
  type RedisServer,
} from '@banyan/kit/testing';
import { createDevice, startAuth, type AuthUnderTest } from '../harness.ts';
import { begin, browserFor, code, oidcConfig, REDIRECT } from './oidc-harness.ts';

jest.setTimeout(120_000);

const ISSUER = 'http://localhost:59997';
const describeRedis = SKIP_REDIS ? describe.skip : describe;

describeRedis('a sign-in over two replicas of auth', () => {
  let redis: RedisServer;
  let provider: OidcProvider;
  let one: AuthUnderTest;
  let two: AuthUnderTest;
  beforeAll(async () => {
    redis = await startRedis();
    provider = await startOidcProvider({ people: { ada: {} }, redirectUris: [`${ISSUER}/sign-in/callback`] });
    const config = { ...oidcConfig(provider), store: redis.url, issuer: ISSUER };
    [one, two] = await Promise.all([startAuth(config), startAuth(config)]);
  });
  afterAll(async () => {
    await Promise.all([one?.stop(), two?.stop()]);
    await provider?.stop();
    await redis?.stop();
  });

  it('is begun at one, confirmed and come back from at the other, and redeemed once at either', async () => {
    const device = createDevice(one);
    const atTwo = createDevice(two, device.key);
    const { signIn } = await begin(one, device, { redirectUri: REDIRECT });
    const browser = browserFor(two);
    const back = await browser.signIn(await browser.open(signIn.url), 'ada', REDIRECT);
    const redeem = {
      account: undefined as never,
      signIn: { id: signIn.id, code: new URL(back.url).searchParams.get('code')! },
    };
    const answers = await Promise.all([device.enrol(redeem), atTwo.enrol(redeem)]);
    // The second hears that it is over, or what the first was answered.
    const statuses = answers.map(({ status }) => status).sort();
    expect([statuses[0], [201, 403].includes(statuses[1]!)]).toEqual([201, true]);
    expect((await atTwo.call('GET', '/v1/account')).body).toMatchObject({ account: 'ada', devices: [{}] });
  });

  it('takes an answer of the provider at one of them', async () => {
    const { signIn } = await begin(one, createDevice(one), { redirectUri: REDIRECT });
    const browser = browserFor(one);
    const callback = `${ISSUER}/sign-in/callback`;
    const back = await browser.signIn(await browser.open(signIn.url), 'ada', callback);
    const other = browserFor(two);
    await other.open(`${ISSUER}/sign-in`);
    const cookie = browser.cookies.get('localhost')!.get('banyan-sign-in')!;
    const arrive = ({ base }: AuthUnderTest) =>
      fetch(`${base}${back.url.slice(ISSUER.length)}`, {
        redirect: 'manual',
        headers: { cookie: `banyan-sign-in=${cookie}` },
      });
    const statuses = (await Promise.all([arrive(one), arrive(two)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([303, 403]);
  });

  it('goes on where a replica has ended', async () => {
    const device = createDevice(two);
    const { signIn } = await begin(one, createDevice(one, device.key));
    const browser = browserFor(two);
    const confirm = await browser.open(signIn.url, { form: { user_code: signIn.userCode! } });
    const go = new URL(/href="([^"]+)"/.exec(confirm.text)![1]!, ISSUER).href;
    await one.service.stop();
    const done = await browser.signIn(await browser.open(go), 'ada');
    expect(done.status).toBe(200);
    const answer = await device.enrol({ account: undefined as never, signIn: { id: signIn.id } });
    expect([answer.status, code(answer)[1]]).toEqual([201, undefined]);
  });
});
