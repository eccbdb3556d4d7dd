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
