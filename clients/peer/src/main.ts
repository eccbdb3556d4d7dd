#!/usr/bin/env node
/** A peer as a process. */
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { metricsListen, processDir, runMain, tracingOf } from '@banyan/kit';
import { resolveNetwork } from '@banyan/sdk';
import { limitsOf, PEER_SETTINGS, volunteerOf } from './config.ts';
import { readPassword } from './password.ts';
import { createPeer } from './service.ts';

await runMain('peer', async (ctx) => {
  const config = ctx.config(PEER_SETTINGS, {
    description:
      'A peer of a Banyan network: shares folders, searches, downloads from many sources at once. Its page is at localhost.',
  });
  const network = config.network === undefined ? undefined : resolveNetwork(config.network, config.invite);
  const password = await readPassword(config.passwordFile, process.env);
  const name = config.name ?? (hostname() || 'peer');
  const folder = processDir('peer', config.dataDir);
  const peer = await createPeer(
    {
      clock: ctx.clock,
      log: ctx.log,
      random: Math.random,
      onStop: () => ctx.stop('asked over the local API'),
    },
    {
      name,
      ...(network === undefined ? {} : { issuer: network.issuer }),
      ...(network === undefined ? {} : { pins: network.pins }),
      ...(config.account === undefined
        ? {}
        : {
            enrolment: {
              account: config.account,
              deviceName: name,
              ...(password === undefined ? {} : { password }),
              ...(network?.code === undefined ? {} : { invite: network.code }),
              ...(config.createAccount === undefined ? {} : { createAccount: config.createAccount }),
            },
          }),
      host: config.host,
      ...(config.port === undefined ? {} : { port: config.port }),
      ...(config.publicPort === undefined ? {} : { publicPort: config.publicPort }),
      ...(config.pagePort === undefined ? {} : { pagePort: config.pagePort }),
      gatewayPort: config.gatewayPort,
      ...metricsListen(config),
      tracing: tracingOf(config),
      dataDir: folder,
      downloadFolder: resolve(
        config.downloadFolder ??
          (config.dataDir === undefined ? join(homedir(), 'Downloads', 'Banyan') : join(folder, 'downloads')),
      ),
      given: [
        ...(config.name === undefined ? [] : (['name'] as const)),
        ...(config.downloadFolder === undefined ? [] : (['downloadFolder'] as const)),
      ],
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
      ...(peer.movedPorts.length === 0 ? {} : { movedPorts: peer.movedPorts }),
      ...(peer.signInWith === undefined ? {} : { signInWith: peer.signInWith }),
      joined: peer.isJoined,
    }),
  };
});
