import Type from 'typebox';
import {
  AccountInfo,
  AccountsResponse,
  BanyanError,
  contentIdText,
  DeviceInfo,
  GrantsRequest,
  isDeviceId,
  parseContentId,
  PromotionRequest,
  RevokeRequest,
  RevokeResponse,
  RoleRequest,
  RotateResponse,
  type Grant,
} from '@banyan/proto';
import type { HttpServer } from '@banyan/kit';
import { parseAccountName } from '../account-name.ts';
import type { Accounts } from '../accounts.ts';
import type { Bans } from '../bans.ts';
import { MAX_ACCOUNTS_PAGE } from '../constants.ts';
import type { AccountRecord } from '../records.ts';
import type { SigningKeys } from '../signing-keys.ts';
import { accountView, deviceView } from '../views.ts';
import type { Caller, Guard } from './guard.ts';

/** What {@link addOperatorRoutes} needs. */
export interface OperatorRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly accounts: Accounts;
  readonly bans: Bans;
  readonly keys: SigningKeys;
}

const AccountParams = Type.Object({
  account: Type.String({ minLength: 1, maxLength: 64, description: 'Account name or id' }),
});
const DeviceParams = Type.Object({ deviceId: Type.String({ minLength: 1, maxLength: 64 }) });
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What operators do. */
export function addOperatorRoutes(components: OperatorRoutesComponents): void {
  const { guard, accounts, bans, keys } = components;
  const { app } = components.server;
  const onRequest = guard.signedIn('operator');
  const tags = ['operator'];

  /** Names cannot be mistaken for ids: no name is as long. */
  async function find(nameOrId: string): Promise<AccountRecord> {
    const found = UUID.test(nameOrId)
      ? await accounts.get(nameOrId)
      : await accounts.byName(parseAccountName(nameOrId).nameKey);
    if (found === undefined)
      throw new BanyanError('not_found', 'There is no such account. Check the spelling of its name.');
    return found;
  }

  /** Operators cannot lock themselves, and with that perhaps everybody, out. */
  function refuseSelf(caller: Caller, account: AccountRecord): void {
    if (caller.account.accountId === account.accountId)
      throw new BanyanError('conflict', 'Operators cannot do this to themselves. Ask another operator.');
  }

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
        accounts: page.map(accountView),
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
      refuseSelf(guard.caller(request), account);
      return accountView(await accounts.change(account.accountId, { role: request.body.role }));
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
      return accountView(await accounts.change(accountId, { grants }));
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
      return deviceView(await accounts.setDeviceGrants(request.params.deviceId, grants));
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
        await accounts.changeDeviceGrant(request.params.deviceId, 'supernode', request.body.supernode),
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
      const { kind, id, seconds, reason } = request.body;
      const caller = guard.caller(request);
      const subject = await subjectOf(kind, id, caller);
      if (seconds === 0) return { seq: await bans.lift(kind, subject, reason) };
      const ban = { reason, by: caller.account.accountId, ...(seconds === undefined ? {} : { seconds }) };
      return { seq: await bans.ban(kind, subject, ban) };
    },
  );

  async function subjectOf(kind: RevokeRequest['kind'], id: string, caller: Caller): Promise<string> {
    switch (kind) {
      case 'account': {
        const account = await find(id);
        refuseSelf(caller, account);
        return account.accountId;
      }
      case 'device': {
        if (!isDeviceId(id))
          throw new BanyanError(
            'invalid_request',
            'A device id has 43 characters of base64url. Copy the whole id.',
          );
        const found = await accounts.device(id);
        if (found !== undefined && id === caller.deviceId) refuseSelf(caller, found.account);
        // Also one that is not enrolled (any more): its owner may come back with it.
        return id;
      }
      case 'content':
        return contentIdText(parseContentId(id));
    }
  }

  app.post(
    '/v1/operator/keys/rotate',
    {
      onRequest,
      schema: { summary: 'Publish a new signing key', tags, response: { 200: RotateResponse } },
    },
    async () => {
      const { published, ...rotation } = await keys.rotate();
      return { ...rotation, published: [...published] };
    },
  );
}
