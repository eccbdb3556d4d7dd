/** HTTP routes of promotion: volunteers and homes on one side, operators on the other. Bodies: `proto/src/api/promotion.ts`. */
import type { FastifyRequest } from 'fastify';
import {
  AuditResponse,
  BanyanError,
  DecisionRequest,
  DecisionResponse,
  DeviceParams,
  HOST_ACTIONS,
  HostsResponse,
  HostView,
  MAX_HOSTS_PAGE,
  MeasurementReport,
  PlanRequest,
  PlanResponse,
  PolicyHistoryResponse,
  PolicyRequest,
  PolicyResponse,
  VolunteerAnswer,
  VolunteerReport,
  type Scope,
} from '@banyan/proto';
import type { AuditLog, HttpServer, RequestGuard, VerifiedToken } from '@banyan/kit';
import Type from 'typebox';
import type { HostChanges } from './host-changes.ts';
import type { HostDesk } from './host-desk.ts';
import { assertPolicy, type PolicyBook } from './policy-book.ts';
import type { Steward } from './steward.ts';

export interface PromotionRouteComponents {
  readonly http: HttpServer;
  readonly guard: RequestGuard;
  readonly desk: HostDesk;
  readonly changes: HostChanges;
  readonly policies: PolicyBook;
  readonly audit: AuditLog;
  readonly steward: Steward;
}

/** Entries of the audit in one answer. */
const MAX_AUDIT_PAGE = 500;
const AuditQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 64, pattern: '^[0-9a-f-]+$' })),
  limit: Type.Integer({ minimum: 1, maximum: MAX_AUDIT_PAGE, default: 100 }),
});

const HostsQuery = Type.Object({
  since: Type.Optional(Type.String({ maxLength: 64 })),
  limit: Type.Integer({ minimum: 1, maximum: MAX_HOSTS_PAGE, default: MAX_HOSTS_PAGE }),
});

