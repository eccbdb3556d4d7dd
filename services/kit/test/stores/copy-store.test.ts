import { describe, expect, it } from '@jest/globals';
import {
  copyStore,
  createManualClock,
  createMemoryStore,
  type CopyProgress,
  type Store,
} from '../../src/index.ts';

async function all(store: Store): Promise<[string, unknown, number | undefined][]> {
  const found: [string, unknown, number | undefined][] = [];
  for await (const [key, { value, expiresAtMs }] of store.list('')) found.push([key, value, expiresAtMs]);
  return found;
}

async function filled(count: number) {
  const clock = createManualClock();
  const store = createMemoryStore({ clock });
  for (let i = 0; i < count; i += 1) await store.put(`k/${i}`, { i, text: 'Grüße' });
  await store.put('dies soon', 1, { ttlMs: 60_000 });
  return { clock, store };
}

describe('a copy of a store', () => {
  it('has every entry with the end of its life, and says how far it is', async () => {
    const { clock, store } = await filled(600);
    await clock.advance(30_000);
    const to = createMemoryStore({ clock });
    const seen: CopyProgress[] = [];
    const report = await copyStore(store, to, { clock, onProgress: (progress) => seen.push(progress) });
    expect(report).toEqual({ entries: 601, replaced: 0 });
    expect(await all(to)).toEqual(await all(store));
    expect(new Set(seen.map(({ step }) => step))).toEqual(new Set(['count', 'copy', 'compare']));
    expect(seen.at(-1)).toEqual({ step: 'compare', done: 601, total: 601 });
    await clock.advance(30_001);
    expect(await to.get('dies soon')).toBeUndefined();
  });

  it('replaces nothing unasked, and when asked leaves nothing of what was there', async () => {
    const { clock, store } = await filled(3);
    const to = createMemoryStore({ clock });
    await to.put('old', 1);
    await to.put('k/1', 'old');
    await expect(copyStore(store, to, { clock })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('holds 2 entries'),
    });
    expect(await all(to)).toHaveLength(2);
    expect(await copyStore(store, to, { clock, overwrite: true })).toEqual({ entries: 4, replaced: 2 });
    expect(await all(to)).toEqual(await all(store));
  });

  it.each<[string, (store: Store, to: Store) => Promise<unknown>]>([
    ['changes the source', (store) => store.put('k/0', 'changed')],
    ['adds to the source', (store) => store.put('new', 1)],
    ['deletes from the source', (store) => store.delete('k/1')],
    ['changes the target', (_, to) => to.put('k/0', 'changed')],
    ['adds to the target', (_, to) => to.put('new', 1)],
  ])('shows when somebody %s meanwhile', async (_what, meddle) => {
    const { clock, store } = await filled(3);
    const to = createMemoryStore({ clock });
    let meddled = false;
    const copying = copyStore(
      store,
      {
        ...to,
        put: async (...call) => {
          const version = await to.put(...call);
          if (!meddled && call[0] === 'k/2') {
            meddled = true;
            await meddle(store, to);
          }
          return version;
        },
      },
      { clock },
    );
    await expect(copying).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('not the same in both'),
    });
  });

  it('ends when it is asked to', async () => {
    const { clock, store } = await filled(600);
    const stop = new AbortController();
    const copying = copyStore(store, createMemoryStore({ clock }), {
      clock,
      signal: stop.signal,
      onProgress: ({ step }) => step === 'copy' && stop.abort(),
    });
    await expect(copying).rejects.toMatchObject({ code: 'aborted' });
  });
});
