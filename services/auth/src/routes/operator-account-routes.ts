import Type from 'typebox';
import {
  AccountDetails,
  AccountExport,
  AccountInfo,
  AuditResponse,
  BanyanError,
  DeleteByOperatorRequest,
  DeviceParams,
  ReasonRequest,
  RemoveDeviceRequest,
  ReportsResponse,
  ReportView,
  ResetLinkRequest,
  ResetLinkResponse,
  ResolveRequest,
} from '@banyan/proto';
import type { AuditLog, HttpServer } from '@banyan/kit';
import type { AccountExports } from '../account-export.ts';
import type { AccountLife } from '../account-life.ts';
import type { Accounts } from '../accounts.ts';
import { MAX_AUDIT_PAGE, MAX_REPORTS_PAGE } from '../constants.ts';
import { byOperator, entryOf } from '../decision.ts';
import type { LastSeen } from '../last-seen.ts';
import { createPeople } from '../people.ts';
import { reportView, type Reports } from '../reports.ts';
import { noSuchDevice } from '../subjects.ts';
import { accountView } from '../views.ts';
import { AccountParams, createFinder, refuseSelf } from './find-account.ts';
import type { Guard } from './guard.ts';

/** What {@link addOperatorAccountRoutes} needs. */
export interface OperatorAccountRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly accounts: Accounts;
  readonly life: AccountLife;
  readonly exports: AccountExports;
  readonly reports: Reports;
  readonly audit: AuditLog;
  readonly lastSeen: LastSeen;
}

const ReportParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{1,64}$' }) });
const ReportsQuery = Type.Object({
  state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('resolved')])),
  after: Type.Optional(Type.String({ maxLength: 64, pattern: '^[0-9a-f-]+$' })),
  limit: Type.Integer({ minimum: 1, maximum: MAX_REPORTS_PAGE, default: 50 }),
});
const AuditQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 64, pattern: '^[0-9a-f-]+$' })),
  limit: Type.Integer({ minimum: 1, maximum: MAX_AUDIT_PAGE, default: 100 }),
});

/** What operators do to the accounts of others, what members report to them, and the audit of it all. */
export function addOperatorAccountRoutes(components: OperatorAccountRoutesComponents): void {
  const { guard, accounts, life, exports, reports, audit, lastSeen } = components;
  const { app } = components.server;
  const onRequest = guard.signedInOrConsole('operator');
  const watching = guard.signedInOrConsole('console');
  const tags = ['operator'];
  const find = createFinder(accounts);

  app.get(
    '/v1/operator/accounts/:account',
    {
      onRequest,
      schema: {
        summary: 'One account: its devices, when they were last seen, and the bans that hold',
        tags,
        params: AccountParams,
        response: { 200: AccountDetails },
      },
    },
    async (request) => {
      const account = await find(request.params.account);
      return {
        account: accountView(account, await lastSeen.of(account)),
        bans: await exports.bansOf(account),
      };
    },
  );

  app.post(
    '/v1/operator/accounts/:account/reset',
    {
      onRequest,
      schema: {
        summary: 'Make the one link with which somebody sets a new password; it is shown this once',
        tags,
        params: AccountParams,
        body: ResetLinkRequest,
        response: { 201: ResetLinkResponse },
      },
    },
    async (request, reply) => {
      const caller = guard.caller(request);
      const account = await find(request.params.account);
      // Whoever holds an operator's device must not get the account with it.
      refuseSelf(caller, account);
      const { reason, ttlSeconds } = request.body;
      const decision = byOperator(caller.account, reason);
      return reply.code(201).send(await life.makeResetLink(account.accountId, { ttlSeconds }, decision));
    },
  );

  app.post(
    '/v1/operator/accounts/:account/export',
    {
      onRequest,
      schema: {
        summary: 'Everything that is held of an account; the audit is told who looked',
        tags,
        params: AccountParams,
        body: ReasonRequest,
        response: { 200: AccountExport },
      },
    },
    async (request) => {
      const account = await find(request.params.account);
      const decision = byOperator(guard.caller(request).account, request.body.reason);
      // Told before it is shown.
      await audit.add(entryOf('account.exported', account.accountId, decision));
      return exports.export(account);
    },
  );

  app.post(
    '/v1/operator/accounts/:account/delete',
    {
      onRequest,
      schema: {
        summary: 'Delete an account; all its devices are signed out',
        tags,
        params: AccountParams,
        body: DeleteByOperatorRequest,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const caller = guard.caller(request);
      const account = await find(request.params.account);
      refuseSelf(caller, account);
      await life.delete(account, request.body.account, byOperator(caller.account, request.body.reason));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/operator/devices/:deviceId/remove',
    {
      onRequest,
      schema: {
        summary: 'Remove a device from its account; its tokens are revoked',
        tags,
        params: DeviceParams,
        body: RemoveDeviceRequest,
        response: { 200: AccountInfo },
      },
    },
    async (request) => {
      const caller = guard.caller(request);
      const { deviceId } = request.params;
      if (deviceId === caller.deviceId)
        throw new BanyanError('conflict', 'That is the device you sit at. Remove it from another one.');
      const found = await accounts.device(deviceId);
      if (found === undefined) throw noSuchDevice();
      const { reason, stolen = false } = request.body;
      const { accountId } = found.account;
      const account = await life.removeDevice(
        accountId,
        deviceId,
        { stolen },
        byOperator(caller.account, reason),
      );
      return accountView(account, await lastSeen.of(account));
    },
  );

  app.get(
    '/v1/operator/reports',
    {
      onRequest: watching,
      schema: {
        summary: 'What members reported, in the order of time',
        tags,
        querystring: ReportsQuery,
        response: { 200: ReportsResponse },
      },
    },
    async (request) => {
      const { state, after, limit } = request.query;
      const page = await reports.page({
        limit,
        ...(state === undefined ? {} : { state }),
        ...(after === undefined ? {} : { after }),
      });
      const people = createPeople(accounts);
      return {
        reports: await Promise.all(page.reports.map((report) => reportView(report, people))),
        ...(page.next === undefined ? {} : { next: page.next }),
      };
    },
  );

  app.post(
    '/v1/operator/reports/:id/resolve',
    {
      onRequest: guard.signedInOrConsole('operator', { isGrave: false }),
      schema: {
        summary: 'Close a report with words on what was done',
        tags,
        params: ReportParams,
        body: ResolveRequest,
        response: { 200: ReportView },
      },
    },
    async (request) => {
      const { account } = guard.caller(request);
      const resolved = await reports.resolve(request.params.id, account, request.body.words);
      return reportView(resolved, createPeople(accounts));
    },
  );

  app.get(
    '/v1/operator/audit',
    {
      onRequest: watching,
      schema: {
        summary: 'Every decision of auth and its operators, in the order of time',
        tags,
        querystring: AuditQuery,
        response: { 200: AuditResponse },
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      const page = await audit.page({ limit, ...(after === undefined ? {} : { after }) });
      const people = createPeople(accounts);
      return { ...page, entries: await Promise.all(page.entries.map((entry) => people.named(entry))) };
    },
  );
}