/** Registers the routes on the server. */
export function addPromotionRoutes(components: PromotionRouteComponents): void {
  const { guard, desk, policies, audit, steward, changes } = components;
  const { app } = components.http;
  const callers = new WeakMap<FastifyRequest, VerifiedToken>();
  const signedIn = (scope: Scope) => async (request: FastifyRequest) => {
    callers.set(request, await guard.authenticate(request, { scope }));
  };
  const callerOf = (request: FastifyRequest): VerifiedToken => {
    const caller = callers.get(request);
    // A route that forgot its hook must fail, never act for nobody.
    if (caller === undefined) throw new BanyanError('internal');
    return caller;
  };
  const assertOwn = (request: FastifyRequest, subject: string): VerifiedToken => {
    const caller = callerOf(request);
    if (caller.deviceId !== subject)
      throw new BanyanError(
        'forbidden',
        'A host speaks for itself alone: the path names another device than the token.',
      );
    return caller;
  };

  app.put(
    '/v1/volunteers/:deviceId',
    {
      onRequest: signedIn('list:read'),
      schema: {
        summary: 'Offer this host as a supernode, and say how it does',
        tags: ['volunteers'],
        params: DeviceParams,
        body: VolunteerReport,
        response: { 200: VolunteerAnswer },
      },
    },
    async (request) => desk.report(assertOwn(request, request.params.deviceId), request.body),
  );

  app.delete(
    '/v1/volunteers/:deviceId',
    {
      onRequest: signedIn('list:read'),
      schema: { summary: 'Withdraw the offer', tags: ['volunteers'], params: DeviceParams },
    },
    async (request, reply) => {
      assertOwn(request, request.params.deviceId);
      await desk.withdraw(request.params.deviceId);
      return reply.code(204).send();
    },
  );

  app.put(
    '/v1/volunteers/:deviceId/measurement',
    {
      onRequest: signedIn('supernode:register'),
      schema: {
        summary: 'Tell what was measured of a leaf that volunteers',
        tags: ['volunteers'],
        params: DeviceParams,
        body: MeasurementReport,
      },
    },
    async (request, reply) => {
      await desk.measured(request.params.deviceId, callerOf(request).deviceId, request.body);
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/operator/hosts',
    {
      onRequest: signedIn('console'),
      schema: {
        summary: 'All volunteers and supernodes, or those that changed',
        tags: ['operator'],
        querystring: HostsQuery,
        response: { 200: HostsResponse },
      },
    },
    async (request) => {
      const { since, limit } = request.query;
      return since === undefined ? { hosts: await desk.hosts() } : changes.since(since, limit);
    },
  );

  app.get(
    '/v1/operator/hosts/:deviceId',
    {
      onRequest: signedIn('console'),
      schema: { summary: 'One host', tags: ['operator'], params: DeviceParams, response: { 200: HostView } },
    },
    async (request) => desk.host(request.params.deviceId),
  );

  for (const action of HOST_ACTIONS) {
    app.post(
      `/v1/operator/hosts/:deviceId/${action}`,
      {
        onRequest: signedIn('operator'),
        schema: {
          summary: SUMMARIES[action],
          tags: ['operator'],
          params: DeviceParams,
          body: DecisionRequest,
          response: { 200: DecisionResponse },
        },
      },
      async (request) => {
        const { accountId, account } = callerOf(request);
        const { problem } = steward;
        // It would wait for ever.
        if (action === 'promote' && problem !== undefined) throw new BanyanError('unavailable', problem);
        const answer = await desk.decide(request.params.deviceId, action, request.body, {
          kind: 'operator',
          account: accountId,
          name: account,
        });
        changes.decided();
        return answer;
      },
    );
  }

  app.get(
    '/v1/operator/policy',
    {
      onRequest: signedIn('console'),
      schema: { summary: 'The policy that holds', tags: ['operator'], response: { 200: PolicyResponse } },
    },
    async () => policies.current(),
  );

  app.put(
    '/v1/operator/policy',
    {
      onRequest: signedIn('operator'),
      schema: {
        summary: 'Set the policy',
        tags: ['operator'],
        body: PolicyRequest,
        response: { 200: PolicyResponse },
      },
    },
    async (request) => {
      const { accountId, account } = callerOf(request);
      const set = await policies.set(request.body, { kind: 'operator', account: accountId, name: account });
      changes.decided();
      return set;
    },
  );

  app.get(
    '/v1/operator/policy/history',
    {
      onRequest: signedIn('console'),
      schema: {
        summary: 'Every policy that held',
        tags: ['operator'],
        response: { 200: PolicyHistoryResponse },
      },
    },
    async () => ({ versions: await policies.history() }),
  );

  app.get(
    '/v1/operator/policy/plan',
    {
      onRequest: signedIn('console'),
      schema: { summary: 'What policy would do now', tags: ['operator'], response: { 200: PlanResponse } },
    },
    async () => steward.plan(),
  );

  app.post(
    '/v1/operator/policy/plan',
    {
      onRequest: signedIn('console'),
      schema: {
        summary: 'What another policy would do now; nothing is set',
        tags: ['operator'],
        body: PlanRequest,
        response: { 200: PlanResponse },
      },
    },
    async (request) => {
      assertPolicy(request.body.policy);
      return steward.plan(await policies.complete(request.body.policy));
    },
  );

  app.get(
    '/v1/operator/audit',
    {
      onRequest: signedIn('console'),
      schema: {
        summary: 'Every decision, in the order of time',
        tags: ['operator'],
        querystring: AuditQuery,
        response: { 200: AuditResponse },
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      return audit.page({ limit, ...(after === undefined ? {} : { after }) });
    },
  );
}

const SUMMARIES = {
  promote: 'Make a volunteer a supernode',
  drain: 'Take a supernode out of service, its leaves first; by force: at once',
  cancel: 'Take back a promotion or a drain that is under way',
  undo: 'Reverse the last decision about a host',
  cordon: 'Keep new leaves away from a supernode, or a volunteer from being promoted',
  uncordon: 'Take that back',
} as const;
