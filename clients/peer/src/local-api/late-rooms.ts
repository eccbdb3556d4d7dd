/** Rooms of a peer that may be in no network yet: all but the first run's answer `not_joined` until they come. */
import { BanyanError } from '@banyan/proto';
import type { ChangeListener, FoldersRoom, Rooms, SettingsRoom, SetupRoom } from './rooms.ts';

export interface LateRooms extends Rooms {
  /** The others are there from now on. */
  attach(rooms: JoinedRooms): void;
}

/** What there is only in a network. */
export type JoinedRooms = Omit<Rooms, 'setup' | 'settings' | 'folders'>;

export function createLateRooms(first: {
  readonly setup: SetupRoom;
  readonly settings: SettingsRoom;
  readonly folders: FoldersRoom;
}): LateRooms {
  const listeners = new Set<ChangeListener>();
  let joined: JoinedRooms | undefined;
  const there = (): JoinedRooms => {
    if (joined === undefined) throw new BanyanError('not_joined');
    return joined;
  };
  return {
    ...first,
    attach(rooms) {
      joined = rooms;
      rooms.onChange((topic, id) => {
        for (const listener of listeners) listener(topic, id);
      });
    },
    get status() {
      return there().status;
    },
    get signIn() {
      return there().signIn;
    },
    get supernodes() {
      return there().supernodes;
    },
    get shares() {
      return there().shares;
    },
    get contents() {
      return there().contents;
    },
    get saved() {
      return there().saved;
    },
    get files() {
      return there().files;
    },
    get searches() {
      return there().searches;
    },
    get suggestions() {
      return there().suggestions;
    },
    get downloads() {
      return there().downloads;
    },
    get links() {
      return there().links;
    },
    get streams() {
      return there().streams;
    },
    get uploads() {
      return there().uploads;
    },
    get fetched() {
      return there().fetched;
    },
    get testReach() {
      return there().testReach;
    },
    get limits() {
      return there().limits;
    },
    get volunteer() {
      return there().volunteer;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
