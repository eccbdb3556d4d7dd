import { describe, expect, it } from '@jest/globals';
import { BanyanError } from '@banyan/proto';
import { createManualClock, silentLog, type ApplyResult, type Issuer } from '@banyan/kit';
import { createRevocationIntake, startPatiently } from '../src/index.ts';

describe('taking relayed revocations in', () => {
  const make = (apply: () => Promise<ApplyResult>, fetch: () => Promise<ApplyResult>) => {
    const clock = createManualClock();
    const fetched = { count: 0 };
    const intake = createRevocationIntake({
      clock,
      log: silentLog(),
      issuer: {
        revocations: { apply } as unknown as Issuer['revocations'],
        fetchRevocations: () => {
          fetched.count += 1;
          return fetch();
        },
      },
    });
    return { clock, intake, fetched };
  };
  const fine = (gap: boolean) => (): Promise<ApplyResult> => Promise.resolve({ applied: 1, seq: 1, gap });
  const refused = (): Promise<ApplyResult> => Promise.reject(new BanyanError('token_invalid'));

  it('asks auth only for what is missing or proves nothing', async () => {
    const good = make(fine(false), fine(false));
    await good.intake(['x']);
    expect(good.fetched.count).toBe(0);
    for (const apply of [fine(true), refused]) {
      const { intake, fetched } = make(apply, fine(false));
      await intake(['x']);
      expect(fetched.count).toBe(1);
    }
  });

  it('asks no oftener than every ten seconds, and never fails', async () => {
    const { clock, intake, fetched } = make(refused, refused);
    await Promise.all([intake(['x']), intake(['y'])]);
    await intake(['z']);
    expect(fetched.count).toBe(1);
    await clock.advance(10_000);
    await intake(['z']);
    expect(fetched.count).toBe(2);
  });
});

describe('a patient start', () => {
  it('waits for what passes by itself, and for nothing else', async () => {
    const clock = createManualClock();
    const init = { clock, log: silentLog(), random: () => 0.5 };
    const answers = ['unreachable', 'timeout', 'unavailable'] as const;
    let calls = 0;
    const started = startPatiently(() => {
      const code = answers[calls++];
      return code === undefined ? Promise.resolve() : Promise.reject(new BanyanError(code));
    }, init);
    await clock.advance(10_000);
    await started;
    expect(calls).toBe(4);
    for (const code of ['wrong_service', 'key_mismatch', 'device_unknown', 'internal'] as const)
      await expect(startPatiently(() => Promise.reject(new BanyanError(code)), init)).rejects.toMatchObject({
        code,
      });
  });

  it('gives up with the last reason', async () => {
    const clock = createManualClock();
    const started = startPatiently(() => Promise.reject(new BanyanError('unreachable')), {
      clock,
      log: silentLog(),
      random: () => 0.5,
    });
    const failed = expect(started).rejects.toMatchObject({ code: 'unreachable' });
    await clock.advance(60_000);
    await failed;
  });
});
