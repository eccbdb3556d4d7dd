/** The calls of the first run and of what its owner sets, as `proto/src/api/setup.ts` lists them. */
import {
  FolderListing,
  FolderQuestion,
  JoinRequest,
  NetworkPreview,
  NetworkQuestion,
  SettingsPatch,
  SettingsView,
  SetupView,
} from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import type { onRequestHookHandler } from 'fastify';
import Type from 'typebox';
import type { Rooms } from './rooms.ts';

/** Each asks a server elsewhere; a person tries a few links. */
const TRIES_PER_MINUTE = 30;
/** `GET /setup?wait=`: who waits longer asks again. */
const MAX_WAIT_S = 30;

export interface SetupRoutesInit {
  readonly server: HttpServer;
  readonly rooms: Pick<Rooms, 'setup' | 'settings' | 'folders'>;
  /** Admits page and programs. */
  readonly signedIn: { readonly onRequest: onRequestHookHandler };
  readonly prefix: string;
}

export function addSetupRoutes({ server, rooms, signedIn, prefix }: SetupRoutesInit): void {
  const { app } = server;
  const tags = ['setup'];
  const asking = { ...signedIn, config: { rateLimit: { max: TRIES_PER_MINUTE, timeWindow: 60_000 } } };
  app.get(
    `${prefix}/setup`,
    {
      ...signedIn,
      schema: {
        tags,
        querystring: Type.Object({
          wait: Type.Number({
            minimum: 0,
            maximum: MAX_WAIT_S,
            default: 0,
            description: 'Seconds to wait for a join that is under way to end.',
          }),
        }),
        response: { 200: SetupView },
      },
    },
    (request, reply) =>
      request.query.wait === 0
        ? rooms.setup.view()
        : rooms.setup.wait(request.query.wait * 1_000, server.signalOf(request, reply)),
  );
  app.post(
    `${prefix}/setup/network`,
    {
      ...asking,
      schema: {
        tags,
        description: 'Looks at a network before it is joined.',
        body: NetworkQuestion,
        response: { 200: NetworkPreview },
      },
    },
    (request) => rooms.setup.look(request.body.network),
  );
  app.post(
    `${prefix}/setup`,
    {
      ...asking,
      schema: {
        tags,
        description: 'Joins a network: enrols this device, then starts all that a peer does.',
        body: JoinRequest,
        response: { 200: SetupView },
      },
    },
    (request) => rooms.setup.join(request.body),
  );
  app.get(
    `${prefix}/settings`,
    { ...signedIn, schema: { tags, response: { 200: SettingsView } } },
    async () => rooms.settings.view(),
  );
  app.patch(
    `${prefix}/settings`,
    {
      ...signedIn,
      schema: {
        tags,
        description:
          'Changes name or download folder, at once and for later starts. A download folder that is shared is shared where it goes.',
        body: SettingsPatch,
        response: { 200: SettingsView },
      },
    },
    (request) => rooms.settings.change(request.body),
  );
  app.post(
    `${prefix}/folders`,
    {
      ...signedIn,
      schema: {
        tags,
        description: 'Tells which folders there are in a folder of this machine, for whoever chooses one.',
        body: FolderQuestion,
        response: { 200: FolderListing },
      },
    },
    (request, reply) => rooms.folders.list(request.body.path, server.signalOf(request, reply)),
  );
}
