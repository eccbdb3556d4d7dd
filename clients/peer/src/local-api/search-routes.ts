/** The REST calls about searching, as `proto/src/api/local.ts` lists them. */
import type { IncomingHttpHeaders } from 'node:http';
import {
  ContentSources,
  HoldRequest,
  MAX_QUERY_CHARS,
  MAX_SUGGESTIONS,
  SavedSearchRequest,
  SavedSearchView,
  SearchRequest,
  SearchResult,
  SearchView,
  SuggestionsResponse,
  TextPreview,
} from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Rooms } from './rooms.ts';
import { API_PREFIX, Id } from './route-parts.ts';

/** `GET /searches/{id}?wait=` */
const MAX_WAIT_S = 30;
/** Suggestions when nobody says how many: what a page shows. */
const SUGGESTIONS = 8;

export interface SearchRoutesComponents {
  readonly server: HttpServer;
  readonly rooms: Rooms;
  /** Admits callers with a session or the token. */
  readonly signedIn: { readonly onRequest: (request: FastifyRequest) => Promise<void> };
  /** The step of a trace that a call belongs to. */
  readonly callerOf: (request: { readonly headers: IncomingHttpHeaders }) => string | undefined;
}

export function addSearchRoutes({ server, rooms, signedIn, callerOf }: SearchRoutesComponents): void {
  const { app } = server;
  const at = (path: string): string => `${API_PREFIX}${path}`;

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
  app.post(
    at('/searches/:id/deeper'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description: 'Asks again, so that supernodes which did not answer in time can; what is there stays.',
        params: Id,
        response: { 200: SearchView },
      },
    },
    async (request) => rooms.searches.deeper(request.params.id),
  );
  app.get(
    at('/contents/:content/sources'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description: 'Who has a content now, as the supernodes know.',
        params: Type.Object({ content: Type.String({ minLength: 1, maxLength: 128 }) }),
        response: { 200: ContentSources },
      },
    },
    (request, reply) => rooms.contents.sources(request.params.content, server.signalOf(request, reply)),
  );
  app.get(
    at('/contents/:content/text'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description: 'The beginning of a text file that is here, or arrives.',
        params: Type.Object({ content: Type.String({ minLength: 1, maxLength: 128 }) }),
        response: { 200: TextPreview },
      },
    },
    (request, reply) => rooms.contents.text(request.params.content, server.signalOf(request, reply)),
  );
  app.get(
    at('/saved-searches'),
    { ...signedIn, schema: { tags: ['search'], response: { 200: Type.Array(SavedSearchView) } } },
    async () => [...rooms.saved.list()],
  );
  app.post(
    at('/saved-searches'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description: 'Asks the network for this query from time to time, and notes what is new.',
        body: SavedSearchRequest,
        response: { 201: SavedSearchView },
      },
    },
    async (request, reply) => reply.code(201).send(await rooms.saved.add(request.body.query)),
  );
  app.post(
    at('/saved-searches/:id/seen'),
    {
      ...signedIn,
      schema: {
        tags: ['search'],
        description: 'Somebody has looked at what is new.',
        params: Id,
        response: { 200: SavedSearchView },
      },
    },
    (request) => rooms.saved.seen(request.params.id),
  );
  app.delete(
    at('/saved-searches/:id'),
    { ...signedIn, schema: { tags: ['search'], params: Id } },
    async (request, reply) => {
      await rooms.saved.remove(request.params.id);
      return reply.code(204).send();
    },
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
}
