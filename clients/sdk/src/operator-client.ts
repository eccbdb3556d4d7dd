/** What operators do at the supernode list: hosts, decisions, policy, audit. Bodies: `proto/src/api/promotion.ts`. */
import {
  withAllCriteria,
  type AuditResponse,
  type DecisionRequest,
  type DecisionResponse,
  type HostAction,
  type HostsResponse,
  type HostView,
  type PlanResponse,
  type Policy,
  type PolicyHistoryResponse,
  type PolicyRequest,
  type PolicyResponse,
} from '@banyan/proto';
import { createHostBook } from './host-book.ts';
import type { ListClientInit } from './list-client.ts';
import { createServiceClient } from './service-client.ts';

/** All criteria of hosts are in their `criteria`, see `withAllCriteria`. */
export interface OperatorClient {
  /** All of them, page by page: a large network has more than one answer holds. */
  hosts(signal?: AbortSignal): Promise<readonly HostView[]>;
  /** What changed since the answer that had that cursor; '': everything. A `HostBook` puts answers together. */
  hostChanges(cursor: string, signal?: AbortSignal): Promise<HostsResponse>;
  /** @throws BanyanError `not_found` */
  host(deviceId: string, signal?: AbortSignal): Promise<HostView>;
  /** @throws BanyanError `not_found`, `conflict` with what stands against it */
  decide(
    deviceId: string,
    action: HostAction,
    request: DecisionRequest,
    signal?: AbortSignal,
  ): Promise<DecisionResponse>;
  policy(signal?: AbortSignal): Promise<PolicyResponse>;
  setPolicy(request: PolicyRequest, signal?: AbortSignal): Promise<PolicyResponse>;
  policyHistory(signal?: AbortSignal): Promise<PolicyHistoryResponse>;
  /** What policy would do now, or another one in its place. */
  plan(policy?: Policy, signal?: AbortSignal): Promise<PlanResponse>;
  /** Entries after the one with that id, in the order of time. */
  audit(
    page: { readonly after?: string; readonly limit?: number },
    signal?: AbortSignal,
  ): Promise<AuditResponse>;
}

/** Makes a client; its token is that of an operator, or of a viewer who only looks. */
export function createOperatorClient(init: ListClientInit): OperatorClient {
  const service = createServiceClient({ ...init, what: 'the supernode list' });
  const with_ = (signal?: AbortSignal): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });
  const host = (deviceId: string): string => `/v1/operator/hosts/${encodeURIComponent(deviceId)}`;
  const client: OperatorClient = {
    hosts: (signal) => createHostBook().refresh(client, signal),
    async hostChanges(cursor, signal) {
      const query = new URLSearchParams({ since: cursor });
      const path = `/v1/operator/hosts?${query.toString()}`;
      const { hosts, ...told } = await service.call<HostsResponse>('GET', path, with_(signal));
      // A list of 0.1.0 does not know the question, and tells all.
      const isWhole = told.cursor === undefined;
      return { ...told, ...(isWhole ? { whole: true } : {}), hosts: hosts.map(withAllCriteria) };
    },
    host: async (deviceId, signal) =>
      withAllCriteria(await service.call<HostView>('GET', host(deviceId), with_(signal))),
    async decide(deviceId, action, body, signal) {
      const path = `${host(deviceId)}/${action}`;
      const answer = await service.call<DecisionResponse>('POST', path, { body, ...with_(signal) });
      return { ...answer, host: withAllCriteria(answer.host) };
    },
    policy: (signal) => service.call('GET', '/v1/operator/policy', with_(signal)),
    setPolicy: (body, signal) => service.call('PUT', '/v1/operator/policy', { body, ...with_(signal) }),
    policyHistory: (signal) => service.call('GET', '/v1/operator/policy/history', with_(signal)),
    plan: (policy, signal) =>
      policy === undefined
        ? service.call('GET', '/v1/operator/policy/plan', with_(signal))
        : service.call('POST', '/v1/operator/policy/plan', { body: { policy }, ...with_(signal) }),
    audit({ after, limit }, signal) {
      const query = new URLSearchParams({
        ...(after === undefined ? {} : { after }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      });
      return service.call('GET', `/v1/operator/audit?${query.toString()}`, with_(signal));
    },
  };
  return client;
}
