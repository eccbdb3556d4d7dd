/** The operator console's calls and live views as its page uses them. Bodies: `proto/src/api/console.ts` and those of auth and list. */
import type {
  AccountDetails,
  AccountInfo,
  BanImpact,
  BanListFormat,
  BanListRequest,
  BanListResponse,
  BansResponse,
  ConsoleAsOf,
  ConsoleAudit,
  ConsoleAuditCheck,
  ConsoleOrder,
  ConsoleRows,
  ConsoleSession,
  ConsoleSignIn,
  ConsoleTopic,
  DecisionRequest,
  DecisionResponse,
  HostAction,
  InviteRequest,
  InviteResponse,
  PlanResponse,
  Policy,
  PolicyHistoryResponse,
  PolicyRequest,
  PolicyResponse,
  ReportsResponse,
  ReportView,
  RevokeRequest,
  Role,
} from '@banyan/proto';
import type { BrowserClientInit } from './client.ts';
import { browserFetch, browserSocket, browserTimers, pageOrigin } from './environment.ts';
import { createLive, type LinkState, type View, type ViewInit, type ViewListener } from './live.ts';
import { createRest } from './rest.ts';

/** A window on rows of the console. */
export interface ConsoleFrame<T extends ConsoleTopic> extends ConsoleAsOf {
  readonly total: number;
  readonly first: number;
  readonly rows: readonly ConsoleRows[T][];
}

type ConsoleFrames = { readonly [T in ConsoleTopic]: ConsoleFrame<T> };

/** What a view is about, beside its topic. */
export interface ConsoleViewParams {
  readonly id?: string;
  readonly filter?: string;
  readonly order?: ConsoleOrder;
}

/** What the audit is asked for. */
export interface AuditAsked {
  readonly q: string;
  readonly service?: 'auth' | 'list';
  /** Unix ms. */
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
}

/** Calls throw BanyanError: the service's own, or `unreachable` when nothing answers. */
export interface ConsoleClient {
  readonly linkState: LinkState;
  onLinkState(listener: () => void): () => void;
  connect(): void;
  openView<T extends ConsoleTopic>(
    topic: T,
    init: ViewInit<ConsoleViewParams>,
    listener: ViewListener<ConsoleFrame<T>>,
  ): View;
  setHidden(hidden: boolean): void;
  close(): void;

  signIn(proof: ConsoleSignIn): Promise<ConsoleSession>;
  session(): Promise<ConsoleSession>;
  /** Proves once more who one is, before a grave act. */
  signInAfresh(password: string): Promise<ConsoleSession>;
  signOut(): Promise<void>;
  /** Signs out every browser of this account, this one too. */
  signOutAll(): Promise<void>;

  decide(deviceId: string, action: HostAction, request: DecisionRequest): Promise<DecisionResponse>;
  policy(): Promise<PolicyResponse>;
  setPolicy(request: PolicyRequest): Promise<PolicyResponse>;
  policyHistory(): Promise<PolicyHistoryResponse>;
  plan(policy: Policy): Promise<PlanResponse>;
  audit(asked: AuditAsked): Promise<ConsoleAudit>;
  /** Whether the chains of both audits are whole. */
  auditCheck(): Promise<ConsoleAuditCheck>;
  /** Where the browser fetches the same as a file. */
  auditFile(asked: AuditAsked, format: 'csv' | 'jsonl'): string;
  bans(after?: string): Promise<BansResponse>;
  banImpact(kind: RevokeRequest['kind'], id: string): Promise<BanImpact>;
  /** Where the browser fetches them all as a file. */
  bansFile(format: BanListFormat): string;
  /** What a list would do, line by line. */
  planBans(text: string): Promise<BanListResponse>;
  importBans(request: BanListRequest): Promise<BanListResponse>;
  /** What members reported, in the order of time. */
  reports(page: { readonly state?: ReportView['state']; readonly after?: string }): Promise<ReportsResponse>;
  /** Closes one, with words to who made it. */
  resolveReport(id: string, words: string): Promise<ReportView>;
  /** Bans or blocks; seconds 0 lifts. */
  revoke(request: RevokeRequest): Promise<void>;
  account(nameOrId: string): Promise<AccountDetails>;
  setRole(accountId: string, role: Role, reason: string): Promise<AccountInfo>;
  deleteAccount(accountId: string, name: string, reason: string): Promise<void>;
  invite(request: InviteRequest): Promise<InviteResponse>;
}

