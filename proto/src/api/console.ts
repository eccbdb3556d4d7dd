/**
 * REST bodies and live views of the operator console, all at the auth service (spec/console.md). The console's page is at
 * `/console/`; its calls carry the session cookie, and writes the CSRF header, instead of token and proof.
 *
 * | call | path | who |
 * |---|---|---|
 * | make a sign-in link | POST /v1/console/links → LoginLinkResponse | token + DPoP, role viewer or operator |
 * | sign in | POST /v1/console/session ← ConsoleSignIn → ConsoleSession | password, or the code of a link |
 * | sign in with the organisation’s provider | GET /sign-in/console, in the browser | people of the provider |
 * | who is signed in | GET /v1/console/session → ConsoleSession, or 401 login_required | session |
 * | sign in afresh | POST /v1/console/session/fresh ← ConsoleFresh → ConsoleSession | session |
 * | sign out | DELETE /v1/console/session → 204 | session |
 * | sign all browsers of the own account out | DELETE /v1/console/sessions → 204 | session, or token + DPoP |
 * | one host | GET /v1/console/hosts/{deviceId} → HostView | session |
 * | decide about a host | POST /v1/console/hosts/{deviceId}/{HostAction} ← DecisionRequest → DecisionResponse | operator; fresh unless it is a dry run |
 * | policy | GET /v1/console/policy, PUT ← PolicyRequest | session; operator, fresh |
 * | every policy that held | GET /v1/console/policy/history | session |
 * | what a policy would do now | POST /v1/console/policy/plan ← PlanRequest → PlanResponse | session |
 * | both audits, newest first | GET /v1/console/audit?… → ConsoleAudit | session |
 * | the same as a file | GET /v1/console/audit/export?format=csv or jsonl | session |
 * | whether their chains are whole | GET /v1/console/audit/check → ConsoleAuditCheck | session |
 * | bans that hold | GET /v1/console/bans → BansResponse | operator |
 * | whom a ban would reach | GET /v1/console/bans/impact?kind=&id= → BanImpact | operator |
 * | live views | WebSocket /v1/console/live | session |
 *
 * The operators' calls of auth.ts and account.ts (`/v1/operator/…`, `POST /v1/invites`) take an operator's session as well; those
 * that change something want it fresh.
 */
import Type, { type Static } from 'typebox';
import { AuditCheck, AuditEntry } from './audit.ts';
import { Role } from './auth.ts';
import { Evidence } from './evidence.ts';
import { CRITERIA, HostRoleName, HostView, Policy } from './promotion.ts';
import { oneOf } from './one-of.ts';

/** A grave act wants that its operator signed in no longer ago than this. */
export const CONSOLE_FRESH_MS = 5 * 60_000;

/** By name and password, or by the one-time code of a link. */
export const ConsoleSignIn = Type.Union([
  Type.Object(
    {
      account: Type.String({ minLength: 1, maxLength: 64 }),
      password: Type.String({ minLength: 1, maxLength: 1024 }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      code: Type.String({ minLength: 1, maxLength: 128 }),
      accountId: Type.Optional(
        Type.String({ maxLength: 64, description: 'the code is used only when it is of this account' }),
      ),
    },
    { additionalProperties: false },
  ),
]);
export type ConsoleSignIn = Static<typeof ConsoleSignIn>;

export const ConsoleFresh = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: 1024 }) },
  { additionalProperties: false },
);
export type ConsoleFresh = Static<typeof ConsoleFresh>;

/** Who is signed in, and what the page needs to call. */
export const ConsoleSession = Type.Object({
  instance: Type.String({
    description: 'id of this network’s console; part of cookie and CSRF header names',
  }),
  csrfHeader: Type.String(),
  csrfToken: Type.String(),
  accountId: Type.String(),
  account: Type.String(),
  role: Role,
  hasPassword: Type.Boolean(),
  freshUntil: Type.Integer({ description: 'Unix ms until when grave acts are allowed' }),
  expiresAt: Type.Integer({ description: 'Unix ms' }),
  network: Type.String({ description: 'its name for people' }),
  hasList: Type.Boolean({ description: 'false: auth was given no supernode list' }),
  signInName: Type.Optional(
    Type.String({ description: 'of the organisation’s provider, where there is one' }),
  ),
});
export type ConsoleSession = Static<typeof ConsoleSession>;

/** POST /v1/console/policy/plan, and POST /v1/operator/policy/plan of the list. */
export const PlanRequest = Type.Object({ policy: Policy }, { additionalProperties: false });
export type PlanRequest = Static<typeof PlanRequest>;

/** Entries, newest first. */
export const ConsoleAudit = Type.Object({
  entries: Type.Array(AuditEntry),
  /** Unix ms from which on everything was looked through; later than asked for when there was too much. */
  from: Type.Integer(),
  isComplete: Type.Boolean({ description: 'false: there is more in that time' }),
  /** The list did not answer: only what auth knows is here. */
  problem: Type.Union([Type.String(), Type.Null()]),
});
export type ConsoleAudit = Static<typeof ConsoleAudit>;

