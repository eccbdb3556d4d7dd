/**
 * What the audits of auth and list tell of. A reader may meet others, of newer versions; a writer takes one from here, so that the
 * console has words for it (a test compares them).
 */
export const AUDIT_ACTIONS = [
  'host.promoting',
  'host.proving',
  'host.serving',
  'host.draining',
  'host.leaf',
  /** Taken out of service at once, leaves and all. */
  'host.forced_out',
  /** Gets no new leaves. */
  'host.cordoned',
  'host.uncordoned',
  'policy.set',
  'account.role',
  'account.grants',
  'account.password',
  /** An operator made a link for somebody who forgot the password. */
  'account.reset-link',
  /** Its owner set a new password with that. */
  'account.reset',
  /** A person of the organisation's provider signed in, or in other groups than before. */
  'account.identity',
  'account.exported',
  'account.deleted',
  /** Those of a load test that is over. */
  'account.devices-retired',
  'account.banned',
  'account.unbanned',
  'device.enrolled',
  'device.removed',
  'device.stolen',
  'device.grants',
  'device.banned',
  'device.unbanned',
  'content.blocked',
  'content.unblocked',
  'invite.made',
  'key.published',
  'key.withdrawn',
  'report.resolved',
  /** Entries went by their age. */
  'audit.cut',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
