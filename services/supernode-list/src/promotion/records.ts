/** What the list keeps for promotion, key by key. No key gathers others' writes but the policy, which operators change by hand. */
import type { HostRecord, Judgement, Measured } from '@banyan/core';
import { judge, type Candidate } from '@banyan/core';
import {
  softwareNumber,
  type AuditEntry,
  type MeasurementReport,
  type Policy,
  type VolunteerReport,
} from '@banyan/proto';

export const KEY = {
  hosts: 'host/',
  host: (deviceId: string) => `host/${deviceId}`,
  volunteers: 'volunteer/',
  volunteer: (deviceId: string) => `volunteer/${deviceId}`,
  measurements: 'measurement/',
  measurement: (deviceId: string) => `measurement/${deviceId}`,
  /** Whom a home is to measure; written by whoever leads. */
  tasks: (homeId: string) => `measure/${homeId}`,
  policy: 'policy/current',
  policyVersions: 'policy/version/',
  policyVersion: (version: number) => `policy/version/${String(version).padStart(8, '0')}`,
  held: 'promotion/held',
  leader: 'promotion/leader',
} as const;

/** A volunteer that sends nothing for so long has withdrawn. */
export const VOLUNTEER_TTL_MS = 10 * 60_000;
/** Measurements that nobody renews are of no use long before. */
export const MEASUREMENT_TTL_MS = 24 * 3_600_000;
/**
 * Between two reports of a volunteer; a decision about it waits for the next. Ten seconds cost a list of a thousand volunteers
 * a hundred small requests a second.
 */
export const REPORT_INTERVAL_MS = 10_000;
/** While its role is changing, or it has not been measured: there is something new to be said soon. */
export const BUSY_REPORT_INTERVAL_MS = 3_000;

/** A host's role, with what else must not be lost. */
export interface KeptHost {
  readonly record: HostRecord;
  /** For people, as it called itself last. */
  readonly name: string;
  /** Whether its device has the grant `supernode` by us. */
  readonly isGranted: boolean;
  /** The entry of its last change: written to the audit after this, or by whoever finds it missing there. */
  readonly entry?: AuditEntry;
}

/** A volunteer's last report, with what was found since it began to volunteer. */
export interface KeptVolunteer {
  readonly report: VolunteerReport;
  readonly accountId: string;
  readonly account: string;
  readonly reportedAt: number;
  /** Offered without a break since. */
  readonly offeredSince: number;
  readonly fitSince?: number;
  /** Since when it fails what counts of one that serves. */
  readonly unfitSince?: number;
}

export interface KeptMeasurement extends Measured {
  readonly code: string;
  readonly message: string;
}

/** A measurement as it is kept. */
export function keptMeasurement(report: MeasurementReport, by: string, at: number): KeptMeasurement {
  const { roundTripMs, bytesPerSecond, downloadBytesPerSecond, clockSkewMs } = report;
  const { reachable, sessionMs, code, message } = report;
  return {
    ...{ at, by, reachable, roundTripMs, bytesPerSecond, downloadBytesPerSecond, clockSkewMs },
    ...{ sessionMs, code, message },
  };
}

/** What is thought of a volunteer now. */
export function judgeVolunteer(
  deviceId: string,
  { report, reportedAt, offeredSince }: Pick<KeptVolunteer, 'report' | 'reportedAt' | 'offeredSince'>,
  measured: Measured | undefined,
  policy: Policy,
  now: number,
): Judgement {
  const { declared, caps, withinHours, region, software } = report;
  const candidate: Candidate = {
    deviceId,
    region,
    isOffered: withinHours,
    offeredSince,
    reportedAt,
    version: softwareNumber(software),
    declared: {
      cores: declared.cores,
      // More than the owner gives is of no use, nor is more than there is.
      memoryBytes: Math.min(declared.memoryBytes, caps.memoryBytes),
      descriptors: declared.descriptors,
      freeDiskBytes: declared.freeDiskBytes,
      loopDelayMs: declared.loopDelayMs,
      uptimeMs: declared.uptimeMs,
      bytesPerSecond: caps.bytesPerSecond,
    },
    // A host that is its own home has been measured by nobody.
    measured: measured?.by === deviceId ? undefined : measured,
  };
  return judge(candidate, policy, now);
}
