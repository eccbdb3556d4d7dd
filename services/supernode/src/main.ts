#!/usr/bin/env node
/** A supernode as a process. */
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { formatHostPort, limitHeapGrowth, metricsListen, processDir, runMain, tracingOf } from '@banyan/kit';
import { resolveNetwork } from '@banyan/sdk';
import { SUPERNODE_SETTINGS } from './config.ts';
import { defaultIndexBytes } from './index-memory.ts';
import { createSupernode } from './service.ts';
import { SOFTWARE } from './version.ts';

// V8 may conclude from a busy start that what a search makes lives long, and put it among the old from then on, with all that
// hangs on it: a tenth of what is allocated, which full collections alone take away, and those hold every session up.
setFlagsFromString('--no-allocation-site-pretenuring');

limitHeapGrowth();

await runMain('supernode', async (ctx) => {
  const config = ctx.config(SUPERNODE_SETTINGS, {
    description:
      'A supernode of a Banyan network: indexes the leaves that come to it and answers their searches.',
  });
  const { issuer, code, pins } = resolveNetwork(config.network, config.invite);
  const supernode = await createSupernode(
    { clock: ctx.clock, log: ctx.log, random: Math.random },
    {
      name: config.name,
      issuer,
      pins: config.networkPins.length > 0 ? config.networkPins : pins,
      // A device that auth does not know any more must not come back under another account.
      ...(config.deviceKey === undefined
        ? {
            enrolment: {
              account: config.account,
              deviceName: config.name,
              ...(code === undefined ? {} : { invite: code }),
            },
          }
        : { deviceKey: config.deviceKey }),
      dataDir: processDir('supernode', config.dataDir),
      host: config.host,
      port: config.port,
      ...(config.publicHost === undefined ? {} : { publicHost: config.publicHost }),
      ...(config.publicPort === undefined ? {} : { publicPort: config.publicPort }),
      adminPort: config.adminPort,
      ...metricsListen(config),
      tracing: tracingOf(config),
      capacity: config.capacity,
      caps: { cpu: config.cpuLimit, bytesPerSecond: config.bandwidthLimit },
      maxLeafRecords: config.maxLeafRecords,
      maxIndexBytes:
        config.indexMemory === undefined
          ? defaultIndexBytes(totalmem(), process.constrainedMemory())
          : config.indexMemory * 1024 * 1024,
      drainMs: config.drainSeconds * 1000,
      ...(config.region === undefined ? {} : { region: config.region }),
      software: SOFTWARE,
    },
  );
  return {
    parts: supernode.parts,
    drainTimeoutMs: config.drainSeconds * 1000 + 2_000,
    ready: () => ({
      url: supernode.addresses.map(({ host, port }) => `wss://${formatHostPort(host, port)}`)[0],
      port: supernode.port,
      deviceId: supernode.deviceId,
      admin: supernode.adminUrl,
    }),
  };
});
