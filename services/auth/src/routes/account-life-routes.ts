import Type from 'typebox';
import {
  AccountExport,
  AccountInfo,
  BanyanError,
  DeleteAccountRequest,
  PasswordRequest,
  RecoveryRequest,
  ReportRequest,
  ReportResponse,
  ResetRequest,
} from '@banyan/proto';
import { addressBucket, type HttpServer } from '@banyan/kit';
import type { AccountExports } from '../account-export.ts';
import type { AccountLife } from '../account-life.ts';
import { parseAccountName } from '../account-name.ts';
import type { AttemptLimit, Attempts } from '../attempts.ts';
import type { Bans } from '../bans.ts';
import { EXPORTS_PER_DAY, REMOVALS_PER_DAY } from '../constants.ts';
import { byMember } from '../decision.ts';
import type { LastSeen } from '../last-seen.ts';
import type { AccountRecord } from '../records.ts';
import type { Reports } from '../reports.ts';
import type { SignIn } from '../sign-in.ts';
import { accountView } from '../views.ts';
import type { Guard } from './guard.ts';

/** What {@link addAccountLifeRoutes} needs. */
export interface AccountLifeRoutesComponents {
  readonly server: HttpServer;
  readonly guard: Guard;
  readonly life: AccountLife;
  readonly exports: AccountExports;
  readonly reports: Reports;
  readonly signIn: SignIn;
  readonly attempts: Attempts;
  readonly bans: Bans;
  readonly lastSeen: LastSeen;
}

/** Reset codes that are tried from one address, and for one account: they are pasted, not remembered. */
const RESETS_PER_ADDRESS: AttemptLimit = { max: 20, windowMs: 15 * 60_000 };
const RESETS_PER_ACCOUNT: AttemptLimit = { max: 20, windowMs: 15 * 60_000 };
/** Characters of an account id at the beginning of a reset code. */
const ACCOUNT_ID_CHARS = 36;

/** What people do to their own account, with a device, with the password, or with a link of an operator's. */
export function addAccountLifeRoutes(components: AccountLifeRoutesComponents): void {
  const { guard, life, exports, reports, signIn, attempts, bans, lastSeen } = components;
  const { app } = components.server;
  const signedIn = guard.signedIn('account');
  const tags = ['account'];

  /** Proves by the password, where there is one, that the owner sits at the device. */
  async function prove(account: AccountRecord, password: string | undefined, address: string): Promise<void> {
    if (account.passwordHash === undefined) return;
    if (password === undefined)
      throw new BanyanError('bad_credentials', 'This needs the password of the account. Give it as well.');
    await signIn.account(account, password, address);
  }

  app.put(
    '/v1/account/password',
    {
      onRequest: signedIn,
      schema: {
        summary: 'Change the password; the old one is needed where there is one',
        tags,
        body: PasswordRequest,
        response: { 200: AccountInfo },
      },
    },
    async (request) => {
      const { account, deviceId } = guard.caller(request);
      const { password, newPassword, otherDevices = 'keep' } = request.body;
      await prove(account, password, addressBucket(request.ip));
      if (otherDevices === 'remove') await attempts.spend(`remove:${account.accountId}`, REMOVALS_PER_DAY);
      const changed = await life.changePassword(account, deviceId, { newPassword, otherDevices });
      return accountView(changed, await lastSeen.of(changed));
    },
  );

  app.get(
    '/v1/account/export',
    {
      onRequest: signedIn,
      schema: {
        summary: 'Everything that is held of the own account',
        tags,
        response: { 200: AccountExport },
      },
    },
    async (request) => {
      const { account } = guard.caller(request);
      await attempts.spend(`export:${account.accountId}`, EXPORTS_PER_DAY);
      return exports.export(account);
    },
  );

  app.post(
    '/v1/account/delete',
    {
      onRequest: signedIn,
      schema: {
        summary: 'Delete the own account; all its devices are signed out',
        tags,
        body: DeleteAccountRequest,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { account } = guard.caller(request);
      await prove(account, request.body.password, addressBucket(request.ip));
      await life.delete(account, request.body.account, byMember(account, 'its owner deleted it'));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/account/recovery',
    {
      onRequest: guard.proved,
      schema: {
        summary: 'See the own devices, and remove a lost or stolen one, with name and password',
        tags,
        body: RecoveryRequest,
        response: { 200: AccountInfo },
      },
    },
    async (request) => {
      const { account: name, password, remove, stolen = false } = request.body;
      const account = await signIn.account(parseAccountName(name), password, addressBucket(request.ip));
      await bans.refuseBanned(account.accountId);
      if (remove === undefined) return accountView(account, await lastSeen.of(account));
      await attempts.spend(`remove:${account.accountId}`, REMOVALS_PER_DAY);
      const decision = byMember(account, 'its owner removed it with the password');
      const changed = await life.removeDevice(account.accountId, remove, { stolen }, decision);
      return accountView(changed, await lastSeen.of(changed));
    },
  );

  app.post(
    '/v1/account/reset',
    {
      onRequest: guard.proved,
      schema: {
        summary: 'Set a new password with the code of a reset link',
        tags,
        body: ResetRequest,
        response: { 200: AccountInfo },
      },
    },
    async (request) => {
      const { code, newPassword, otherDevices = 'keep' } = request.body;
      await attempts.spend(`reset:${addressBucket(request.ip)}`, RESETS_PER_ADDRESS);
      await attempts.spend(`reset:${code.slice(0, ACCOUNT_ID_CHARS)}`, RESETS_PER_ACCOUNT);
      const changed = await life.reset(code, { newPassword, otherDevices });
      return accountView(changed, await lastSeen.of(changed));
    },
  );

  app.post(
    '/v1/reports',
    {
      onRequest: signedIn,
      schema: {
        summary: 'Report a content, an account or a device to the operators',
        tags,
        body: ReportRequest,
        response: { 201: ReportResponse },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await reports.make(guard.caller(request).account, request.body)),
  );
}
