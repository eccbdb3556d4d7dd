import { runMain } from '@banyan/kit';
import { AuthConfig } from './config.ts';
import { createAuthService } from './service.ts';

await runMain('auth', async (context) => {
  const config = context.config(AuthConfig, {
    description: 'The auth service of a Banyan network: accounts, devices, tokens, keys, revocations.',
  });
  const service = createAuthService(
    {
      log: context.log,
      clock: context.clock,
      announce: (text) => void process.stderr.write(text),
      onReload: context.onReload,
    },
    config,
  );
  return {
    parts: [service],
    ready: () => ({
      url: service.url,
      port: service.port,
      ...(service.pins.length === 0 ? {} : { pins: service.pins }),
    }),
  };
});
