/** Typed clients of Banyan's services: auth, supernode list, supernodes. The page's door is `@banyan/sdk/browser`. */
export { createChannel, errorFromWire } from './channel.ts';
export type { Channel, ChannelHandlers, ChannelInit, OnTraffic, Reply, RequestOptions } from './channel.ts';
export { createAuthClient } from './auth-client.ts';
export type { AuthClient, AuthClientInit } from './auth-client.ts';
export type { AccountCalls, AccountDeskCalls, PageInit } from './account-calls.ts';
export { pagesOf } from './pages.ts';
export { checkAudits, mergedAudit } from './audit.ts';
export type { AuditNetwork, AuditPages } from './audit.ts';
export { createListClient } from './list-client.ts';
export type { ListClient, ListClientInit } from './list-client.ts';
export { createTokenSource } from './token-source.ts';
export type { TokenSource, TokenSourceComponents } from './token-source.ts';
export {
  openSupernodeSession,
  SESSION_PATH,
  SESSION_SUBPROTOCOL,
  CHECK_REACH_FEATURE,
  SUGGEST_FEATURE,
  UPLOAD_OFFER_FEATURE,
} from './supernode-session.ts';
export type {
  RefusalDetails,
  SearchOptions,
  SessionComponents,
  SessionInit,
  SessionRelation,
  SourcesOptions,
  SupernodeAddress,
  SupernodeSession,
} from './supernode-session.ts';
export { createHome } from './home.ts';
export type { Catalog, Home, HomeComponents, HomeInit, HomeSession, HomeState } from './home.ts';
export { createNetwork } from './network.ts';
export type { EnrolmentInit, Network, NetworkComponents, NetworkInit } from './network.ts';
export { waitForSignIn } from './wait-for-sign-in.ts';
export type { WaitForSignInInit } from './wait-for-sign-in.ts';
export { startPatiently } from './patient-start.ts';
export type { PatientStartInit } from './patient-start.ts';
export { createRevocationIntake } from './revocation-intake.ts';
export type { RevocationIntake, RevocationIntakeComponents } from './revocation-intake.ts';
export { createStateFile } from './state-file.ts';
export type { StateFile } from './state-file.ts';
export { createHostBook } from './host-book.ts';
export type { HostBook } from './host-book.ts';
export { createOperatorClient } from './operator-client.ts';
export type { OperatorClient } from './operator-client.ts';
export { resolveNetwork } from './resolve-network.ts';
export type { ResolvedNetwork } from './resolve-network.ts';
export { createLocalApiClient, LOCAL_API_FILE, readLocalApiFile } from './local-api-client.ts';
export type { LocalApiClient, LocalApiClientInit } from './local-api-client.ts';
export type { DownloadAction } from './browser/client.ts';
export type { View, ViewInit, ViewListener } from './browser/live.ts';
