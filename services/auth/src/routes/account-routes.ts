import Type from 'typebox';
import {
  AccountInfo,
  BanyanError,
  ClaimRequest,
  DeviceParams,
  DeviceInfo,
  EnrolRequest,
  InviteRequest,
  InviteResponse,
  RetireRequest,
} from '@banyan/proto';
import { addressBucket, type HttpServer } from '@banyan/kit';
import type { Accounts } from '../accounts.ts';
import type { Attempts } from '../attempts.ts';
import type { AccountLife } from '../account-life.ts';
import { REMOVALS_PER_DAY, RETIREMENTS_PER_HOUR } from '../constants.ts';
import { byMember } from '../decision.ts';
import type { Enrolment } from '../enrolment.ts';
import type { FirstOperator } from '../first-operator.ts';
import type { InviteDesk } from '../invite-desk.ts';
import type { LastSeen } from '../last-seen.ts';
import { accountView, deviceView } from '../views.ts';
import type { Guard } from './guard.ts';

/** What {@link addAccountRoutes} needs. */
export interface AccountRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly accounts: Accounts;
  readonly life: AccountLife;
  readonly lastSeen: LastSeen;
  readonly enrolment: Enrolment;
  readonly inviteDesk: InviteDesk;
  readonly firstOperator: FirstOperator;
  readonly attempts: Attempts;
}

const RemovalQuery = Type.Object({
  stolen: Type.Boolean({
    default: false,
    description: 'Its key is known to others: it is never let in again.',
  }),
});

/** What a device does for its own account. */
export function addAccountRoutes(components: AccountRoutesComponents): void {
  const { guard, accounts, life, lastSeen, enrolment, inviteDesk, firstOperator, attempts } = components;
  const { app } = components.server;
  const signedIn = guard.signedIn('account');

  app.post(
    '/v1/devices',
    {
      onRequest: guard.proved,
      schema: {
        summary: 'Enrol the device whose key signed the DPoP proof',
        tags: ['account'],
        body: EnrolRequest,
        response: { 201: DeviceInfo },
      },
    },
    async (request, reply) => {
      const { jkt: deviceId, publicJwk } = guard.prover(request);
      const address = addressBucket(request.ip);
      const enrolled = await enrolment.enrol(request.body, { deviceId, publicJwk, address });
      return reply.code(201).send(deviceView(enrolled));
    },
  );

  app.get(
    '/v1/account',
    {
      onRequest: signedIn,
      schema: {
        summary: 'The own account and its devices',
        tags: ['account'],
        response: { 200: AccountInfo },
      },
    },
    async (request) => {
      const { account } = guard.caller(request);
      return accountView(account, await lastSeen.of(account));
    },
  );

  app.delete(
    '/v1/devices/:deviceId',
    {
      onRequest: signedIn,
      schema: {
        summary: 'Remove a device of the own account; its tokens are revoked',
        tags: ['account'],
        params: DeviceParams,
        querystring: RemovalQuery,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { deviceId } = request.params;
      const { account } = guard.caller(request);
      const { accountId } = account;
      // Each removal is a delta that everybody keeps and relays: nobody may write the feed full.
      await attempts.spend(`remove:${accountId}`, REMOVALS_PER_DAY);
      const decision = byMember(account, 'its owner removed it');
      await life.removeDevice(accountId, deviceId, request.query, decision);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/devices/retire',
    {
      onRequest: signedIn,
      schema: {
        summary: 'Put away devices of an account with the grant load, whose keys their maker has destroyed',
        tags: ['account'],
        body: RetireRequest,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { deviceIds } = request.body;
      const { account, deviceId } = guard.caller(request);
      if (!account.grants.includes('load'))
        throw new BanyanError(
          'forbidden',
          'Only an account with the grant load puts devices away in lists. Remove yours one by one, or ask an operator for the grant.',
        );
      if (deviceIds.includes(deviceId))
        throw new BanyanError('conflict', 'A device cannot put itself away. Leave it out of the list.');
      await attempts.spend(`retire:${account.accountId}`, RETIREMENTS_PER_HOUR);
      // No revocations: thousands a run would be kept and relayed by everybody for good, and the keys are gone.
      await accounts.removeDevices(account.accountId, deviceIds, byMember(account, 'a load test ended'));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/invites',
    {
      onRequest: guard.signedInOrConsole('account', { isGrave: false }),
      schema: {
        summary: 'Make an invite; its code is shown this once',
        tags: ['account'],
        body: InviteRequest,
        response: { 201: InviteResponse },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await inviteDesk.make(guard.caller(request).account, request.body)),
  );

  app.post(
    '/v1/operator/claim',
    {
      onRequest: signedIn,
      schema: {
        summary: 'Become the first operator with the code that auth printed',
        tags: ['account'],
        body: ClaimRequest,
        response: { 200: AccountInfo },
      },
    },
    async (request) =>
      accountView(await firstOperator.claim(guard.caller(request).account.accountId, request.body.code)),
  );
}
