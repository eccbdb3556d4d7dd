import { describe, expect, test } from '@jest/globals';
import { workerUrl } from '@banyan/kit';
import { staticImports } from '@banyan/kit/testing';

// A thread loads its modules anew: the whole of proto and kit would cost each one 0.6 s and 50 MiB, and with them the
// first download of a process.
const THREADS = ['download/lane-worker', 'library/hash-worker', 'metalink/flat-hash-worker'];
const HEAVY = ['typebox', 'fastify', 'undici', '@banyan/kit', '@banyan/proto'];

const heavyOf = (module: string): string[] => {
  const all = staticImports(workerUrl(import.meta.url.replace('/test/', '/src/'), `./${module}.js`));
  return HEAVY.filter((one) => all.has(one));
};

describe('threads load what they need alone', () => {
  test.each(THREADS)('%s', (thread) => {
    expect(heavyOf(thread)).toEqual([]);
  });

  test('what is looked for would be seen', () => {
    expect(heavyOf('download/worker-lane')).toEqual([
      'typebox',
      'fastify',
      'undici',
      '@banyan/kit',
      '@banyan/proto',
    ]);
  });
});
