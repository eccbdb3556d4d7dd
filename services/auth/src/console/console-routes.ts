/** What the console's page reads and does: the list's part is passed on, audits and bans are put together here. */
import { Readable } from 'node:stream';
import {
  BanImpact,
  BansResponse,
  ConsoleAudit,
  ConsoleAuditCheck,
  DecisionRequest,
  DecisionResponse,
  DeviceParams,
  HOST_ACTIONS,
  HostView,
  oneOf,
  PlanRequest,
  PlanResponse,
  PolicyHistoryResponse,
  PolicyRequest,
  PolicyResponse,
  toBanyanError,
  type AuditResponse,
} from '@banyan/proto';
import { checkAudit, type AuditLog, type Clock, type HttpServer } from '@banyan/kit';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Accounts } from '../accounts.ts';
import type { Bans } from '../bans.ts';
import { createPeople } from '../people.ts';
import type { AccountRecord } from '../records.ts';
import { createFinder } from '../routes/find-account.ts';
import { callOf, type Admission, type ConsoleCaller, type ConsoleRule } from './admission.ts';
import { auditLine, entriesInOrder, newestEntries, type AuditSource } from './audit-view.ts';
import { banImpact, bansPage } from './ban-views.ts';
import type { ListDesk } from './list-desk.ts';

export interface ConsoleRoutesComponents {
  readonly server: HttpServer;
  readonly admission: Admission;
  readonly desk: ListDesk;
  readonly accounts: Accounts;
  readonly bans: Bans;
  readonly audit: AuditLog;
  readonly clock: Pick<Clock, 'now'>;
}

const TAGS = ['console'];
const ActionParams = Type.Object({
  ...DeviceParams.properties,
  action: oneOf(HOST_ACTIONS),
});
const Time = Type.Integer({ minimum: 0, maximum: 1e14, description: 'Unix ms' });
const AuditFilter = {
  q: Type.String({ maxLength: 200, default: '' }),
  service: Type.Optional(Type.Union([Type.Literal('auth'), Type.Literal('list')])),
  since: Type.Optional(Time),
  until: Type.Optional(Time),
};
const AuditQuery = Type.Object({
  ...AuditFilter,
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
});
const ExportQuery = Type.Object({
  ...AuditFilter,
  format: Type.Union([Type.Literal('csv'), Type.Literal('jsonl')]),
});
const BansQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});
const ImpactQuery = Type.Object({
  kind: Type.Union([Type.Literal('account'), Type.Literal('device'), Type.Literal('content')]),
  id: Type.String({ minLength: 1, maxLength: 128 }),
});

