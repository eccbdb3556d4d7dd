/** First run: a peer that is in no network yet is led into one from its page. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  AUDIENCE,
  BanyanError,
  displayText,
  isBanyanError,
  MAX_DISPLAY_NAME_BYTES,
  toBanyanError,
  type JoinRequest,
  type NetworkPreview,
  type Problem,
  type SetupView,
} from '@banyan/proto';
import { createIssuer, type Clock, type Identity, type Log } from '@banyan/kit';
import { createNetwork, resolveNetwork, type ResolvedNetwork } from '@banyan/sdk';
import type { SetupRoom } from '../local-api/rooms.ts';
import type { ChosenNetwork, Profile } from './profile.ts';

export interface SetupComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: Identity;
  readonly profile: Profile;
  /** Starts everything of a peer that is in that network; `signal` aborts when the process stops meanwhile. */
  readonly startJoined: (network: ChosenNetwork, signal: AbortSignal) => Promise<void>;
}

export interface Setup extends SetupRoom {
  /** Breaks off a join that is under way; resolves when nothing of it goes on. */
  stop(): Promise<void>;
}

export interface SetupInit {
  /** It was in a network when it started. */
  readonly isJoined: boolean;
  /** Default: the system's. */
  readonly homeDir?: string;
}

/** A network that does not answer by then is said to be unreachable: somebody waits before the page. */
const NETWORK_WAIT_MS = 15_000;
const START_AGAIN = 'This device is in the network now: put that right, then start Banyan again.';
/** Why there is nothing to join. */
const NOT_NOW: Readonly<Record<Exclude<SetupView['state'], 'needed'>, string>> = {
  joining: 'This Banyan is joining just now. Wait for it.',
  joined: 'This Banyan is in a network already.',
  failed: `This Banyan is in a network already, and could not start. ${START_AGAIN}`,
};
/** In the home folder, and often shared. Documents are not proposed: there are too many letters among them. */
const OFTEN_SHARED = ['Music', 'Videos', 'Movies', 'Pictures', 'Books', 'Public'];

