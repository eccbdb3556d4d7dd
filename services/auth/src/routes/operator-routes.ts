import Type from 'typebox';
import {
  AccountInfo,
  AccountsResponse,
  BanyanError,
  DeviceInfo,
  DeviceParams,
  GrantsRequest,
  PromotionRequest,
  RevokeRequest,
  RevokeResponse,
  RoleRequest,
  evidenceFault,
  evidenceOf,
  type Grant,
} from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import type { Accounts } from '../accounts.ts';
import type { Bans } from '../bans.ts';
import { MAX_ACCOUNTS_PAGE } from '../constants.ts';
import { byOperator, type Decision } from '../decision.ts';
import { accountView, deviceView } from '../views.ts';
import { createBanSubjects } from './ban-subject.ts';
import { AccountParams, createFinder, refuseSelf } from './find-account.ts';
import type { Guard } from './guard.ts';

/** What {@link addOperatorRoutes} needs. */
export interface OperatorRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly accounts: Accounts;
  readonly bans: Bans;
}

/** The audit of the list says why. */
const BY_LIST: Decision = { by: { kind: 'list' }, reason: 'its role changed' };

/** What operators do. */
export function addOperatorRoutes(components: OperatorRoutesComponents): void {
  const { guard, accounts, bans } = components;
  const { app } = components.server;
  const onRequest = guard.signedInOrConsole('operator');
  const tags = ['operator'];

  const find = createFinder(accounts);
  const subjectOf = createBanSubjects(accounts);

  function onlyGrants(grants: readonly Grant[], allowed: readonly Grant[], where: string): Grant[] {
    if (grants.some((grant) => !allowed.includes(grant)))
      throw new BanyanError('invalid_request', `Only ${allowed.join(' and ')} can be granted to ${where}.`);
    return [...new Set(grants)];
  }

  app.get(
    '/v1/operator/accounts',
    {
      onRequest,
      schema: {
        summary: 'All accounts, page by page',
        tags,
        querystring: Type.Object({
          after: Type.Optional(Type.String({ maxLength: 64 })),
          limit: Type.Integer({ minimum: 1, maximum: MAX_ACCOUNTS_PAGE, default: 50 }),
        }),
        response: { 200: AccountsResponse },
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      const page = await accounts.list({ limit, ...(after === undefined ? {} : { after }) });
      const last = page.at(-1);
      return {
        accounts: page.map((account) => accountView(account)),
        ...(page.length === limit && last !== undefined ? { next: last.accountId } : {}),
      };
    },
  );

  app.put(
    '/v1/operator/accounts/:account/role',
    {
      onRequest,
      schema: {
        summary: 'Set the role of an account',
        tags,
        params: AccountParams,
        body: RoleRequest,
        response: { 200: AccountInfo },
      },
    },
    async (request) => {
      const account = await find(request.params.account);
      const caller = guard.caller(request);
      refuseSelf(caller, account);
      const { role, reason = '' } = request.body;
      return accountView(await accounts.setRole(account.accountId, role, byOperator(caller.account, reason)));
    },
  );

  app.put(
    '/v1/operator/accounts/:account/grants',
    {
      onRequest,
      schema: {
        summary: 'Set the grants of an account',
        tags,
        params: AccountParams,
        body: GrantsRequest,
        response: { 200: AccountInfo },
      },
    },
    async (request) => {
      const grants = onlyGrants(request.body.grants, ['load'], 'an account');
      const { accountId } = await find(request.params.account);
      const decision = byOperator(guard.caller(request).account, request.body.reason ?? '');
      return accountView(await accounts.setGrants(accountId, grants, decision));
    },
  );

  app.put(
    '/v1/operator/devices/:deviceId/grants',
    {
      onRequest,
      schema: {
        summary: 'Set the grants of a device',
        tags,
        params: DeviceParams,
        body: GrantsRequest,
        response: { 200: DeviceInfo },
      },
    },
    async (request) => {
      const grants = onlyGrants(request.body.grants, ['supernode', 'promote'], 'a device');
      const decision = byOperator(guard.caller(request).account, request.body.reason ?? '');
      return deviceView(await accounts.setDeviceGrants(request.params.deviceId, grants, decision));
    },
  );

  app.put(
    '/v1/promotions/:deviceId',
    {
      onRequest: guard.signedIn('promote'),
      schema: {
        summary: 'Give a device the grant supernode, or take it back (supernode lists)',
        tags: ['promotion'],
        params: DeviceParams,
        body: PromotionRequest,
        response: { 200: DeviceInfo },
      },
    },
    async (request) =>
      deviceView(
        await accounts.changeDeviceGrant(
          request.params.deviceId,
          'supernode',
          request.body.supernode,
          BY_LIST,
        ),
      ),
  );

  app.post(
    '/v1/operator/revocations',
    {
      onRequest,
      schema: {
        summary: 'Ban an account or device, or block a content; seconds 0 lifts it',
        tags,
        body: RevokeRequest,
        response: { 200: RevokeResponse },
      },
    },
    async (request) => {
      const { kind, id, seconds, reason, evidence = [] } = request.body;
      const caller = guard.caller(request);
      const { id: subject } = await subjectOf(kind, id, caller);
      const decision = byOperator(caller.account, reason);
      const pieces = evidence.flatMap((piece) => evidenceOf(piece));
      const fault =
        seconds === 0 && pieces.length > 0
          ? 'A ban that is lifted stands on nothing. Leave the evidence out.'
          : evidenceFault(pieces);
      if (fault !== undefined) throw new BanyanError('invalid_request', fault);
      if (seconds === 0) return { seq: await bans.lift(kind, subject, decision) };
      return {
        seq: await bans.ban(kind, subject, decision, {
          evidence: pieces,
          ...(seconds === undefined ? {} : { seconds }),
        }),
      };
    },
  );
}
