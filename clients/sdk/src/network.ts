/**
 * A device's access to one network: the issuer and its keys, tokens, the list, enrolment. Supernodes and peers are
 * built on the same.
 */
import {
  AUDIENCE,
  BanyanError,
  isBanyanError,
  toBanyanError,
  type Audience,
  type DeviceInfo,
} from '@banyan/proto';
import {
  createIssuer,
  createServiceFetch,
  createTokenVerifier,
  type Clock,
  type Identity,
  type Issuer,
  type Log,
  type ServiceFetch,
  type Startable,
  type TokenVerifier,
} from '@banyan/kit';
import { createAuthClient, type AuthClient } from './auth-client.ts';
import { createListClient, type ListClient, type ListClientInit } from './list-client.ts';
import { createOperatorClient, type OperatorClient } from './operator-client.ts';
import { createStateFile, type StateFile } from './state-file.ts';
import { createTokenSource, type TokenSource } from './token-source.ts';

export interface NetworkComponents {
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: Identity;
}

/** How this device comes into the network when it is not in it yet. */
export interface EnrolmentInit {
  /** Account to enrol under. */
  readonly account: string;
  readonly password?: string;
  /** Code of an invite. */
  readonly invite?: string;
  /** Make the account when it does not exist. Default: with an invite whatever fits, else false. */
  readonly createAccount?: boolean;
  /** For people: "kitchen laptop". */
  readonly deviceName: string;
}

export interface NetworkInit {
  /** URL of the auth service. */
  readonly issuer: string;
  /** Pins of its TLS key, from an invite; default: those in `stateFile`, where they are kept. */
  readonly pins?: readonly string[];
  /** File that keeps what is known of the issuer over restarts. */
  readonly stateFile?: string;
  /** Follow the revocation feed of auth itself (supernodes); leaves hear it from their supernode. */
  readonly followRevocations?: boolean;
  readonly enrolment?: EnrolmentInit;
  /** Also start with a device that is not enrolled, where the network lets people sign in later; default false. */
  readonly awaitSignIn?: boolean;
}

export interface Network extends Startable {
  readonly issuer: Issuer;
  readonly auth: AuthClient;
  readonly tokens: TokenSource;
  readonly list: ListClient;
  /** For operators, and viewers. */
  readonly operator: OperatorClient;
  /** Verifies tokens that callers present to this device in one role. */
  verifier(audience: Audience): TokenVerifier;
  /** What enrolment answered, when this start or a sign-in enrolled the device. */
  readonly enrolled: DeviceInfo | undefined;
  /** What people call the provider with which they may sign in; undefined: the network has none. */
  readonly signInName: string | undefined;
  /**
   * Redeems a sign-in that this device began: it is enrolled from then on, with fresh tokens.
   *
   * @throws BanyanError `sign_in_pending`, `sign_in_refused`, `sign_in_expired`, `sign_in_unavailable`, `conflict` …
   */
  redeemSignIn(
    signIn: { readonly id: string; readonly code?: string },
    deviceName: string,
    signal?: AbortSignal,
  ): Promise<DeviceInfo>;
}

/**
 * Makes a device's access to a network. `start` reaches the issuer (or goes on with what was kept), and enrols the
 * device when auth does not know it yet.
 *
 * `start` throws BanyanError: `unreachable`, `wrong_service`, `key_mismatch` for a wrong URL, pin or certificate; `device_unknown`
 * without enrolment data; what enrolment answered: `name_taken`, `bad_credentials`, `invite_expired` …
 */
export function createNetwork(components: NetworkComponents, init: NetworkInit): Network {
  return new DeviceNetwork(components, init);
}

class DeviceNetwork implements Network {
  readonly name = 'network';
  readonly #c: NetworkComponents;
  readonly #init: NetworkInit;
  #issuer: Issuer | undefined;
  #auth: AuthClient | undefined;
  #list: ListClient | undefined;
  #operator: OperatorClient | undefined;
  #listFetch: ServiceFetch | undefined;
  #stateFile: StateFile | undefined;
  readonly tokens: TokenSource;
  enrolled: DeviceInfo | undefined;

  constructor(components: NetworkComponents, init: NetworkInit) {
    this.#c = components;
    this.#init = init;
    this.tokens = createTokenSource({
      clock: components.clock,
      log: components.log,
      requestToken: (audience, signal) => this.auth.requestToken(audience, signal),
    });
  }