export function createSetup(components: SetupComponents, init: SetupInit): Setup {
  const { clock, log, identity, profile } = components;
  const leave = new AbortController();
  let state: SetupView['state'] = init.isJoined ? 'joined' : 'needed';
  let problem: Problem | undefined;
  /** Settles, without an error, when no join is under way. */
  let joining: Promise<unknown> = Promise.resolve();

  const view = async (): Promise<SetupView> => ({
    state,
    ...(problem === undefined ? {} : { problem }),
    name: profile.name,
    downloadFolder: profile.downloadFolder,
    folders: state === 'joined' ? [] : await oftenShared(init.homeDir ?? homedir()),
  });

  async function wait(waitMs: number, signal: AbortSignal): Promise<SetupView> {
    const over = new AbortController();
    const late = clock.sleep(waitMs, AbortSignal.any([over.signal, signal])).catch(() => undefined);
    await Promise.race([joining, late]);
    over.abort();
    return view();
  }

  async function look(text: string): Promise<NetworkPreview> {
    const { issuer: url, pins, code } = networkOf(text);
    const issuer = createIssuer({ clock, log }, { url, pins });
    try {
      await soon((signal) => issuer.start(signal), url);
      const { banyan_network_name: name, banyan_enrolment: enrolment } = issuer.metadata;
      const { banyan_sign_in_endpoint: endpoint, banyan_sign_in_name: provider } = issuer.metadata;
      return {
        issuer: issuer.url,
        name: displayText(name, MAX_DISPLAY_NAME_BYTES),
        enrolment,
        invited: code !== undefined,
        signIn:
          endpoint === undefined
            ? null
            : displayText(provider ?? new URL(issuer.url).host, MAX_DISPLAY_NAME_BYTES),
        trust: pins.length > 0 ? 'pinned' : url.startsWith('https:') ? 'certificate' : 'loopback',
      };
    } finally {
      await issuer.stop();
    }
  }

  /** Makes this device a member, unless a sign-in is to do that; a device that is one already is welcome as it is. */
  async function enrol(request: JoinRequest, { issuer, pins, code }: ResolvedNetwork): Promise<void> {
    const { account, password, createAccount } = request;
    const network = createNetwork(
      { clock, log, identity },
      {
        issuer,
        pins,
        ...(account === undefined
          ? { awaitSignIn: true }
          : {
              enrolment: {
                account,
                deviceName: profile.name,
                ...(password === undefined ? {} : { password }),
                ...(code === undefined ? {} : { invite: code }),
                ...(createAccount === undefined ? {} : { createAccount }),
              },
            }),
      },
    );
    try {
      await soon(async (signal) => {
        await network.start(signal);
        // A network that was lost in the midst of it lets a device start that may be known: here that is not enough.
        if (account !== undefined) await network.tokens.token(AUDIENCE.supernode, signal);
      }, issuer);
    } finally {
      await network.stop();
    }
  }

  /** `work`, or that the network does not answer. */
  async function soon<T>(work: (signal: AbortSignal) => Promise<T>, url: string): Promise<T> {
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(), NETWORK_WAIT_MS);
    try {
      return await work(AbortSignal.any([late.signal, leave.signal]));
    } catch (error) {
      if (!late.signal.aborted) throw error;
      throw new BanyanError(
        'timeout',
        `${url} did not answer within ${NETWORK_WAIT_MS / 1000} s. Check the address and your connection.`,
        { cause: error },
      );
    } finally {
      timer.cancel();
    }
  }

  async function enter(request: JoinRequest): Promise<SetupView> {
    let chosen: ChosenNetwork;
    try {
      const network = networkOf(request.network);
      // What can be wrong here is found out before an invite is used up.
      const { name, downloadFolder = profile.downloadFolder } = request;
      await profile.change({ downloadFolder, ...(name === undefined ? {} : { name }) });
      await enrol(request, network);
      const { issuer, pins } = network;
      chosen = { issuer, ...(pins.length === 0 ? {} : { pins }) };
      await profile.join(chosen);
    } catch (error) {
      state = 'needed';
      throw error;
    }
    try {
      await components.startJoined(chosen, leave.signal);
    } catch (cause) {
      const { code, message } = toBanyanError(cause);
      if (!leave.signal.aborted)
        log.error({ err: cause }, 'joined a network, and could not start what a peer does in it');
      state = 'failed';
      problem = { code, message };
      throw new BanyanError(code, `${message} ${START_AGAIN}`, { cause });
    }
    state = 'joined';
    log.info({ account: request.account }, 'joined a network from the page');
    return view();
  }

  function join(request: JoinRequest): Promise<SetupView> {
    if (leave.signal.aborted) return Promise.reject(new BanyanError('shutting_down'));
    if (state !== 'needed') return Promise.reject(new BanyanError('conflict', NOT_NOW[state]));
    state = 'joining';
    const entering = enter(request);
    joining = entering.catch(() => undefined);
    return entering;
  }

  return {
    view,
    wait,
    look,
    join,
    async stop() {
      leave.abort();
      await joining;
    },
  };
}

/** @throws BanyanError `link_invalid` for what is neither an invite link nor a URL */
function networkOf(text: string): ResolvedNetwork {
  const trimmed = text.trim();
  try {
    return resolveNetwork(trimmed);
  } catch (cause) {
    if (isBanyanError(cause) && trimmed.startsWith('banyan-invite:'))
      throw new BanyanError(
        'link_invalid',
        'This invite link is damaged: part of it seems to be missing. Copy the whole of it again.',
        { cause },
      );
    throw new BanyanError(
      'link_invalid',
      'This is neither an invite link nor the address of a network. An invite link begins with banyan-invite: and an address with https://.',
      { cause },
    );
  }
}

async function oftenShared(home: string): Promise<string[]> {
  const paths = OFTEN_SHARED.map((name) => join(home, name));
  const there = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (info) => info.isDirectory(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => there[i]);
}
