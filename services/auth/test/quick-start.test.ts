import { expect, test } from '@jest/globals';
import { workerUrl } from '@banyan/kit';
import { staticImports } from '@banyan/kit/testing';

test('auth starts without what speaks with a provider, which few networks have', () => {
  const all = staticImports(workerUrl(import.meta.url.replace('/test/', '/src/'), './service.js'));
  expect(all).toContain('fastify');
  expect(all).not.toContain('openid-client');
});
