import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@banyan/kit';
import { createFetched, type Fetched } from '../../src/upload/index.ts';

let folder: string;
const open = async (): Promise<Fetched> => {
  const fetched = createFetched(
    { clock: systemClock, log: silentLog() },
    { file: join(folder, 'fetched.json') },
  );
  await fetched.start();
  return fetched;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-fetched-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what others fetched', () => {
  it('is summed by content, the latest first, and kept over a restart', async () => {
    const first = await open();
    first.note({ content: 'a', name: 'a.ogg', account: 'bob', bytes: 10 });
    first.note({ content: 'b', name: 'b.ogg', account: 'bob', bytes: 1 });
    first.note({ content: 'a', name: 'a.ogg', account: 'carol', bytes: 5 });
    await first.stop();
    const second = await open();
    expect(second.list()).toMatchObject([
      { content: 'a', bytes: 15, accounts: ['bob', 'carol'], more: false, lastAccount: 'carol' },
      { content: 'b', bytes: 1 },
    ]);
    await second.stop();
  });

  it('names ten accounts, remembers a thousand contents, and shows names safely', async () => {
    const fetched = await open();
    for (let i = 0; i < 12; i += 1) fetched.note({ content: 'a', name: 'a', account: `p${i}`, bytes: 1 });
    expect(fetched.list()[0]).toMatchObject({ more: true, lastAccount: 'p11' });
    expect(fetched.list()[0]?.accounts).toHaveLength(10);
    for (let i = 0; i < 1_000; i += 1)
      fetched.note({ content: `c${i}`, name: '\u202egpj.exe\u0007', account: 'bob', bytes: 1 });
    expect(fetched.list()).toHaveLength(1_000);
    expect(fetched.list().some(({ content }) => content === 'a')).toBe(false);
    expect(fetched.list()[0]?.name).not.toMatch(/[\u202e\u0007]/);
    await fetched.stop();
  });

  it('begins anew when its file cannot be read', async () => {
    await writeFile(join(folder, 'fetched.json'), '[{"content": 1}]');
    const fetched = await open();
    expect(fetched.list()).toEqual([]);
    await fetched.stop();
  });
});
