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

// Identity: one key, one name
export {
  createDeviceKey,
  exportDeviceKey,
  importDeviceKey,
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
  createPinnedAgent,
  createPinnedConnector,
  type PinnedAgent,
  type PinnedAgentInit,
  type PinnedConnectorInit,
} from './tls/pinned-agent.ts';
export { pinnedWebSocket, type PinnedWebSocketInit } from './tls/pinned-web-socket.ts';
export { createTlsServerOptions } from './tls/server.ts';
export {
  createServiceFetch,
  isLoopbackHost,
  readJson,
  type ServiceFetch,
  type ServiceFetchInit,
  type ServiceRequest,
  type ServiceTrust,
} from './tls/service-fetch.ts';
export {
  createMetrics,
  LATENCY_BUCKETS_S,
  type HistogramInit,
  type MetricInit,
  type Metrics,
  type MetricsInit,
} from './metrics.ts';
export { createHealth, type CheckResult, type Health, type HealthReport } from './health.ts';
export { assertMayListen, isLoopback, listenOn, listenOnLocalhost, type ListenTarget } from './listen.ts';
export { toHttpError } from './http-errors.ts';
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
