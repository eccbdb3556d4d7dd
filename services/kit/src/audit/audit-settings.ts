import Type from 'typebox';

/** Records that are changed keep the entry of their last change, and it must reach the audit: no shorter than services stand still. */
const LEAST_DAYS = 30;
const DAY_MS = 24 * 3600_000;

/** Settings of a service that keeps an audit. */
export const AUDIT_SETTINGS = {
  auditKeepDays: Type.Optional(
    Type.Integer({
      minimum: LEAST_DAYS,
      maximum: 36_500,
      description:
        'Entries of the audit are taken away when they are so many days old, up to a week later; the rest can still be checked. Default: never.',
    }),
  ),
};

/** How long entries are kept. */
export interface AuditKeeping {
  /** Entries that are older may go; default: none does. */
  readonly keepMs?: number;
}

/** {@link AUDIT_SETTINGS} as options of the audit and its chain. */
export function auditKeeping({ auditKeepDays }: { readonly auditKeepDays?: number }): AuditKeeping {
  return auditKeepDays === undefined ? {} : { keepMs: auditKeepDays * DAY_MS };
}
