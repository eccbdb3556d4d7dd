/** The WebSocket `/api/v1/live`: who may open it, and what its sockets are told. */
import type { Server } from 'node:http';
import { BanyanError } from '@banyan/proto';
import { createLiveDoor, type Clock, type Log, type Metrics, type Startable } from '@banyan/kit';
import type { Guard } from './guard.ts';
import { createLiveSocket } from './live-socket.ts';
import type { Logins } from './logins.ts';
import type { Rooms } from './rooms.ts';

/** Tabs and programs of one person. */
const MAX_SOCKETS = 64;

export interface LiveComponents {
  readonly server: Server;
  readonly guard: Guard;
  readonly logins: Logins;
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Serves live views once started; `stop` tells every page that the daemon goes away. */
export function createLive(components: LiveComponents): Startable {
  const { server, guard, logins, rooms, clock, log, metrics } = components;
  const ends: (() => void)[] = [];
  const frames = metrics.counter({
    name: 'banyan_peer_live_bytes_total',
    help: 'Characters sent in live frames.',
  });
  const door = createLiveDoor(
    { server, clock, log },
    {
      path: '/api/v1/live',
      maxSockets: MAX_SOCKETS,
      admit: ({ headers }) => {
        const caller = guard.admitUpgrade({ method: 'GET', headers });
        return caller.kind === 'page' ? caller.session.id : undefined;
      },
      open: (socket) =>
        createLiveSocket({ socket, rooms, clock, log, onFrame: (bytes) => frames.inc(bytes) }),
    },
  );
  metrics.gauge({
    name: 'banyan_peer_live_sockets',
    help: 'Pages and programs connected to the live view.',
    collect: () => door.count,
  });

  return {
    name: door.name,
    async start(signal) {
      await door.start(signal);
      ends.push(
        rooms.onChange((topic, id) => {
          for (const { speaker } of door.speakers) speaker.changed(topic, id);
        }),
        logins.onEnded((session) => {
          for (const { who, speaker } of door.speakers)
            if (who === session) speaker.close(new BanyanError('login_required'));
        }),
      );
    },
    async stop() {
      for (const end of ends.splice(0)) end();
      await door.stop();
    },
  };
}
