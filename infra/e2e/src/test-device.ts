/** A device inside the test: enrolled, with its own key, speaking the real protocol through kit and sdk. */
import type { Audience } from '@banyan/proto';
import { createDeviceKey, createIdentity, silentLog, systemClock, type Identity } from '@banyan/kit';
import {
  createNetwork,
  openSupernodeSession,
  type Network,
  type SessionInit,
  type SupernodeAddress,
  type SupernodeSession,
} from '@banyan/sdk';

export interface TestDevice {
  readonly deviceId: string;
  readonly identity: Identity;
  readonly network: Network;
  token(audience: Audience): Promise<string>;
  /** A session with a supernode; closed with the device. */
  session(
    supernode: SupernodeAddress,
    init?: Partial<Pick<SessionInit, 'relation' | 'listen' | 'onReachability' | 'onRevocations'>>,
  ): Promise<SupernodeSession>;
  close(): Promise<void>;
}

export interface TestDeviceInit {
  readonly issuer: string;
  readonly account: string;
  readonly invite?: string;
  /** Of auth's TLS key. */
  readonly pins?: readonly string[];
  /** Default: made new. */
  readonly identity?: Identity;
}

export async function createTestDevice(init: TestDeviceInit): Promise<TestDevice> {
  const identity = init.identity ?? (await createIdentity(createDeviceKey(), { clock: systemClock }));
  const network = createNetwork(
    { clock: systemClock, log: silentLog(), identity },
    {
      issuer: init.issuer,
      ...(init.pins === undefined ? {} : { pins: init.pins }),
      enrolment: {
        account: init.account,
        deviceName: `${init.account} (test)`,
        ...(init.invite === undefined ? {} : { invite: init.invite }),
      },
    },
  );
  try {
    await network.start();
  } catch (error) {
    await network.stop();
    throw error;
  }
  const sessions: SupernodeSession[] = [];
  return {
    deviceId: identity.deviceId,
    identity,
    network,
    token: (audience) => network.tokens.token(audience),
    async session(supernode, more = {}) {
      const session = await openSupernodeSession(
        { clock: systemClock, log: silentLog(), identity, tokens: network.tokens },
        {
          supernode,
          relation: 'home',
          software: 'banyan/e2e',
          listen: [],
          revocationsKnown: 0,
          ...more,
        },
      );
      sessions.push(session);
      return session;
    },
    async close() {
      for (const session of sessions) session.close();
      await network.stop();
    },
  };
}
