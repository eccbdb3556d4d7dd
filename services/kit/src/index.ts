/** The door of @banyan/kit: what every process needs. */
export {
  sleepOn,
  systemClock,
  createManualClock,
  abortedError,
  type Clock,
  type ManualClock,
  type Timer,
  type TimerOptions,
} from './clock.ts';
export { abortable, NEVER } from './abortable.ts';
export { CancelSource, NOT_CANCELLED, type Cancellation } from './cancellation.ts';
export { createAuditChain, type AuditChainInit } from './audit/audit-chain.ts';
export { AUDIT_ROOT, createAuditLog, type AuditLog, type NewAuditEntry } from './audit/audit-log.ts';
export { AUDIT_SETTINGS, auditKeeping, type AuditKeeping } from './audit/audit-settings.ts';
export { CHAIN_HEAD_KEY, linkHash } from './audit/chain-link.ts';
export { checkAudit } from './audit/check-audit.ts';
export {
  createAuditedChanges,
  UNAUDITED_ROOT,
  type Audited,
  type AuditedChange,
  type AuditedChangeInit,
  type AuditedChanges,
} from './audit/audited-changes.ts';
export { createSemaphore, type Semaphore } from './semaphore.ts';
export { TransientMap } from './transient-map.ts';
export { createBackoff, retry, type Backoff, type BackoffInit, type RetryInit } from './backoff.ts';
export { createMemoryLog, silentLog, type Log, type MemoryLog } from './log.ts';
export {
  createLifecycle,
  type Lifecycle,
  type LifecycleComponents,
  type LifecycleInit,
  type LifecycleState,
  type Startable,
} from './lifecycle.ts';
export { makeFolder, type MakeFolderInit } from './make-folder.ts';
export { dataDir, ensurePrivateDir, processDir } from './paths.ts';
export { workerUrl } from './worker-url.ts';
export { helpText, loadConfig, nearest, type ConfigInit } from './config.ts';
export { runMain, type MainConfig, type MainContext, type MainHost, type MainParts } from './main.ts';

// Programs of ours as processes of their own
export { SESSION_ALLOCATOR } from './session-allocator.ts';
export { SESSION_NODE_ARGS } from './session-node-args.ts';
export { limitHeapGrowth } from './limit-heap-growth.ts';
export { FILE_THREADS } from './file-threads.ts';
export { startChild, type Child, type ChildExit, type ChildInit, type ReadyLine } from './child.ts';

// Identity: one key, one name
export {
  createDeviceKey,
  exportDeviceKey,
  loadDeviceKey,
  loadOrCreateDeviceKey,
  type DeviceKey,
} from './identity/device-key.ts';
export { createCertificate, type Certificate, type CertificateInit } from './identity/certificate.ts';
export { createIdentity, type Identity, type IdentityComponents } from './identity/identity.ts';
export { jwkOfKey, thumbprintOfCertificate, thumbprintOfJwk, type PublicJwk } from './identity/thumbprint.ts';

// TLS: the one connector that checks a key before a byte is sent
export { dialPinned, formatHostPort, type DialInit } from './tls/dial-pinned.ts';
export { peerDeviceId } from './tls/peer-device-id.ts';
export {
  createPinnedClient,
  type PinnedAnswer,
  type PinnedClient,
  type PinnedClientInit,
  type WholeInit,
} from './tls/pinned-client.ts';
export type {
  AnswerController,
  AnswerHandler,
  ConnectionTimes,
  PinnedRequest,
} from './tls/pinned-connection.ts';
export type { ResponseHeaders } from './tls/response-head.ts';
export { pinnedWebSocket, type PinnedWebSocketInit } from './tls/pinned-web-socket.ts';
export { createTlsServerOptions } from './tls/server.ts';
export {
  createServiceFetch,
  isLoopbackHost,
  readJson,
  type ServiceFetch,
  type ServiceFetchInit,
  type ServiceRequest,
  type ServiceResponse,
  type ServiceTrust,
} from './tls/service-fetch.ts';
export { VERSION } from './software-version.ts';
export { traceFields } from './tracing/trace-context.ts';
export {
  silentTracer,
  type Span,
  type SpanAttributes,
  type SpanInit,
  type Tracer,
  type Tracing,
} from './tracing/tracer.ts';
export {
  openTracing,
  TRACING_SETTINGS,
  tracingOf,
  type TracingComponents,
  type TracingInit,
} from './tracing/open-tracing.ts';
export {
  createMetrics,
  METRICS_SETTINGS,
  metricsListen,
  type GaugeInit,
  type HistogramInit,
  type MetricInit,
  type Metrics,
  type MetricsInit,
  type Reading,
} from './metrics.ts';
export { createHealth, type CheckResult, type Health, type HealthReport } from './health.ts';
export { isLoopback, listenOn, type ListenTarget } from './listen.ts';
export { toHttpError } from './http-errors.ts';
export { addressBucket } from './address-bucket.ts';
export { isAddressFor } from './address-scope.ts';
export {
  createHttpServer,
  type HttpApp,
  type HttpServer,
  type HttpServerComponents,
  type HttpServerInit,
  type ListenInit,
  type RateLimitInit,
} from './http-server.ts';

