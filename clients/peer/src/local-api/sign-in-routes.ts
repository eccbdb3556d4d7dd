/** The calls by which this device is signed in to its network. */
import type { onRequestHookHandler } from 'fastify';
import { SignInAnswer, SignInBegin, SignInStep, SignInView } from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import type { Rooms } from './rooms.ts';

/** A person begins a few; each of them costs auth two records. */
const BEGUN_PER_MINUTE = 20;

export interface SignInRoutesInit {
  readonly server: HttpServer;
  /** Admits page and programs. */
  readonly signedIn: { readonly onRequest: onRequestHookHandler };
  readonly rooms: Pick<Rooms, 'signIn'>;
  readonly prefix: string;
  /** `http://localhost:PORT` */
  readonly origin: () => string;
}

export function addSignInRoutes({ server, signedIn, rooms, prefix, origin }: SignInRoutesInit): void {
  const { app } = server;
  const tags = ['network'];
  app.get(`${prefix}/sign-in`, { ...signedIn, schema: { tags, response: { 200: SignInView } } }, async () =>
    rooms.signIn.view(),
  );
  app.post(
    `${prefix}/sign-in`,
    {
      ...signedIn,
      config: { rateLimit: { max: BEGUN_PER_MINUTE, timeWindow: 60_000 } },
      schema: {
        tags,
        description: 'Begins a sign-in with the provider of the network.',
        body: SignInBegin,
        response: { 200: SignInStep },
      },
    },
    (request) => (request.body.here ? rooms.signIn.begin(`${origin()}/`) : rooms.signIn.begin()),
  );
  app.post(
    `${prefix}/sign-in/finish`,
    {
      ...signedIn,
      schema: {
        tags,
        description: 'Ends it, with what the browser came back with.',
        body: SignInAnswer,
        response: { 200: SignInView },
      },
    },
    (request) => rooms.signIn.finish(request.body),
  );
}
