/** The REST calls of the local API, as `proto/src/api/local.ts` lists them. */
import type { IncomingHttpHeaders } from 'node:http';
import {
  BanyanError,
  DownloadPatch,
  DownloadRequest,
  DownloadsActRequest,
  DownloadsActResponse,
  DownloadsRequest,
  DownloadsResponse,
  DownloadView,
  LimitsPatch,
  LimitsView,
  LoginLinkResponse,
  MAX_METALINK_BYTES,
  MetalinkRequest,
  PeerStatus,
  ReachTest,
  SessionRequest,
  SessionResponse,
  SourceActRequest,
  StreamRequest,
  StreamView,
  SupernodeView,
  UploadView,
  VolunteerOffer,
  VolunteerView,
} from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Access, Caller, Guard } from './guard.ts';
import type { Logins } from './logins.ts';
import { addLibraryRoutes } from './library-routes.ts';
import type { DownloadAction, Rooms } from './rooms.ts';
import { addSearchRoutes } from './search-routes.ts';
import { API_PREFIX, Id } from './route-parts.ts';
import { addSetupRoutes } from './setup-routes.ts';
import { addSignInRoutes } from './sign-in-routes.ts';

/** Each asks a supernode; nobody looks oftener. */
const REACH_TESTS_PER_MINUTE = 30;
/** Wrong login codes cannot be guessed; this keeps a broken page from trying for ever. */
const LOGINS_PER_MINUTE = 30;

/** A thousand links of files with long names, some with mirrors. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

const ACTIONS = ['pause', 'resume', 'retry', 'cancel'] as const satisfies readonly DownloadAction[];

export interface RoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly logins: Logins;
  readonly rooms: Rooms;
  /** Called once `POST /stop` was answered. */
  readonly onStop: () => void;
  /** Link that signs a browser in. */
  readonly makeLoginLink: () => Promise<LoginLinkResponse>;
}