// Limits that hold over replicas
export { createLeasedLimit, type LeasedLimit, type LeasedLimitInit, type Taken } from './leased-limit.ts';

// Stores: one interface, embedded or shared
export {
  isUndecided,
  updateEntry,
  type DeleteInit,
  type Entry,
  type ListInit,
  type PutInit,
  type Store,
} from './stores/store.ts';
export { createLmdbStore, type LmdbStoreInit } from './stores/lmdb-store.ts';
export { createMemoryStore } from './stores/memory-store.ts';
export { acquireOwnerLock, type OwnerLock } from './stores/owner-lock.ts';
export {
  copyStore,
  INCOMPLETE_KEY,
  type CopyProgress,
  type CopyReport,
  type CopyStoreInit,
  type EntrySource,
} from './stores/copy-store.ts';
export { createMeasuredStore } from './stores/measured-store.ts';
export { openStore, type OpenStoreInit, type StorePlace } from './stores/open-store.ts';
export { isRedisUrl } from './stores/redis-client.ts';
export type { StoreDurability } from './stores/redis-durability.ts';
export { createRedisStore, type RedisStoreInit } from './stores/redis-store.ts';
export { STORE_SETTINGS } from './stores/store-settings.ts';
export {
  askForBackup,
  BACKUP_DOOR_FILE,
  createBackupDoor,
  openBackup,
  restoreBackup,
  saveBackup,
  writeBackup,
  type Backup,
  type BackupManifest,
  type BackupSource,
  type RestoredMark,
  type RestoreInit,
  type RestoreReport,
} from './backup/index.ts';

// Tokens and proof of possession
export { peekPayload } from './tokens/compact-jws.ts';
export { createLocalKeys, type SigningJwk, type TokenKeys } from './tokens/token-keys.ts';
export {
  createTokenVerifier,
  requireScope,
  type TokenVerifier,
  type TokenVerifierComponents,
  type TokenVerifierInit,
  type VerifiedToken,
  type VerifyInit,
} from './tokens/token-verifier.ts';
export { bannedError } from './tokens/banned-error.ts';
export {
  createRevocationList,
  verifyRevocationDelta,
  type AppliedDelta,
  type ApplyResult,
  type RevocationList,
  type RevocationListComponents,
  type RevocationListInit,
} from './tokens/revocation-list.ts';
export {
  CLIENT_ASSERTION_TYPE,
  createClientAssertion,
  verifyClientAssertion,
  type ClientAssertionInit,
  type VerifyClientAssertionInit,
} from './tokens/client-assertion.ts';
export {
  createDpopProof,
  createDpopVerifier,
  type DpopProofInit,
  type DpopRequest,
  type DpopVerifier,
  type DpopVerifierComponents,
  type InspectedProof,
  type VerifiedProof,
} from './dpop/dpop-proof.ts';
export {
  createMemoryReplayStore,
  createStoreReplayStore,
  type MemoryReplayStoreInit,
  type ReplayBackend,
  type ReplayStore,
} from './dpop/replay-store.ts';
export {
  createRequestGuard,
  type GuardedRequest,
  type GuardRule,
  type RequestGuard,
  type RequestGuardComponents,
  type RequestGuardInit,
} from './dpop/request-guard.ts';

// The network's auth service as everybody else sees it
export {
  createIssuer,
  type Issuer,
  type IssuerComponents,
  type IssuerInit,
  type IssuerState,
} from './issuer/issuer.ts';
export { addIssuerGauges } from './issuer/issuer-gauges.ts';
export { normalizeIssuerUrl } from './issuer/issuer-metadata.ts';
export {
  openServiceTls,
  SERVICE_TLS_SETTINGS,
  type ServiceTls,
  type ServiceTlsComponents,
  type ServiceTlsConfig,
} from './tls/service-tls.ts';

// Pages that a service serves itself
export { cookieValue, csrfTokenOf, hashOfSecret, newSecret, sameSecret } from './page/secrets.ts';
export { createPageHost, type HostKind, type PageHost } from './page/page-host.ts';
export {
  addBuiltPage,
  answerWrongHost,
  pagePolicy,
  type BuiltPageInit,
  type PagePolicyInit,
} from './page/built-page.ts';
export {
  createLiveDoor,
  type LiveDoor,
  type LiveDoorComponents,
  type LiveDoorInit,
  type LiveSpeaker,
} from './page/live-door.ts';
