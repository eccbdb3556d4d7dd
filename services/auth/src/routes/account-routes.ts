import Type from 'typebox';
import {
  AccountInfo,
  ClaimRequest,
  DeviceInfo,
  EnrolRequest,
  InviteRequest,
  InviteResponse,
} from '@banyan/proto';
import { addressBucket, type HttpServer } from '@banyan/kit';
import type { Accounts } from '../accounts.ts';
import type { Attempts } from '../attempts.ts';
import type { Bans } from '../bans.ts';
import { REMOVALS_PER_DAY } from '../constants.ts';
import type { Enrolment } from '../enrolment.ts';
import type { FirstOperator } from '../first-operator.ts';
import type { InviteDesk } from '../invite-desk.ts';
import { accountView, deviceView } from '../views.ts';
import type { Guard } from './guard.ts';

/** What {@link addAccountRoutes} needs. */
export interface AccountRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly accounts: Accounts;
  readonly bans: Bans;
  readonly enrolment: Enrolment;
  readonly inviteDesk: InviteDesk;
  readonly firstOperator: FirstOperator;
  readonly attempts: Attempts;
}

const DeviceParams = Type.Object({ deviceId: Type.String({ minLength: 1, maxLength: 64 }) });

/** What a device does for its own account. */
export function addAccountRoutes(components: AccountRoutesComponents): void {
  const { guard, accounts, bans, enrolment, inviteDesk, firstOperator, attempts } = components;
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
    async (request) => accountView(guard.caller(request).account),
  );

  app.delete(
    '/v1/devices/:deviceId',
    {
      onRequest: signedIn,
      schema: {
        summary: 'Remove a device of the own account; its tokens are revoked',
        tags: ['account'],
        params: DeviceParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { deviceId } = request.params;
      const { accountId } = guard.caller(request).account;
      // Each removal is a delta that everybody keeps and relays: nobody may write the feed full.
      await attempts.spend(`remove:${accountId}`, REMOVALS_PER_DAY);
      await accounts.removeDevice(accountId, deviceId);
      await bans.deviceRemoved(deviceId);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/invites',
    {
      onRequest: signedIn,
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
