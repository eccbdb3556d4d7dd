#!/usr/bin/env node
/** A peer as a process. */
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { dataDir, metricsListen, runMain } from '@banyan/kit';
import { resolveNetwork } from '@banyan/sdk';
import { limitsOf, PEER_SETTINGS, volunteerOf } from './config.ts';
import { readPassword } from './password.ts';
import { createPeer } from './service.ts';

await runMain('peer', async (ctx) => {
  const config = ctx.config(PEER_SETTINGS, {
    description:
      'A peer of a Banyan network: shares folders, searches, downloads from many sources at once. Its page is at localhost.',
  });
  const { issuer, pin, code } = resolveNetwork(config.network, config.invite);
  const password = await readPassword(config.passwordFile, process.env);
  const name = config.name ?? (hostname() || 'peer');
  // The variable names the folder of all of Banyan, the flag and the file that of this process.
  const global = process.env['BANYAN_DATA_DIR'] || undefined;
  const own = config.dataDir === global ? undefined : config.dataDir;
  const folder = resolve(own ?? join(dataDir(), 'peer'));
  const peer = await createPeer(
    {
      clock: ctx.clock,
      log: ctx.log,
      random: Math.random,
      onStop: () => ctx.stop('asked over the local API'),
    },
    {
      name,
      issuer,
      ...(pin === undefined ? {} : { pin }),
      ...(config.account === undefined
        ? {}
        : {
            enrolment: {
              account: config.account,
              deviceName: name,
              ...(password === undefined ? {} : { password }),
              ...(code === undefined ? {} : { invite: code }),
              ...(config.createAccount === undefined ? {} : { createAccount: config.createAccount }),
            },
          }),
      host: config.host,
      port: config.port,
      ...(config.publicPort === undefined ? {} : { publicPort: config.publicPort }),
      pagePort: config.pagePort,
      gatewayPort: config.gatewayPort,
      ...metricsListen(config),
      dataDir: folder,
      downloadFolder: resolve(
        config.downloadFolder ??
          (own === undefined && global === undefined
            ? join(homedir(), 'Downloads', 'Banyan')
            : join(folder, 'downloads')),
      ),
      share: config.share.map((path) => resolve(path)),
      shareDownloads: config.shareDownloads,
      uploadSlots: config.uploadSlots,
      limits: limitsOf(config),
      volunteer: volunteerOf(config),
      supernode: {
        ...(config.supernodeProgram === undefined ? {} : { program: resolve(config.supernodeProgram) }),
        ...(config.supernodePort === undefined ? {} : { port: config.supernodePort }),
        ...(config.supernodePublicHost === undefined ? {} : { publicHost: config.supernodePublicHost }),
      },
      ...(config.preferSupernode === undefined ? {} : { preferSupernode: config.preferSupernode }),
      ...(config.webRoot === undefined ? {} : { webRoot: resolve(config.webRoot) }),
    },
  );
  return {
    parts: peer.parts,
    ready: () => ({
      name,
      page: peer.page,
      login: peer.login,
      deviceId: peer.deviceId,
      transferPort: peer.transferPort,
    }),
  };
});
