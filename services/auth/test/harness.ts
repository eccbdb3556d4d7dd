import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIENCE, type Audience, type EnrolRequest } from '@banyan/proto';
import {
  createAuditedChanges,
  createAuditLog,
  createClientAssertion,
  createDeviceKey,
  createDpopProof,
  silentLog,
  systemClock,
  type AuditedChanges,
  type Clock,
  type DeviceKey,
  type Store,
} from '@banyan/kit';
import { SignJWT, type JWTPayload } from 'jose';
import { createAuthService, type AuthConfig, type AuthService } from '../src/index.ts';

/** The system's clock, moved on by hand. */
export interface ShiftedClock extends Clock {
  shift(ms: number): void;
}

export function createShiftedClock(): ShiftedClock {
  let offset = 0;
  return { ...systemClock, now: () => Date.now() + offset, shift: (ms) => void (offset += ms) };
}

/** Changes as a service over this store makes them. */
export function changesOver(store: Store, clock: Clock): AuditedChanges {
  const audit = createAuditLog({ store, clock }, { service: 'auth' });
  return createAuditedChanges({ store, clock, log: silentLog(), audit });
}

export const PASSWORD = 'correct horse battery';

/** An answer as tests read it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

/** One auth service on a free port with its data in a folder of its own. */
export interface AuthUnderTest {
  /** The issuer: what proofs and assertions name. */
  readonly url: string;
  /** Where requests go; another address than the issuer's when one was configured. */
  readonly base: string;
  readonly service: AuthService;
  readonly clock: ShiftedClock;
  readonly dataDir: string;
  /** What it said to whoever runs it. */
  readonly announced: string[];
  /** The newest code of the first operator. */
  operatorCode(): string;
  get(path: string): Promise<Answer>;
  /** Stops it and starts it again on the same data and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startAuth(config: Partial<AuthConfig> = {}): Promise<AuthUnderTest> {
  const dataDir = config.dataDir ?? (await mkdtemp(join(tmpdir(), 'banyan-auth-')));
  const clock = createShiftedClock();
  const announced: string[] = [];
  const settings: AuthConfig = {
    host: 'localhost',
    port: 0,
    dataDir,
    networkName: 'Test network',
    enrolment: 'open',
    listUrls: ['http://localhost:1'],
    listPins: [],
    tls: 'none',
    tlsPins: [],
    behindProxy: false,
    keyRotationDays: 30,
    keyLeadSeconds: 900,
    enrolmentsPerHour: 300,
    ...config,
  };
  const make = (port: number): AuthService =>
    createAuthService(
      { log: silentLog(), clock, announce: (text) => void announced.push(text) },
      { ...settings, port },
    );
  let service = make(settings.port);
  try {
    await service.start();
  } catch (error) {
    await service.stop();
    if (config.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  const base = (): string => (config.issuer === undefined ? service.url : `http://localhost:${service.port}`);
  return {
    get base() {
      return base();
    },
    get url() {
      return service.url;
    },
    get service() {
      return service;
    },
    clock,
    dataDir,
    announced,
    operatorCode() {
      const code = /^ {4}([0-9A-Z]{5}(?:-[0-9A-Z]{5}){3})$/m.exec(announced.at(-1) ?? '')?.[1];
      if (code === undefined) throw new Error('no code was announced');
      return code;
    },
    get: async (path) => answerOf(await fetch(`${base()}${path}`)),
    async restart() {
      const { port } = service;
      await service.stop();
      service = make(port);
      await service.start();
    },
    async stop() {
      await service.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** A device as its owner's program would act. */
export interface TestDevice {
  readonly key: DeviceKey;
  enrol(request: Partial<EnrolRequest>): Promise<Answer>;
  /** The whole answer of the token endpoint. */
  tokenAnswer(form?: Record<string, string | undefined>): Promise<Answer>;
  /** @throws when there is none */
  token(audience?: Audience): Promise<string>;
  /** A call with a fresh token and proof. */
  call(method: string, path: string, body?: unknown, accessToken?: string): Promise<Answer>;
}

export function createDevice(auth: AuthUnderTest, key: DeviceKey = createDeviceKey()): TestDevice {
  const { clock } = auth;
  const device: TestDevice = {
    key,
    async enrol(request) {
      const url = `${auth.url}/v1/devices`;
      const body = { account: 'alice', deviceName: 'laptop', ...request };
      return answerOf(
        await fetch(`${auth.base}/v1/devices`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            dpop: await createDpopProof(key, { method: 'POST', url, clock }),
          },
          body: JSON.stringify(body),
        }),
      );
    },
    async tokenAnswer(form = {}) {
      const whole: Record<string, string | undefined> = {
        grant_type: 'client_credentials',
        client_id: key.deviceId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await createClientAssertion(key, { issuer: auth.url, clock }),
        resource: AUDIENCE.auth,
        ...form,
      };
      const given = Object.entries(whole).filter((pair): pair is [string, string] => pair[1] !== undefined);
      return answerOf(
        await fetch(`${auth.base}/oauth/token`, { method: 'POST', body: new URLSearchParams(given) }),
      );
    },
    async token(audience = AUDIENCE.auth) {
      const answer = await device.tokenAnswer({ resource: audience });
      if (answer.status !== 200) throw new Error(`no token: ${JSON.stringify(answer.body)}`);
      return answer.body.access_token as string;
    },
    async call(method, path, body, accessToken) {
      const url = `${auth.url}${path}`;
      const token = accessToken ?? (await device.token());
      return answerOf(
        await fetch(`${auth.base}${path}`, {
          method,
          headers: {
            authorization: `DPoP ${token}`,
            dpop: await createDpopProof(key, { method, url, accessToken: token, clock }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    },
  };
  return device;
}

/** Enrols a new account with one device in an open network. */
export async function enrolMember(auth: AuthUnderTest, account: string): Promise<TestDevice> {
  const device = createDevice(auth);
  const answer = await device.enrol({ account, password: PASSWORD, createAccount: true });
  if (answer.status !== 201) throw new Error(`not enrolled: ${JSON.stringify(answer.body)}`);
  return device;
}

/** The first operator, made as an administrator would make it, in any mode. */
export async function enrolOperator(auth: AuthUnderTest, account = 'operator'): Promise<TestDevice> {
  const device = createDevice(auth);
  const code = auth.operatorCode();
  await device.enrol({ account, password: PASSWORD, createAccount: true, invite: code });
  const answer = await device.call('POST', '/v1/operator/claim', { code });
  if (answer.status !== 200) throw new Error(`not claimed: ${JSON.stringify(answer.body)}`);
  return device;
}

/** A signed JWS with any header and payload, as an attacker would make it. */
export async function forge(
  key: DeviceKey,
  header: Record<string, unknown>,
  payload: JWTPayload,
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', ...header }).sign(key.privateKey);
}
