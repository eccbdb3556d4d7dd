import { expect, test } from '@jest/globals';
import { workerUrl } from '@banyan/kit';
import { staticImports } from '@banyan/kit/testing';

// Most commands ask a running peer something and end: what services are made of would double the time they take.
test('the command line starts without what services are made of', () => {
  const all = staticImports(workerUrl(import.meta.url.replace('/test/', '/src/'), './program.js'));
  expect(all).toContain('commander');
  expect(
    ['fastify', 'undici', 'pino', 'lmdb', '@banyan/kit', '@banyan/peer'].filter((one) => all.has(one)),
  ).toEqual([]);
});
