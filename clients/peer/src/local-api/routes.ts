/** The REST calls of the local API, as `proto/src/api/local.ts` lists them. */
import type { IncomingHttpHeaders } from 'node:http';
import {
  BanyanError,
  ContentLink,
  ContentLinkRequest,
  DownloadPatch,
  DownloadRequest,
  DownloadsActRequest,
  DownloadsActResponse,
  DownloadsRequest,
  DownloadsResponse,
  DownloadView,
  FilesResponse,
  HoldRequest,
  LimitsPatch,
  LimitsView,
  LoginLinkResponse,
  MAX_METALINK_BYTES,
  MAX_QUERY_CHARS,
  MAX_SUGGESTIONS,
  MetalinkRequest,
  PeerStatus,
  SearchRequest,
  SearchResult,
  SearchView,
  SessionRequest,
  SessionResponse,
  ShareRequest,
  ShareView,
  StreamRequest,
  StreamView,
  SuggestionsResponse,
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
import type { DownloadAction, Rooms } from './rooms.ts';

export const API_PREFIX = '/api/v1';

/** Files of one page of `GET /files`. */
const MAX_FILES = 1_000;
/** `GET /searches/{id}?wait=` */
const MAX_WAIT_S = 30;
/** Suggestions when nobody says how many: what a page shows. */
const SUGGESTIONS = 8;
/** Wrong login codes cannot be guessed; this keeps a broken page from trying for ever. */
const LOGINS_PER_MINUTE = 30;

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
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

  // ---- the library ----

  app.get(
    at('/shares'),
    { ...signedIn, schema: { tags: ['library'], response: { 200: Type.Array(ShareView) } } },
    async () => [...rooms.shares.list()],
  );
  app.post(
    at('/shares'),
    { ...signedIn, schema: { tags: ['library'], body: ShareRequest, response: { 201: ShareView } } },
    async (request, reply) => reply.code(201).send(await rooms.shares.add(request.body)),
  );
  app.delete(
    at('/shares/:id'),
    { ...signedIn, schema: { tags: ['library'], params: Id } },
    async (request, reply) => {
      await rooms.shares.remove(request.params.id);
      return reply.code(204).send();
    },
  );
  app.post(
    at('/shares/:id/rescan'),
    { ...signedIn, schema: { tags: ['library'], params: Id, response: { 200: ShareView } } },
    (request) => rooms.shares.rescan(request.params.id),
  );
  app.get(
    at('/files'),
    {
      ...signedIn,
      schema: {
        tags: ['library'],
        querystring: Type.Object({
          after: Type.Optional(Type.Integer({ minimum: 0 })),
          limit: Type.Integer({ minimum: 1, maximum: MAX_FILES, default: 100 }),
        }),
        response: { 200: FilesResponse },
      },
    },
    async (request) => rooms.files.page(request.query.after, request.query.limit),
  );

  // ---- searching ----

  app.get(
    at('/searches'),
    { ...signedIn, schema: { tags: ['search'], response: { 200: Type.Array(SearchView) } } },
    async () => [...rooms.searches.list()],
  );
  app.post(
    at('/searches'),
    { ...signedIn, schema: { tags: ['search'], body: SearchRequest, response: { 201: SearchView } } },
    async (request, reply) => reply.code(201).send(rooms.searches.start(request.body, callerOf(request))),
  );
  app.get(
    at('/searches/:id'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        params: Id,
        querystring: Type.Object({
          wait: Type.Number({
            minimum: 0,
            maximum: MAX_WAIT_S,
            default: 0,
            description: 'Seconds to wait for the search to be done.',
          }),
        }),
        response: { 200: SearchResult },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      return request.query.wait === 0
        ? rooms.searches.result(id)
        : rooms.searches.wait(id, request.query.wait * 1_000, server.signalOf(request, reply));
    },
  );
  app.delete(
    at('/searches/:id'),
    { ...signedIn, schema: { tags: ['search'], params: Id } },
    async (request, reply) => {
      rooms.searches.remove(request.params.id);
      return reply.code(204).send();
    },
  );

  app.post(
    at('/searches/:id/more'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description:
          'Asks for the next hits, which come behind those that are there. While an answer is under way, or when there are no more, nothing is asked.',
        params: Id,
        response: { 200: SearchView },
      },
    },
    async (request) => rooms.searches.more(request.params.id),
  );
  app.put(
    at('/searches/:id/hold'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description: 'Keeps the rows of a search where they are, or lets what came since flow in.',
        params: Id,
        body: HoldRequest,
        response: { 200: SearchView },
      },
    },
    async (request) => rooms.searches.hold(request.params.id, request.body.held),
  );
  app.get(
    at('/suggestions'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description: 'What somebody who typed this may want to search for, best first.',
        querystring: Type.Object({
          query: Type.String({ maxLength: MAX_QUERY_CHARS, default: '' }),
          limit: Type.Integer({ minimum: 1, maximum: MAX_SUGGESTIONS, default: SUGGESTIONS }),
        }),
        response: { 200: SuggestionsResponse },
      },
    },
    async (request, reply) => {
      const { query, limit } = request.query;
      return { suggestions: await rooms.suggestions.suggest(query, limit, server.signalOf(request, reply)) };
    },
  );
  app.delete(
    at('/search-history'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description: 'Forgets one earlier query, or all of them without `query`.',
        // A misspelt or empty parameter must not forget everything.
        querystring: Type.Object(
          { query: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_QUERY_CHARS })) },
          { additionalProperties: false },
        ),
      },
    },
    async (request, reply) => {
      await rooms.suggestions.forget(request.query.query);
      return reply.code(204).send();
    },
  );

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
  app.post(
    at('/links'),
    {
      ...signedIn,
      schema: {
        tags: ['library'],
        description: 'Makes a link to a file of this peer, and a Metalink 4 document when asked.',
        body: ContentLinkRequest,
        response: { 200: ContentLink },
      },
    },
    async (request, reply) => rooms.links.make(request.body, server.signalOf(request, reply)),
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
