import { runMain } from '@banyan/kit';
import { ListConfig } from './config.ts';
import { createListService } from './service.ts';

await runMain('supernode-list', async (context) => {
  const config = context.config(ListConfig, {
    description:
      'The supernode list of a Banyan network: hands out supernodes to leaves, and membership to supernodes.',
  });
  const service = createListService(
    { log: context.log, clock: context.clock, random: Math.random, onReload: context.onReload },
    config,
  );
  return {
    parts: [service],
    ready: () => ({ url: service.url, ...(service.pin === undefined ? {} : { pin: service.pin }) }),
  };
});
