import type { AccountInfo, DeviceInfo } from '@banyan/proto';
import { grantsOf, type EnrolledDevice } from './accounts.ts';
import type { AccountRecord } from './records.ts';

/** A device as its owner and operators see it. */
export function deviceView({ deviceId, device, account }: EnrolledDevice): DeviceInfo {
  return {
    deviceId,
    name: device.name,
    accountId: account.accountId,
    account: account.name,
    role: account.role,
    grants: grantsOf(account, device),
    enrolledAt: device.enrolledAt,
  };
}

/**
 * An account as its owner and operators see it; nothing secret is in it.
 *
 * @param seen - Unix ms by device id; left out where it costs too much to ask
 */
export function accountView(account: AccountRecord, seen?: ReadonlyMap<string, number>): AccountInfo {
  return {
    accountId: account.accountId,
    account: account.name,
    role: account.role,
    grants: [...account.grants],
    createdAt: account.createdAt,
    hasPassword: account.passwordHash !== undefined,
    devices: Object.entries(account.devices).map(([deviceId, { name, enrolledAt, grants }]) => {
      const lastSeenAt = seen?.get(deviceId);
      return {
        deviceId,
        name,
        enrolledAt,
        grants: [...grants],
        ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
      };
    }),
    ...(account.identity === undefined
      ? {}
      : { identity: { issuer: account.identity.issuer, subject: account.identity.subject } }),
  };
}