/** The chains of both audits. */
export const ConsoleAuditCheck = Type.Object({
  checks: Type.Array(AuditCheck),
  /** The list did not answer: only auth's is here. */
  problem: Type.Union([Type.String(), Type.Null()]),
});
export type ConsoleAuditCheck = Static<typeof ConsoleAuditCheck>;

export const BanSubject = Type.Union([
  Type.Literal('account'),
  Type.Literal('device'),
  Type.Literal('content'),
]);
export type BanSubject = Static<typeof BanSubject>;

/** A ban or block that holds, with who and whom by their names of now. */
export const ConsoleBan = Type.Object({
  kind: BanSubject,
  id: Type.String(),
  name: Type.String({ description: 'of account or device; empty when it is gone, and for content' }),
  until: Type.Union([Type.Integer({ description: 'Unix seconds' }), Type.Null()]),
  reason: Type.String(),
  evidence: Type.Optional(Evidence),
  by: Type.String({ description: 'name of the operator' }),
  at: Type.Integer({ description: 'Unix ms' }),
});
export type ConsoleBan = Static<typeof ConsoleBan>;

export const BansResponse = Type.Object({
  bans: Type.Array(ConsoleBan),
  next: Type.Optional(Type.String()),
});
export type BansResponse = Static<typeof BansResponse>;

/** Whom a ban would reach. */
export const BanImpact = Type.Object({
  kind: BanSubject,
  id: Type.String({ description: 'as it will be banned' }),
  account: Type.Union([Type.String(), Type.Null()]),
  devices: Type.Array(Type.Object({ deviceId: Type.String(), name: Type.String() })),
  /** Supernodes among these devices, and the leaves that would have to move. */
  supernodes: Type.Array(
    Type.Object({ deviceId: Type.String(), name: Type.String(), leaves: Type.Integer() }),
  ),
  areHostsKnown: Type.Boolean({
    description: 'false: the list does not answer, so there may be more supernodes among these devices',
  }),
  isSelf: Type.Boolean({ description: 'the account of who asks: it is refused' }),
  isBanned: Type.Boolean(),
});
export type BanImpact = Static<typeof BanImpact>;

/** How a supernode is, in one word. */
export const HOST_STATES = ['serving', 'starting', 'draining', 'faulty', 'silent'] as const;
export type HostState = (typeof HOST_STATES)[number];

/** What the console shows of a supernode or volunteer in a list. */
export const HostRow = Type.Object({
  ...Type.Pick(HostView, [
    'deviceId',
    'name',
    'account',
    'kind',
    'region',
    'handedOut',
    'cordoned',
    'fault',
    'offered',
    'reportedAt',
    'child',
    'leaves',
    'capacity',
    'fit',
    'score',
    'load',
  ]).properties,
  role: HostRoleName,
  state: oneOf(HOST_STATES, { description: 'of a supernode' }),
  since: Type.Integer({ description: 'Unix ms' }),
  failing: Type.Array(oneOf(CRITERIA)),
  criteria: Type.Integer({ description: 'how many there are' }),
});
export type HostRow = Static<typeof HostRow>;

/** All of one host. */
export interface HostDetails extends HostView {
  readonly state: HostState;
  /** null: it says nothing of them. */
  readonly answers: AnswerFigures | null;
  /** Unix ms at which a fit volunteer has been fit for the policy's stabilisation period; null: it is not fit, or the policy is not known. */
  readonly stableAt: number | null;
}

/** How searches were answered within the last minute. */
export interface AnswerFigures {
  readonly searches: number;
  /** Of these, with a hit. */
  readonly found: number;
  /** By when 95 of 100 searches that found something had their first hit, `isMore`: later; null: none found anything. */
  readonly firstHitP95: { readonly ms: number; readonly isMore: boolean } | null;
}

/** A supernode on the map. */
export interface MapNode {
  readonly deviceId: string;
  readonly name: string;
  readonly state: HostState;
  readonly leaves: number;
  readonly capacity: number;
}

/** What may be wrong with a network; the page has the words, and what to do. */
export const ALERT_CODES = [
  'list_missing',
  'list_away',
  'no_supernode',
  'one_supernode',
  'full',
  'faulty',
  'silent',
  'slow',
  'stuck_promotion',
  'stuck_drain',
  'refusing',
  'slow_hits',
  'few_hits',
] as const;
export type AlertCode = (typeof ALERT_CODES)[number];

export interface Alert {
  readonly code: AlertCode;
  readonly isGrave: boolean;
  /** Which host; absent: the network. */
  readonly deviceId?: string;
  readonly name?: string;
  /** Particulars in words of the service, or figures for the page's sentence; `others`: so many more hosts have the same. */
  readonly detail?: string;
  readonly figures?: Readonly<Record<string, number>>;
}