export function addConsoleRoutes(components: ConsoleRoutesComponents): void {
  const { admission, desk, accounts, bans, audit, clock } = components;
  const { app } = components.server;
  const callers = new WeakMap<FastifyRequest, ConsoleCaller>();
  const may = (rule: ConsoleRule) => async (request: FastifyRequest) => {
    callers.set(request, await admission.admit(callOf(request), rule));
  };
  const look = may({ scope: 'console' });
  const act = may({ scope: 'operator' });
  const actGravely = may({ scope: 'operator', isGrave: true });
  const callerOf = (request: FastifyRequest): ConsoleCaller => {
    const caller = callers.get(request);
    // A route that forgot its hook must fail, never act for nobody.
    if (caller === undefined) throw toBanyanError(undefined, 'internal');
    return caller;
  };
  const listFor = (request: FastifyRequest) => desk.client(callerOf(request).account);

  app.get(
    '/v1/console/hosts/:deviceId',
    {
      onRequest: look,
      schema: { summary: 'One host', tags: TAGS, params: DeviceParams, response: { 200: HostView } },
    },
    async (request) => listFor(request).host(request.params.deviceId),
  );

  app.post(
    '/v1/console/hosts/:deviceId/:action',
    {
      onRequest: act,
      schema: {
        summary: 'Decide about a host, or say what that would do',
        tags: TAGS,
        params: ActionParams,
        body: DecisionRequest,
        response: { 200: DecisionResponse },
      },
    },
    async (request) => {
      // What only says what would happen may be asked at any time.
      if (request.body.dryRun !== true) admission.assertFresh(callerOf(request));
      const { deviceId, action } = request.params;
      const answer = await listFor(request).decide(deviceId, action, request.body);
      desk.changed();
      return answer;
    },
  );

  app.get(
    '/v1/console/policy',
    {
      onRequest: look,
      schema: { summary: 'The policy that holds', tags: TAGS, response: { 200: PolicyResponse } },
    },
    async (request) => listFor(request).policy(),
  );

  app.put(
    '/v1/console/policy',
    {
      onRequest: actGravely,
      schema: {
        summary: 'Set the policy',
        tags: TAGS,
        body: PolicyRequest,
        response: { 200: PolicyResponse },
      },
    },
    async (request) => {
      const answer = await listFor(request).setPolicy(request.body);
      desk.changed();
      return answer;
    },
  );

  app.get(
    '/v1/console/policy/history',
    {
      onRequest: look,
      schema: { summary: 'Every policy that held', tags: TAGS, response: { 200: PolicyHistoryResponse } },
    },
    async (request) => listFor(request).policyHistory(),
  );

  app.post(
    '/v1/console/policy/plan',
    {
      onRequest: look,
      schema: {
        summary: 'What a policy would do now; nothing is set',
        tags: TAGS,
        body: PlanRequest,
        response: { 200: PlanResponse },
      },
    },
    async (request) => listFor(request).plan(request.body.policy),
  );

  const authAudit: AuditSource = async (after, limit) => {
    const page = await audit.page({ after, limit });
    const people = createPeople(accounts);
    return { ...page, entries: await Promise.all(page.entries.map((entry) => people.named(entry))) };
  };
  const sourcesFor = (account: AccountRecord, service: 'auth' | 'list' | undefined): AuditSource[] => [
    ...(service === 'list' ? [] : [authAudit]),
    ...(service === 'auth' || !desk.isConfigured
      ? []
      : [
          (after: string, limit: number): Promise<AuditResponse> =>
            desk.client(account).audit({ after, limit }),
        ]),
  ];
  const timesOf = (query: { readonly since?: number; readonly until?: number }) => ({
    since: query.since ?? 0,
    // What is written while one asks is in it.
    until: query.until ?? clock.now() + 60_000,
  });

  app.get(
    '/v1/console/audit',
    {
      onRequest: look,
      schema: {
        summary: 'Decisions of auth and list together, newest first',
        tags: TAGS,
        querystring: AuditQuery,
        response: { 200: ConsoleAudit },
      },
    },
    async (request) => {
      const { q, service, limit, ...times } = request.query;
      const { account } = callerOf(request);
      const query = { words: q, ...timesOf(times) };
      try {
        return { ...(await newestEntries(sourcesFor(account, service), query, limit)), problem: null };
      } catch (error) {
        if (service === 'auth' || !desk.isConfigured) throw error;
        // Half of it is better than none, and is said to be half.
        const half = await newestEntries(sourcesFor(account, 'auth'), query, limit);
        return { ...half, isComplete: false, problem: toBanyanError(error, 'unreachable').message };
      }
    },
  );

  // Each reads and hashes a whole audit: whoever asks meanwhile gets the same.
  let checking: Promise<ConsoleAuditCheck> | undefined;
  const checkBoth = async (account: AccountRecord): Promise<ConsoleAuditCheck> => {
    const own = await checkAudit('auth', (page) => audit.page(page));
    if (!desk.isConfigured) return { checks: [own], problem: null };
    try {
      const list = desk.client(account);
      return { checks: [own, await checkAudit('list', (page) => list.audit(page))], problem: null };
    } catch (error) {
      return { checks: [own], problem: toBanyanError(error, 'unreachable').message };
    }
  };
  app.get(
    '/v1/console/audit/check',
    {
      onRequest: look,
      schema: {
        summary: 'Whether the chains of both audits are whole',
        tags: TAGS,
        response: { 200: ConsoleAuditCheck },
      },
    },
    async (request) => {
      checking ??= checkBoth(callerOf(request).account).finally(() => (checking = undefined));
      return checking;
    },
  );

  app.get(
    '/v1/console/audit/export',
    {
      onRequest: look,
      schema: { summary: 'The same as a file, the oldest first', tags: TAGS, querystring: ExportQuery },
    },
    async (request, reply) => {
      const { q, service, format, ...times } = request.query;
      const { account } = callerOf(request);
      const query = { words: q, ...timesOf(times) };
      async function* lines(): AsyncGenerator<string> {
        if (format === 'csv') yield auditLine();
        for await (const entry of entriesInOrder(sourcesFor(account, service), query))
          yield format === 'csv' ? auditLine(entry) : `${JSON.stringify(entry)}\n`;
      }
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
        .header('content-disposition', `attachment; filename="banyan-audit.${format}"`)
        .send(Readable.from(lines()));
    },
  );

  app.get(
    '/v1/console/bans',
    {
      onRequest: act,
      schema: {
        summary: 'Bans and blocks that hold',
        tags: TAGS,
        querystring: BansQuery,
        response: { 200: BansResponse },
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      return bansPage({ bans, accounts }, { limit, ...(after === undefined ? {} : { after }) });
    },
  );

  const find = createFinder(accounts);
  app.get(
    '/v1/console/bans/impact',
    {
      onRequest: act,
      schema: {
        summary: 'Whom a ban would reach; nobody is banned',
        tags: TAGS,
        querystring: ImpactQuery,
        response: { 200: BanImpact },
      },
    },
    async (request) => {
      const { account } = callerOf(request);
      const snapshot = await desk.snapshot(account);
      return banImpact({ bans, accounts, find }, snapshot, { ...request.query, self: account.accountId });
    },
  );
}
