/** The list's HTTP routes: who may ask and say what. Paths and bodies: `proto/src/api/list.ts`. */
import type { FastifyRequest } from 'fastify';
import {
  BanyanError,
  BeatRequest,
  BeatResponse,
  DeviceParams,
  LONG_POLL_MS,
  MAX_LIST_ANSWER,
  MembershipResponse,
  SupernodesResponse,
  type Scope,
} from '@banyan/proto';
import type { HttpServer, RequestGuard } from '@banyan/kit';
import Type from 'typebox';
import type { HostDesk } from './promotion/host-desk.ts';
import type { Registry } from './registry.ts';

export interface RouteComponents {
  readonly registry: Registry;
  readonly orders: Pick<HostDesk, 'answerBeat'>;
  readonly guard: RequestGuard;
  readonly http: HttpServer;
}

const CountQuery = Type.Object({ count: Type.Integer({ minimum: 1, maximum: MAX_LIST_ANSWER, default: 5 }) });
const ChangesQuery = Type.Object({
  since: Type.Integer({ minimum: 0, default: 0 }),
  wait: Type.Integer({ minimum: 0, maximum: LONG_POLL_MS / 1000, default: 0, description: 'seconds' }),
});

/** Registers the routes on the server. */
export function addRoutes({ registry, orders, guard, http }: RouteComponents): void {
  const { app } = http;
  const callers = new WeakMap<FastifyRequest, string>();
  /** Before the body is read: strangers cost no parsing. */
  const signedIn = (scope: Scope) => async (request: FastifyRequest) => {
    const { deviceId } = await guard.authenticate(request, { scope });
    callers.set(request, deviceId);
  };
  const assertOwn = (request: FastifyRequest, subject: string): void => {
    if (callers.get(request) !== subject) {
      throw new BanyanError(
        'forbidden',
        'A supernode speaks for itself alone: the path names another device than the token.',
      );
    }
  };

  app.get(
    '/v1/supernodes',
    {
      onRequest: signedIn('list:read'),
      schema: {
        summary: 'A short list of supernodes to choose from',
        querystring: CountQuery,
        response: { 200: SupernodesResponse },
      },
    },
    async (request, reply) => {
      const answer = registry.pick(request.query.count);
      if (answer.viewAgeMs !== undefined) reply.header('age', String(Math.round(answer.viewAgeMs / 1000)));
      return answer;
    },
  );

  app.put(
    '/v1/supernodes/:deviceId',
    {
      onRequest: signedIn('supernode:register'),
      schema: {
        summary: 'Register this supernode, or say that it lives',
        params: DeviceParams,
        body: BeatRequest,
        response: { 200: BeatResponse },
      },
    },
    async (request) => {
      assertOwn(request, request.params.deviceId);
      const { deviceId } = request.params;
      return { ...(await registry.beat(deviceId, request.body)), ...(await orders.answerBeat(deviceId)) };
    },
  );

  app.delete(
    '/v1/supernodes/:deviceId',
    {
      onRequest: signedIn('supernode:register'),
      schema: { summary: 'Take this supernode out of the list', params: DeviceParams },
    },
    async (request, reply) => {
      assertOwn(request, request.params.deviceId);
      await registry.leave(request.params.deviceId);
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/membership',
    {
      onRequest: signedIn('supernode:register'),
      schema: {
        summary: 'Membership changes after a version (long poll)',
        querystring: ChangesQuery,
        response: { 200: MembershipResponse },
      },
    },
    async (request, reply) =>
      registry.changes(request.query.since, request.query.wait * 1000, http.signalOf(request, reply)),
  );
}