/** The network at a glance. */
export interface NetworkGlance {
  /** Unix ms of what the list said. */
  readonly at: number;
  readonly leaves: number;
  /** Leaves that those have room for who are handed out. */
  readonly capacity: number;
  readonly records: number;
  readonly supernodes: number;
  readonly draining: number;
  readonly starting: number;
  readonly volunteers: number;
  readonly fit: number;
  readonly mode: 'manual' | 'auto' | null;
  /** Per second, over all supernodes that say so; null: none does. */
  readonly rates: {
    readonly searches: number;
    readonly hits: number;
    readonly refused: number;
    readonly bytes: number;
  } | null;
  /** Of all supernodes that say so; null: none does. */
  readonly answers: AnswerFigures | null;
  /** The gravest first. */
  readonly alerts: readonly Alert[];
}

/** What `view.rows` of the console says beside its rows (of what the list knows): how old they are, and why. */
export interface ConsoleAsOf {
  /** Unix ms of what the list said; 0: it has not said anything yet, and no rows does not mean that there are none. */
  readonly at: number;
  /** Why it is not newer; null: it is. */
  readonly problem: Alert | null;
}

/** A map: beyond `MAX_MAP_NODES`, which a page can hold as one cell each, only the largest are on it. */
export interface NetworkMap {
  readonly total: number;
  readonly nodes: readonly MapNode[];
}
export const MAX_MAP_NODES = 1_000;

/** Accounts beyond these are not listed, but opened by their name. */
export const MAX_LISTED_ACCOUNTS = 100_000;

/** An account in the list, for operators alone. */
export interface AccountRow {
  readonly accountId: string;
  readonly account: string;
  readonly role: Role;
  readonly devices: number;
  /** Unix ms. */
  readonly createdAt: number;
}

export const CONSOLE_TOPICS = [
  'glance',
  'map',
  'supernodes',
  'candidates',
  'host',
  'accounts',
  'reports',
] as const;
export type ConsoleTopic = (typeof CONSOLE_TOPICS)[number];

/** Rows by topic. */
export interface ConsoleRows {
  readonly glance: NetworkGlance;
  readonly map: NetworkMap;
  readonly supernodes: HostRow;
  readonly candidates: HostRow;
  readonly host: HostDetails;
  readonly accounts: AccountRow;
  /** How many reports nobody has resolved yet. */
  readonly reports: { readonly open: number };
}

/** By what lists of hosts are ordered; the greatest figures first, names alphabetically. */
export const HOST_ORDERS = ['state', 'name', 'leaves', 'load', 'score'] as const;
export type HostOrder = (typeof HOST_ORDERS)[number];
/** The same of accounts. */
export const ACCOUNT_ORDERS = ['name', 'newest', 'devices'] as const;
export type AccountOrder = (typeof ACCOUNT_ORDERS)[number];
/** Of a view; one that its topic does not have is its first. */
export type ConsoleOrder = HostOrder | AccountOrder;
const CONSOLE_ORDERS: readonly ConsoleOrder[] = [...new Set([...HOST_ORDERS, ...ACCOUNT_ORDERS])];

/** Rows of one window. */
export const MAX_CONSOLE_ROWS = 200;
/** Views of one page. */
export const MAX_CONSOLE_VIEWS = 8;

const View = Type.Integer({ minimum: 1 });
const Window = {
  first: Type.Integer({ minimum: 0 }),
  count: Type.Integer({ minimum: 0, maximum: MAX_CONSOLE_ROWS }),
};
/** Page → console. As with the peer's live views (local.ts); params by topic. */
export const ConsoleCommand = Type.Union([
  Type.Object(
    {
      type: Type.Literal('view.open'),
      view: View,
      topic: oneOf(CONSOLE_TOPICS),
      params: Type.Optional(
        Type.Object(
          {
            id: Type.Optional(Type.String({ maxLength: 64 })),
            filter: Type.Optional(Type.String({ maxLength: 100 })),
            order: Type.Optional(
              Type.Union(
                CONSOLE_ORDERS.map((order) => Type.Literal(order)) as unknown as [
                  Type.TLiteral<ConsoleOrder>,
                ],
              ),
            ),
          },
          { additionalProperties: false },
        ),
      ),
      ...Window,
    },
    { additionalProperties: false },
  ),
  Type.Object({ type: Type.Literal('view.range'), view: View, ...Window }, { additionalProperties: false }),
  Type.Object(
    { type: Type.Literal('view.pause'), view: View, paused: Type.Boolean() },
    { additionalProperties: false },
  ),
  Type.Object({ type: Type.Literal('view.close'), view: View }, { additionalProperties: false }),
]);
export type ConsoleCommand = Static<typeof ConsoleCommand>;
