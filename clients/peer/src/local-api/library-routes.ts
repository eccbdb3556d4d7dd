/** The calls of the library: shares and what they leave out, hashing, files, and links to them. */
import {
  ContentLink,
  ContentLinkRequest,
  ExclusionPreview,
  ExclusionQuestion,
  FilesResponse,
  HashPacePatch,
  HashPaceView,
  SharePatch,
  ShareRequest,
  ShareView,
} from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import type { onRequestHookHandler } from 'fastify';
import Type from 'typebox';
import type { Rooms } from './rooms.ts';
import { API_PREFIX, Id } from './route-parts.ts';

/** Files of one page of `GET /files`. */
const MAX_FILES = 1_000;

export interface LibraryRoutesInit {
  readonly server: HttpServer;
  readonly rooms: Pick<Rooms, 'shares' | 'files' | 'links'>;
  /** Admits page and programs. */
  readonly signedIn: { readonly onRequest: onRequestHookHandler };
}

export function addLibraryRoutes({ server, rooms, signedIn }: LibraryRoutesInit): void {
  const { app } = server;
  const at = (path: string): string => `${API_PREFIX}${path}`;

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
  app.patch(
    at('/shares/:id'),
    {
      ...signedIn,
      schema: { tags: ['library'], params: Id, body: SharePatch, response: { 200: ShareView } },
    },
    (request) => rooms.shares.change(request.params.id, request.body),
  );
  app.post(
    at('/shares/preview'),
    {
      ...signedIn,
      schema: {
        tags: ['library'],
        description: 'Counts what patterns would leave out of a folder.',
        body: ExclusionQuestion,
        response: { 200: ExclusionPreview },
      },
    },
    (request, reply) => rooms.shares.preview(request.body, server.signalOf(request, reply)),
  );
  app.patch(
    at('/hashing'),
    {
      ...signedIn,
      schema: {
        tags: ['library'],
        description: 'Pauses hashing, makes it gentle, or lets it run; kept over starts.',
        body: HashPacePatch,
        response: { 200: HashPaceView },
      },
    },
    (request) => rooms.shares.setPace(request.body),
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
}