/** @throws TypeError without `baseUrl` outside a page */
export function createConsoleClient(init: BrowserClientInit = {}): ConsoleClient {
  const origin = init.baseUrl ?? pageOrigin();
  if (origin === undefined) throw new TypeError('baseUrl is needed outside a page');
  const rest = createRest({
    baseUrl: origin,
    fetch: init.fetch ?? browserFetch,
    paths: { base: '/v1', session: '/console/session' },
    away: 'unreachable',
  });
  const live = createLive<ConsoleFrames, ConsoleViewParams>({
    url: `${origin.replace(/^http/, 'ws')}/v1/console/live`,
    checkSession: () => rest.session(),
    WebSocket: () => init.WebSocket ?? browserSocket(),
    timers: init.timers ?? browserTimers,
    random: init.random ?? Math.random,
  });
  const seg = encodeURIComponent;
  const query = (params: Readonly<Record<string, string | number | undefined>>): string => {
    const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== '');
    return new URLSearchParams(
      given.map(([key, value]): [string, string] => [key, String(value)]),
    ).toString();
  };

  return {
    get linkState() {
      return live.state;
    },
    onLinkState: (listener) => live.onState(listener),
    connect: () => live.start(),
    openView: (topic, view, listener) => live.openView(topic, view, listener),
    setHidden(hidden) {
      live.pauseAll(hidden);
      if (!hidden && live.state === 'lost') live.start();
    },
    close: () => live.close(),

    async signIn(proof) {
      const session = await rest.login(proof);
      // The line that is there may stand on another account's session.
      live.drop();
      live.start();
      return session as ConsoleSession;
    },
    session: async () => (await rest.session()) as ConsoleSession,
    signInAfresh: async (password) =>
      (await rest.write('POST', '/console/session/fresh', { password })) as ConsoleSession,
    signOut: async () => {
      await rest.write('DELETE', '/console/session');
      live.drop();
    },
    signOutAll: async () => {
      await rest.write('DELETE', '/console/sessions');
      live.drop();
    },

    decide: async (deviceId, action, request) =>
      (await rest.write('POST', `/console/hosts/${seg(deviceId)}/${action}`, request)) as DecisionResponse,
    policy: async () => (await rest.get('/console/policy')) as PolicyResponse,
    setPolicy: async (request) => (await rest.write('PUT', '/console/policy', request)) as PolicyResponse,
    policyHistory: async () => (await rest.get('/console/policy/history')) as PolicyHistoryResponse,
    plan: async (policy) => (await rest.write('POST', '/console/policy/plan', { policy })) as PlanResponse,
    audit: async (asked) => (await rest.get(`/console/audit?${query({ ...asked })}`)) as ConsoleAudit,
    auditCheck: async () => (await rest.get('/console/audit/check')) as ConsoleAuditCheck,
    auditFile: ({ limit: _limit, ...asked }, format) =>
      `/v1/console/audit/export?${query({ ...asked, format })}`,
    bans: async (after) => (await rest.get(`/console/bans?${query({ after })}`)) as BansResponse,
    banImpact: async (kind, id) =>
      (await rest.get(`/console/bans/impact?${query({ kind, id })}`)) as BanImpact,
    bansFile: (format) => `/v1/operator/bans/export?${query({ format })}`,
    planBans: async (text) => (await rest.write('POST', '/operator/bans/plan', { text })) as BanListResponse,
    importBans: async (request) =>
      (await rest.write('POST', '/operator/bans/import', request)) as BanListResponse,
    reports: async (page) => (await rest.get(`/operator/reports?${query(page)}`)) as ReportsResponse,
    resolveReport: async (id, words) =>
      (await rest.write('POST', `/operator/reports/${seg(id)}/resolve`, { words })) as ReportView,
    revoke: async (request) => {
      await rest.write('POST', '/operator/revocations', request);
    },
    account: async (nameOrId) => (await rest.get(`/operator/accounts/${seg(nameOrId)}`)) as AccountDetails,
    setRole: async (id, role, reason) =>
      (await rest.write('PUT', `/operator/accounts/${seg(id)}/role`, { role, reason })) as AccountInfo,
    deleteAccount: async (id, account, reason) => {
      await rest.write('POST', `/operator/accounts/${seg(id)}/delete`, { account, reason });
    },
    invite: async (request) => (await rest.write('POST', '/invites', request)) as InviteResponse,
  };
}
