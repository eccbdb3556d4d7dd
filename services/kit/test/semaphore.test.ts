import { describe, expect, it } from '@jest/globals';
import { createSemaphore } from '../src/semaphore.ts';

/** Work that ends when it is told. */
function held() {
  let resolve!: () => void;
  const promise = new Promise<void>((end) => (resolve = end));
  return { resolve, work: () => promise };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a semaphore', () => {
  it('begins so much at once, and the rest in the order of asking as places come free', async () => {
    const semaphore = createSemaphore(2);
    const works = Array.from({ length: 5 }, held);
    const begun: number[] = [];
    const all = works.map(({ work }, i) =>
      semaphore.run(() => {
        begun.push(i);
        return work();
      }),
    );
    expect(begun).toEqual([0, 1]);
    expect(semaphore.waiting).toBe(3);
    works[1]!.resolve();
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    expect(semaphore.waiting).toBe(2);
    for (const { resolve } of works) resolve();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('frees the place of what fails, whether it throws at once or later, and says what failed', async () => {
    const semaphore = createSemaphore(1);
    const later = semaphore.run(() => Promise.reject(new Error('later')));
    const atOnce = semaphore.run(() => {
      throw new Error('at once');
    });
    const good = semaphore.run(() => Promise.resolve('done'));
    await expect(later).rejects.toThrow('later');
    await expect(atOnce).rejects.toThrow('at once');
    await expect(good).resolves.toBe('done');
    const first = held();
    const last = semaphore.run(first.work);
    const waits = semaphore.run(() => Promise.resolve());
    expect(semaphore.waiting).toBe(1); // one place, as before: none was lost or gained
    first.resolve();
    await Promise.all([last, waits]);
    expect(semaphore.waiting).toBe(0);
  });
});