export function addRoutes(components: RoutesComponents): void {
  const { server, guard, logins, rooms } = components;
  const { app } = server;
  const callers = new WeakMap<FastifyRequest, Caller>();
  const needs = (access: Access) => ({
    onRequest: async (request: FastifyRequest): Promise<void> => {
      callers.set(
        request,
        guard.admit(request.raw as { method: string; headers: typeof request.headers }, access),
      );
    },
  });
  const signedIn = needs('session');
  const at = (path: string): string => `${API_PREFIX}${path}`;

  // ---- signing in ----

  app.post(
    at('/session'),
    {
      ...needs('none'),
      config: { rateLimit: { max: LOGINS_PER_MINUTE, timeWindow: 60_000 } },
      schema: { tags: ['session'], body: SessionRequest, response: { 200: SessionResponse } },
    },
    async (request, reply) => {
      const { setCookie, response } = await logins.login(request.body.code);
      reply.header('set-cookie', setCookie);
      return response;
    },
  );
  const session = (request: FastifyRequest) => {
    const caller = callers.get(request);
    if (caller?.kind !== 'page')
      throw new BanyanError('login_required', 'A program has no session: its token is enough.');
    return caller.session;
  };
  app.get(
    at('/session'),
    { ...signedIn, schema: { tags: ['session'], response: { 200: SessionResponse } } },
    async (request) => logins.describe(session(request)),
  );
  app.delete(
    at('/session'),
    { ...signedIn, schema: { tags: ['session'], description: 'Signs this browser out.' } },
    async (request, reply) => {
      await logins.end(session(request));
      return reply.code(204).send();
    },
  );
  app.post(
    at('/login-links'),
    {
      ...needs('program'),
      schema: {
        tags: ['session'],
        description: 'Makes a link that signs a browser in, once.',
        response: { 200: LoginLinkResponse },
      },
    },
    () => components.makeLoginLink(),
  );

  addSignInRoutes({
    server,
    signedIn,
    rooms,
    prefix: API_PREFIX,
    origin: () => guard.page.origin,
  });
  addSetupRoutes({ server, rooms, signedIn, prefix: API_PREFIX });

  // ---- the peer ----

  app.get(
    at('/status'),
    { ...signedIn, schema: { tags: ['peer'], response: { 200: PeerStatus } } },
    (request, reply) => rooms.status.checked(server.signalOf(request, reply)),
  );
  app.get(
    at('/supernodes'),
    { ...signedIn, schema: { tags: ['peer'], response: { 200: Type.Array(SupernodeView) } } },
    async () => [...rooms.supernodes()],
  );
  app.post(
    at('/stop'),
    { ...needs('program'), schema: { tags: ['peer'], description: 'Stops this peer.' } },
    async (_request, reply) => {
      reply.raw.once('finish', components.onStop);
      return reply.code(202).send({ stopping: true });
    },
  );

  addLibraryRoutes({ server, rooms, signedIn });
  addSearchRoutes({ server, rooms, signedIn, callerOf });

  // ---- transfers ----

  app.get(
    at('/downloads'),
    { ...signedIn, schema: { tags: ['transfers'], response: { 200: Type.Array(DownloadView) } } },
    async () => [...rooms.downloads.window(0, rooms.downloads.count)],
  );
  app.post(
    at('/downloads'),
    { ...signedIn, schema: { tags: ['transfers'], body: DownloadRequest, response: { 201: DownloadView } } },
    async (request, reply) =>
      reply.code(201).send(await rooms.downloads.add(request.body, callerOf(request))),
  );
  app.post(
    at('/downloads/batch'),
    {
      ...signedIn,
      bodyLimit: MAX_BATCH_BYTES,
      schema: {
        tags: ['transfers'],
        description: 'Downloads several files, in the order in which they are to come.',
        body: DownloadsRequest,
        response: { 201: DownloadsResponse },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await rooms.downloads.addAll(request.body, callerOf(request))),
  );
  app.post(
    at('/metalinks'),
    {
      ...signedIn,
      // In JSON a line's end and a quotation mark take two bytes.
      bodyLimit: 2 * MAX_METALINK_BYTES,
      schema: {
        tags: ['transfers'],
        description:
          'Downloads every file of a Metalink 4 document (RFC 5854) from the mirrors that it names.',
        body: MetalinkRequest,
        response: { 201: Type.Array(DownloadView) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await rooms.downloads.addMetalink(request.body, callerOf(request))),
  );
  app.get(
    at('/downloads/:id'),
    { ...signedIn, schema: { tags: ['transfers'], params: Id, response: { 200: DownloadView } } },
    async (request) => rooms.downloads.get(request.params.id),
  );
  app.delete(
    at('/downloads/:id'),
    {
      ...signedIn,
      schema: { tags: ['transfers'], description: 'Leaves the list; a finished file stays.', params: Id },
    },
    async (request, reply) => {
      await rooms.downloads.remove(request.params.id);
      return reply.code(204).send();
    },
  );
  app.patch(
    at('/downloads/:id'),
    {
      ...signedIn,
      schema: {
        tags: ['transfers'],
        description: 'Changes the priority of a download, or its place among those of its priority.',
        params: Id,
        body: DownloadPatch,
        response: { 200: DownloadView },
      },
    },
    (request) => rooms.downloads.arrange(request.params.id, request.body),
  );
  app.post(
    at('/downloads/:id/sources'),
    {
      ...signedIn,
      schema: {
        tags: ['transfers'],
        description: 'Gives a dropped source a new chance, or uses one no longer for this download.',
        params: Id,
        body: SourceActRequest,
        response: { 200: DownloadView },
      },
    },
    async (request) => rooms.downloads.actOnSource(request.params.id, request.body),
  );
  app.post(
    at('/downloads/act'),
    {
      ...signedIn,
      schema: {
        tags: ['transfers'],
        description: 'Does one thing to several downloads, or without `ids` to all that it can be done to.',
        body: DownloadsActRequest,
        response: { 200: DownloadsActResponse },
      },
    },
    (request) => rooms.downloads.actAll(request.body),
  );
  for (const action of ACTIONS) {
    app.post(
      at(`/downloads/:id/${action}`),
      { ...signedIn, schema: { tags: ['transfers'], params: Id, response: { 200: DownloadView } } },
      (request) => rooms.downloads.act(request.params.id, action),
    );
  }
  app.post(
    at('/streams'),
    {
      ...signedIn,
      schema: {
        tags: ['transfers'],
        description:
          'Makes a link that gives players of this machine the file, also while it arrives. What is not here is downloaded from now on.',
        body: StreamRequest,
        response: { 201: StreamView },
      },
    },
    async (request, reply) => reply.code(201).send(await rooms.streams.open(request.body)),
  );
  app.get(
    at('/uploads'),
    { ...signedIn, schema: { tags: ['transfers'], response: { 200: Type.Array(UploadView) } } },
    async () => [...rooms.uploads()],
  );

  app.post(
    at('/reach-test'),
    {
      ...signedIn,
      config: { rateLimit: { max: REACH_TESTS_PER_MINUTE, timeWindow: 60_000 } },
      schema: {
        tags: ['transfers'],
        description: 'Whether others can reach this peer, step by step, with what was measured.',
        response: { 200: ReachTest },
      },
    },
    (request, reply) => rooms.testReach(server.signalOf(request, reply)),
  );
  app.get(
    at('/limits'),
    { ...signedIn, schema: { tags: ['transfers'], response: { 200: LimitsView } } },
    async () => rooms.limits.view(),
  );
  app.patch(
    at('/limits'),
    {
      ...signedIn,
      schema: {
        tags: ['transfers'],
        description: 'Changes limits, schedule or downloads at once; what is left out stays as it is.',
        body: LimitsPatch,
        response: { 200: LimitsView },
      },
    },
    (request) => rooms.limits.change(request.body),
  );

  // ---- being a supernode ----

  app.get(
    at('/volunteer'),
    { ...signedIn, schema: { tags: ['volunteer'], response: { 200: VolunteerView } } },
    async () => rooms.volunteer.view(),
  );
  app.put(
    at('/volunteer'),
    {
      ...signedIn,
      schema: {
        tags: ['volunteer'],
        description:
          'Offers this host as a supernode. What is left out stays as it was offered last, or has its default.',
        body: VolunteerOffer,
        response: { 200: VolunteerView },
      },
    },
    (request) => rooms.volunteer.offer(request.body),
  );
  app.delete(
    at('/volunteer'),
    {
      ...signedIn,
      schema: {
        tags: ['volunteer'],
        description: 'Takes the offer back. A supernode that runs here stops at once.',
        response: { 200: VolunteerView },
      },
    },
    () => rooms.volunteer.withdraw(),
  );

  app.get(at('/openapi.json'), { schema: { hide: true } }, async (_request, reply) => {
    reply.header('cache-control', 'no-cache');
    return app.swagger();
  });
}

/** The step of a trace that a call belongs to, as the caller says. */
function callerOf({
  headers: { traceparent },
}: {
  readonly headers: IncomingHttpHeaders;
}): string | undefined {
  return typeof traceparent === 'string' ? traceparent : undefined;
}