  get issuer(): Issuer {
    if (this.#issuer === undefined)
      throw new BanyanError('internal', 'The network is used before it was started.');
    return this.#issuer;
  }

  get auth(): AuthClient {
    return (this.#auth ??= createAuthClient({
      issuer: this.issuer,
      deviceKey: this.#c.identity.deviceKey,
      token: (signal) => this.tokens.token(AUDIENCE.auth, signal),
      onTokenRefused: () => this.tokens.invalidate(AUDIENCE.auth),
    }));
  }

  get list(): ListClient {
    return (this.#list ??= createListClient(this.#listInit()));
  }

  get operator(): OperatorClient {
    return (this.#operator ??= createOperatorClient(this.#listInit()));
  }

  #listInit(): ListClientInit {
    return {
      urls: () => this.issuer.metadata.banyan_list_endpoints,
      fetch: this.#fetchList,
      deviceKey: this.#c.identity.deviceKey,
      token: (signal) => this.tokens.token(AUDIENCE.list, signal),
      onTokenRefused: () => this.tokens.invalidate(AUDIENCE.list),
    };
  }

  get signInName(): string | undefined {
    try {
      const { banyan_sign_in_endpoint: endpoint, banyan_sign_in_name: name, issuer } = this.issuer.metadata;
      return endpoint === undefined ? undefined : (name ?? new URL(issuer).host);
    } catch {
      // Nothing was heard of the network yet.
      return undefined;
    }
  }

  async redeemSignIn(
    signIn: { readonly id: string; readonly code?: string },
    deviceName: string,
    signal?: AbortSignal,
  ): Promise<DeviceInfo> {
    this.enrolled = await this.auth.enrol({ signIn, deviceName }, signal);
    const { account, deviceId } = this.enrolled;
    this.#c.log.info({ account, deviceId }, 'this device is enrolled by a sign-in');
    // Role and account may be others than in the tokens that are held.
    for (const audience of Object.values(AUDIENCE)) this.tokens.invalidate(audience);
    // Enrolled is enrolled: a token that cannot be had just now is fetched with the next need.
    await this.tokens.token(AUDIENCE.supernode, signal).catch(() => undefined);
    return this.enrolled;
  }

  verifier(audience: Audience): TokenVerifier {
    const { keys, revocations, url } = this.issuer;
    return createTokenVerifier({ keys, revocations, clock: this.#c.clock }, { issuer: url, audience });
  }

  async start(signal?: AbortSignal): Promise<void> {
    const { clock, log } = this.#c;
    const { enrolment } = this.#init;
    this.#stateFile ??=
      this.#init.stateFile === undefined
        ? undefined
        : createStateFile(this.#init.stateFile, log, 'what is known of the network');
    const stateFile = this.#stateFile;
    // A second try after a failed start begins anew, also with its connections.
    await this.#issuer?.stop();
    const issuer = createIssuer(
      { clock, log },
      {
        url: this.#init.issuer,
        ...(this.#init.pins === undefined ? {} : { pins: this.#init.pins }),
        ...(stateFile === undefined ? {} : { state: await stateFile.read() }),
        followRevocations: this.#init.followRevocations ?? false,
      },
    );
    this.#issuer = issuer;
    const save = (): void => {
      const state = issuer.snapshot();
      if (state !== undefined) stateFile?.save(state);
    };
    issuer.onChange(save);
    await issuer.start(signal);
    save();
    await this.#enrol(enrolment, signal);
  }

  async stop(): Promise<void> {
    await this.#issuer?.stop();
    await this.#listFetch?.close();
    await this.#stateFile?.flush();
  }

  async #enrol(enrolment: EnrolmentInit | undefined, signal?: AbortSignal): Promise<void> {
    try {
      await this.tokens.token(AUDIENCE.supernode, signal);
      return;
    } catch (error) {
      const e = toBanyanError(error);
      if (e.code !== 'device_unknown') {
        // An auth that is away for a moment must not keep a device that it knows from starting.
        if (e.retryable && e.code !== 'aborted' && this.issuer.snapshot() !== undefined) {
          this.#c.log.warn({ code: e.code }, `no token for now: ${e.message}`);
          return;
        }
        throw e;
      }
      if (enrolment === undefined) {
        if (this.#init.awaitSignIn === true && this.signInName !== undefined) return;
        throw e;
      }
    }
    this.enrolled = await this.#enrolWith(enrolment, signal);
    this.#c.log.info(
      { account: this.enrolled.account, deviceId: this.enrolled.deviceId },
      'this device is enrolled',
    );
    await this.tokens.token(AUDIENCE.supernode, signal);
  }

  async #enrolWith(enrolment: EnrolmentInit, signal?: AbortSignal): Promise<DeviceInfo> {
    const { account, password, invite, deviceName } = enrolment;
    const enrol = (createAccount: boolean): Promise<DeviceInfo> =>
      this.auth.enrol(
        {
          account,
          deviceName,
          createAccount,
          ...(password === undefined ? {} : { password }),
          ...(invite === undefined ? {} : { invite }),
        },
        signal,
      );
    if (enrolment.createAccount !== undefined || invite === undefined)
      return await enrol(enrolment.createAccount ?? false);
    // An invite is for a newcomer or for a further device of somebody; only auth knows which.
    try {
      return await enrol(true);
    } catch (taken) {
      if (!isBanyanError(taken) || taken.code !== 'name_taken') throw taken;
      try {
        return await enrol(false);
      } catch (error) {
        // Without a password "the name is taken" says more than "the password is wrong".
        throw password === undefined && isBanyanError(error) && error.code === 'bad_credentials'
          ? taken
          : error;
      }
    }
  }

  /** The lists' pins may change with the metadata: they are asked for at each connection. */
  get #fetchList(): ServiceFetch {
    return (this.#listFetch ??= createServiceFetch({
      pins: () => this.issuer.listPins,
      identity: this.#c.identity,
    }));
  }
}
