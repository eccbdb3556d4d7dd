/** The door of @banyan/kit: what every process needs. */
export {
  systemClock,
  createManualClock,
  abortedError,
  type Clock,
  type ManualClock,
  type Timer,
  type TimerOptions,
} from './clock.ts';
export { createBackoff, retry, type Backoff, type BackoffInit, type RetryInit } from './backoff.ts';
export {
  createLog,
  createMemoryLog,
  formatLogLine,
  silentLog,
  type Log,
  type LogInit,
  type LogLevel,
  type LogWrite,
  type MemoryLog,
} from './log.ts';
export { REDACTED, redactText, redactValue } from './redact.ts';
export {
  createLifecycle,
  type Lifecycle,
  type LifecycleComponents,
  type LifecycleInit,
  type LifecycleState,
  type Startable,
} from './lifecycle.ts';
export { dataDir, ensurePrivateDir } from './paths.ts';
export { workerUrl } from './worker-url.ts';
export {
  envName,
  flagName,
  helpText,
  loadConfig,
  loadConfigWithSources,
  nearest,
  wantsHelp,
  type ConfigInit,
  type ConfigSource,
  type LoadedConfig,
} from './config.ts';
export {
  BASE_SETTINGS,
  EXIT,
  runMain,
  type MainConfig,
  type MainContext,
  type MainHost,
  type MainParts,
} from './main.ts';

// Programs of ours as processes of their own
export { startChild, type Child, type ChildExit, type ChildInit, type ReadyLine } from './child.ts';

// Identity: one key, one name
export {
  createDeviceKey,
  exportDeviceKey,
  importDeviceKey,
  loadDeviceKey,
  loadOrCreateDeviceKey,
  type DeviceKey,
} from './identity/device-key.ts';
export { createCertificate, type Certificate, type CertificateInit } from './identity/certificate.ts';
export { createIdentity, type Identity, type IdentityComponents } from './identity/identity.ts';
export {
  jwkOfKey,
  thumbprintOfCertificate,
  thumbprintOfJwk,
  toPublicJwk,
  type PublicJwk,
} from './identity/thumbprint.ts';

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
export { createPinnedConnector, type PinnedConnectorInit } from './tls/pinned-connector.ts';
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
export { startStep, traceFields, traceIdOf } from './trace.ts';
export {
  createMetrics,
  LATENCY_BUCKETS_S,
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
export { assertMayListen, isLoopback, listenOn, listenOnLocalhost, type ListenTarget } from './listen.ts';
export { toHttpError } from './http-errors.ts';
export { addressBucket } from './address-bucket.ts';
export { addressScope, isAddressFor, type AddressScope } from './address-scope.ts';
export {
  createHttpServer,
  isDirectLoopback,
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
  MAX_STORE_KEY_BYTES,
  MAX_STORE_VALUE_BYTES,
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
export { copyStore, type CopyProgress, type CopyReport, type CopyStoreInit } from './stores/copy-store.ts';
export { createMeasuredStore } from './stores/measured-store.ts';
export { openStore, type OpenStoreInit, type StorePlace } from './stores/open-store.ts';
export { isRedisUrl } from './stores/redis-client.ts';
export type { StoreDurability } from './stores/redis-durability.ts';
export { createRedisStore, type RedisStoreInit } from './stores/redis-store.ts';
export { STORE_SETTINGS } from './stores/store-settings.ts';

// Tokens and proof of possession
export {
  createLocalKeys,
  createRemoteKeys,
  type RemoteKeys,
  type RemoteKeysComponents,
  type RemoteKeysInit,
  type SigningJwk,
  type TokenKeys,
} from './tokens/token-keys.ts';
export {
  createTokenVerifier,
  requireRole,
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
export {
  checkIssuerMetadata,
  fetchIssuerMetadata,
  metadataUrl,
  normalizeIssuerUrl,
} from './issuer/issuer-metadata.ts';
export {
  loadServiceTls,
  SERVICE_TLS_SETTINGS,
  type ServiceTls,
  type ServiceTlsConfig,
} from './tls/service-tls.ts';
