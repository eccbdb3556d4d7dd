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
import { createServiceClient, type ServiceClient } from './service-client.ts';

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
  return new ServiceListClient(init);
}

/** A class: a load tester has thousands, and functions made for each call of each would stay as long as they do. */
class ServiceListClient implements ListClient {
  readonly #deviceId: string;
  readonly #service: ServiceClient;

  constructor(init: ListClientInit) {
    this.#deviceId = init.deviceKey.deviceId;
    this.#service = createServiceClient({ what: 'the supernode list', ...init });
  }

  supernodes(count: number, signal?: AbortSignal): Promise<SupernodesResponse> {
    return this.#service.call('GET', `/v1/supernodes?count=${count}`, given(signal));
  }

  beat(body: BeatRequest, signal?: AbortSignal): Promise<BeatResponse> {
    return this.#service.call('PUT', this.#self, { body, ...given(signal) });
  }

  leave(signal?: AbortSignal): Promise<void> {
    return this.#service.call('DELETE', this.#self, given(signal));
  }

  membership(since: number, waitSeconds: number, signal?: AbortSignal): Promise<MembershipResponse> {
    return this.#service.call('GET', `/v1/membership?since=${since}&wait=${waitSeconds}`, {
      waitMs: waitSeconds * 1000,
      ...given(signal),
    });
  }

  async volunteer(body: VolunteerReport, signal?: AbortSignal): Promise<VolunteerAnswer> {
    return withAllCriteria(
      await this.#service.call<VolunteerAnswer>('PUT', offerOf(this.#deviceId), { body, ...given(signal) }),
    );
  }

  withdraw(signal?: AbortSignal): Promise<void> {
    return this.#service.call('DELETE', offerOf(this.#deviceId), given(signal));
  }

  async measurement(deviceId: string, body: MeasurementReport, signal?: AbortSignal): Promise<void> {
    await this.#service.call('PUT', `${offerOf(deviceId)}/measurement`, { body, ...given(signal) });
  }

  get #self(): string {
    return `/v1/supernodes/${this.#deviceId}`;
  }
}

function offerOf(deviceId: string): string {
  return `/v1/volunteers/${encodeURIComponent(deviceId)}`;
}

function given(signal?: AbortSignal): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
