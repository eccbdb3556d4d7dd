/** Client of the supernode-list service. */
import {
  withAllCriteria,
  type BeatRequest,
  type BeatResponse,
  type MeasurementReport,
  type MembershipResponse,
  type SupernodesResponse,
  type VolunteerAnswer,
  type VolunteerReport,
} from '@banyan/proto';
import type { DeviceKey, ServiceFetch } from '@banyan/kit';
import { createServiceClient } from './service-client.ts';

export interface ListClientInit {
  /** Base URLs of the list's replicas, from the issuer's metadata. */
  readonly urls: () => readonly string[];
  readonly fetch: ServiceFetch;
  readonly deviceKey: DeviceKey;
  /** Token of audience list. */
  readonly token: (signal?: AbortSignal) => Promise<string>;
  /** The token was refused: forget it, so that the next one is fresh. */
  readonly onTokenRefused?: () => void;
}

export interface ListClient {
  /** A short list to choose a home from. */
  supernodes(count: number, signal?: AbortSignal): Promise<SupernodesResponse>;
  /** Registers this supernode, or says that it still lives. */
  beat(request: BeatRequest, signal?: AbortSignal): Promise<BeatResponse>;
  /** Takes this supernode out of the list. */
  leave(signal?: AbortSignal): Promise<void>;
  /** Membership changes after `since` (0: everything); the answer is held back up to `waitSeconds` when there are none. */
  membership(since: number, waitSeconds: number, signal?: AbortSignal): Promise<MembershipResponse>;
  /** Offers this host as a supernode and says how it does; the answer says what it is to be. */
  volunteer(report: VolunteerReport, signal?: AbortSignal): Promise<VolunteerAnswer>;
  /** Takes the offer of this host back. */
  withdraw(signal?: AbortSignal): Promise<void>;
  /** Tells what this supernode measured of a leaf that volunteers. */
  measurement(deviceId: string, report: MeasurementReport, signal?: AbortSignal): Promise<void>;
}

/** Makes a client of the list. */
export function createListClient(init: ListClientInit): ListClient {
  const service = createServiceClient({ ...init, what: 'the supernode list' });
  const self = `/v1/supernodes/${init.deviceKey.deviceId}`;
  const offer = (deviceId: string): string => `/v1/volunteers/${encodeURIComponent(deviceId)}`;
  const with_ = (signal?: AbortSignal): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });
  return {
    supernodes: (count, signal) => service.call('GET', `/v1/supernodes?count=${count}`, with_(signal)),
    beat: (body, signal) => service.call('PUT', self, { body, ...with_(signal) }),
    leave: (signal) => service.call('DELETE', self, with_(signal)),
    membership: (since, waitSeconds, signal) =>
      service.call('GET', `/v1/membership?since=${since}&wait=${waitSeconds}`, {
        waitMs: waitSeconds * 1000,
        ...with_(signal),
      }),
    volunteer: async (body, signal) =>
      withAllCriteria(
        await service.call<VolunteerAnswer>('PUT', offer(init.deviceKey.deviceId), {
          body,
          ...with_(signal),
        }),
      ),
    withdraw: (signal) => service.call('DELETE', offer(init.deviceKey.deviceId), with_(signal)),
    measurement: async (deviceId, body, signal) => {
      await service.call('PUT', `${offer(deviceId)}/measurement`, { body, ...with_(signal) });
    },
  };
}
