/** The contract of Banyan: everything that two processes must agree on. Browser-safe. */

export * from './base.ts';
export { BAN_LIST_FORMATS, banListText, parseBanList } from './ban-list-text.ts';
export type { BanListFormat, ParsedBan } from './ban-list-text.ts';
export { commonVersion, PROTOCOL_VERSIONS, SPOKEN_VERSIONS } from './versions.ts';
// Schema and type; the types are those of claims.ts.
export { Grant, Role } from './api/auth.ts';
export * from './api/auth.ts';
export { DeviceParams, KeyThumbprint } from './api/key-thumbprint.ts';
export * from './api/account.ts';
export { oneOf } from './api/one-of.ts';
export * from './api/audit.ts';
export * from './api/audit-actions.ts';
export * from './api/ban-list.ts';
export * from './api/bandwidth.ts';
export * from './api/chunk-map.ts';
export * from './api/evidence.ts';
export * from './api/list.ts';
export * from './api/promotion.ts';
export * from './api/setup.ts';
export * from './api/volunteer.ts';
export * from './api/local.ts';
export * from './api/saved-searches.ts';
export * from './api/console.ts';
