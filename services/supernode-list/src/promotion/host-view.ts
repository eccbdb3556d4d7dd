/** Hosts as their owners and operators see them. */
import { drainEndsAt, mayBeHandedOut, newHost, type Criterion, type HostRecord } from '@banyan/core';
import { toldCriteria, type CriterionView, type HostView, type Order, type Policy } from '@banyan/proto';
import type { BeatingSupernode } from '../registry.ts';
import { judgeVolunteer, type KeptHost, type KeptMeasurement, type KeptVolunteer } from './records.ts';

/** Everything that is known of one host. */
export interface KnownHost {
  readonly deviceId: string;
  readonly host: KeptHost | undefined;
  readonly volunteer: KeptVolunteer | undefined;
  readonly measured: KeptMeasurement | undefined;
  /** As it beats; undefined: it does not. */
  readonly entry: BeatingSupernode | undefined;
}

/** The record of a host of which nothing was decided yet. */
export function recordOf({ deviceId, host, volunteer, entry }: KnownHost, now: number): HostRecord {
  return (
    host?.record ??
    // Nothing was decided yet: it is what it is since it offered itself, or beats.
    newHost(
      deviceId,
      volunteer === undefined && entry !== undefined ? 'operated' : 'volunteer',
      volunteer?.offeredSince ?? entry?.since ?? now,
    )
  );
}

/** What it calls itself, for people; as it did last when it says nothing now. */
export function nameOf({ volunteer, entry, host }: KnownHost): string {
  return volunteer?.report.name ?? entry?.name ?? host?.name ?? '';
}

export function criterionView({ value, at, ...rest }: Criterion): CriterionView {
  return { ...rest, value: value ?? null, at: at ?? null };
}

export function orderOf(record: HostRecord, policy: Policy): Order {
  const { role, since, by, reason, maxLeaves, drainMs = policy.drainMs } = record;
  const endsAt = drainEndsAt(record);
  return { role, since, by, reason, maxLeaves, drainMs, ...(endsAt === undefined ? {} : { endsAt }) };
}

function loadOf(said: BeatingSupernode): NonNullable<HostView['load']> {
  const { records, links = 0, loopDelayMs, rates, answers } = said;
  return {
    ...{ records, links, loopDelayMs },
    ...(rates === undefined ? {} : { rates }),
    ...(answers === undefined ? {} : { answers }),
  };
}

export function hostView(known: KnownHost, policy: Policy, now: number): HostView {
  const { deviceId, volunteer, measured, entry } = known;
  const record = recordOf(known, now);
  const judgement =
    volunteer === undefined ? undefined : judgeVolunteer(deviceId, volunteer, measured, policy, now);
  const region = volunteer?.report.region ?? entry?.region;
  return {
    deviceId,
    name: nameOf(known),
    account: volunteer?.account ?? '',
    kind: record.kind,
    ...(region === undefined ? {} : { region }),
    order: orderOf(record, policy),
    handedOut: entry?.state === 'active' && mayBeHandedOut(record),
    ...(record.isCordoned === true ? { cordoned: true } : {}),
    fault: record.fault ?? null,
    offered: volunteer?.report.withinHours === true,
    reportedAt: volunteer?.reportedAt ?? null,
    child: volunteer?.report.child.state ?? (entry === undefined ? 'none' : 'serving'),
    leaves: entry?.leaves ?? 0,
    capacity: entry?.capacity ?? 0,
    ...(entry === undefined ? {} : { load: loadOf(entry) }),
    fit: judgement?.isFit ?? false,
    fitSince: volunteer?.fitSince ?? null,
    score: judgement?.score ?? 0,
    ...toldCriteria(judgement?.criteria.map(criterionView) ?? []),
    caps: volunteer?.report.caps ?? null,
  };
}
