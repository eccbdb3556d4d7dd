import { runMain } from '@banyan/kit';
import { AuthConfig } from './config.ts';
import { createAuthService } from './service.ts';

await runMain('auth', async (context) => {
  const config = context.config(AuthConfig, {
    description: 'The auth service of a Banyan network: accounts, devices, tokens, keys, revocations.',
  });
  const { dataDir, ...settings } = config;
  // The variable names the folder of all of Banyan, the flag and the file that of this process.
  const own = dataDir === undefined || dataDir === process.env['BANYAN_DATA_DIR'] ? {} : { dataDir };
  const service = createAuthService(
    {
      log: context.log,
      clock: context.clock,
      announce: (text) => void process.stderr.write(text),
    },
    { ...settings, ...own },
  );
  return {
    parts: [service],
    ready: () => ({
      url: service.url,
      port: service.port,
      ...(service.pin === undefined ? {} : { pin: service.pin }),
    }),
  };
});
