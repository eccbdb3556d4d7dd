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
