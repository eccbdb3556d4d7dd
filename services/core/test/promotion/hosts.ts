/** Hosts for tests of promotion. */
import { DEFAULT_POLICY, softwareNumber, type Policy } from '@banyan/proto';
import {
  judge,
  newHost,
  stepHost,
  type Author,
  type Candidate,
  type HostEvent,
  type HostRecord,
  type PolicyHost,
} from '@banyan/core';

export const NOW = 1_800_000_000_000;
export const OPERATOR: Author = { kind: 'operator', account: 'a1', name: 'olga' };
export const PROMOTE: HostEvent = { type: 'promote', by: OPERATOR, reason: 'we need one', maxLeaves: 500 };
export const DRAIN = { type: 'drain', by: OPERATOR, reason: 'maintenance' } as const satisfies HostEvent;
export const CANCEL: HostEvent = { type: 'cancel', by: OPERATOR, reason: 'a mistake' };
export const PASSED: HostEvent = { type: 'probed', ok: true, code: '', message: '' };
export const FAILED: HostEvent = {
  type: 'probed',
  ok: false,
  code: 'unreachable',
  message: 'nobody answers',
};

/** A host well beyond the default thresholds. */
export function fitCandidate(deviceId = 'host', change: Partial<Candidate> = {}): Candidate {
  return {
    deviceId,
    region: undefined,
    isOffered: true,
    offeredSince: NOW - 86_400_000,
    reportedAt: NOW - 5_000,
    version: softwareNumber('banyan/0.2.0 (peer)'),
    declared: {
      cores: 4,
      memoryBytes: 8e9,
      descriptors: 20_000,
      freeDiskBytes: 50e9,
      loopDelayMs: 3,
      uptimeMs: 90_000_000,
      bytesPerSecond: 100e6,
    },
    measured: {
      at: NOW - 60_000,
      by: 'home',
      reachable: true,
      roundTripMs: 10,
      bytesPerSecond: 20e6,
      downloadBytesPerSecond: 30e6,
      sessionMs: 7_200_000,
      clockSkewMs: -40,
    },
    ...change,
  };
}

/** The record after those events, a second apart. */
export function after(
  events: readonly HostEvent[],
  from: HostRecord = newHost('host', 'volunteer', NOW),
): HostRecord {
  return events.reduce((record, event, i) => stepHost(record, event, NOW + i * 1_000).record, from);
}

/** A host as policy sees it. */
export function policyHost(
  deviceId: string,
  events: readonly HostEvent[],
  change: Partial<PolicyHost> = {},
): PolicyHost {
  const record = after(events, newHost(deviceId, 'volunteer', NOW - 86_400_000));
  return {
    record: { ...record, ...(record.switchedAt === undefined ? {} : { switchedAt: NOW - 43_200_000 }) },
    region: undefined,
    judgement: judge(fitCandidate(deviceId), DEFAULT_POLICY, NOW),
    fitSince: NOW - 3_600_000,
    unfitSince: undefined,
    leaves: 0,
    capacity: 2_000,
    ...change,
  };
}

export const SERVING: readonly HostEvent[] = [PROMOTE, { type: 'beat' }, PASSED];

export function policy(change: Partial<Policy> = {}): Policy {
  return { ...DEFAULT_POLICY, mode: 'auto', ...change };
}
