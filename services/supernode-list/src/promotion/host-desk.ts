/**
 * Where hosts report, are measured and decided upon. Any replica takes any call: what a host is lies in the store, one key
 * each, changed by compare-and-set, and every change of a role goes to the audit with the figures of that moment.
 */
import {
  isCut,
  isFailing,
  mayBeHandedOut,
  stepHost,
  type Author,
  type HostChange,
  type HostEvent,
  type HostRecord,
  type HostRole,
} from '@banyan/core';
import {
  BanyanError,
  toldCriteria,
  versionText,
  withAllCriteria,
  type AuditAction,
  type AuditEntry,
  type BeatResponse,
  type DecisionRequest,
  type DecisionResponse,
  type HostAction,
  type HostView,
  type MeasurementReport,
  type VolunteerAnswer,
  type VolunteerReport,
} from '@banyan/proto';
import { updateEntry, type AuditLog, type Clock, type Log, type Store } from '@banyan/kit';
import type { BeatingSupernode } from '../registry.ts';
import { failureText } from './failure-text.ts';
import { criterionView, hostView, nameOf, orderOf, recordOf, type KnownHost } from './host-view.ts';
import type { PolicyBook } from './policy-book.ts';
import {
  BUSY_REPORT_INTERVAL_MS,
  judgeVolunteer,
  KEY,
  keptMeasurement,
  MEASUREMENT_TTL_MS,
  REPORT_INTERVAL_MS,
  VOLUNTEER_TTL_MS,
  type KeptHost,
  type KeptMeasurement,
  type KeptVolunteer,
} from './records.ts';

/** Who speaks for a device. */
export interface Caller {
  readonly deviceId: string;
  readonly accountId: string;
  readonly account: string;
}

/** A role that changed, and how long it had lasted. */
export interface RoleChange {
  readonly from: HostRole;
  readonly to: HostRole;
  readonly by: Author['kind'];
  readonly ms: number;
}

export interface HostDeskComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditLog;
  readonly policies: PolicyBook;
  /** Whoever beats just now. */
  readonly registry: {
    get(deviceId: string): BeatingSupernode | undefined;
    members(): readonly BeatingSupernode[];
  };
  readonly onChange?: (change: RoleChange) => void;
}

/** What the routes and the steward do with hosts. */
export interface HostDesk {
  report(caller: Caller, report: VolunteerReport): Promise<VolunteerAnswer>;
  withdraw(deviceId: string): Promise<void>;
  /** @throws BanyanError `not_found`, `forbidden` unless the volunteer names `by` as its home */
  measured(deviceId: string, by: string, report: MeasurementReport): Promise<void>;
  /** What a supernode is told with the answer to its beat. */
  answerBeat(deviceId: string): Promise<Pick<BeatResponse, 'order' | 'measure'>>;
  hosts(): Promise<HostView[]>;
  /** @throws BanyanError `not_found` */
  host(deviceId: string): Promise<HostView>;
  /** @throws BanyanError `not_found`, `conflict` for what does not fit */
  decide(
    deviceId: string,
    action: HostAction,
    request: DecisionRequest,
    by: Author,
  ): Promise<DecisionResponse>;
  /** Lets something happen to a host; what it was before is returned with what it is now. */
  apply(known: KnownHost, event: HostEvent, figures?: AuditEntry['figures']): Promise<HostRecord>;
  /** Everything that is known of all hosts. */
  all(): Promise<KnownHost[]>;
}

export function createHostDesk(components: HostDeskComponents): HostDesk {
  const { store, clock, log, audit, policies, registry, onChange } = components;

  const known = async (deviceId: string): Promise<KnownHost> => {
    const [host, volunteer, measured] = await Promise.all([
      store.get<KeptHost>(KEY.host(deviceId)),
      store.get<KeptVolunteer>(KEY.volunteer(deviceId)),
      store.get<KeptMeasurement>(KEY.measurement(deviceId)),
    ]);
    return {
      deviceId,
      host: host?.value,
      volunteer: volunteer?.value,
      measured: measured?.value,
      entry: registry.get(deviceId),
    };
  };

  const required = async (deviceId: string): Promise<KnownHost> => {
    const found = await known(deviceId);
    if (found.host === undefined && found.volunteer === undefined && found.entry === undefined)
      throw new BanyanError(
        'not_found',
        'No host with that id volunteers or is a supernode. List them with `hosts`.',
      );
    return found;
  };

  const apply: HostDesk['apply'] = async (about, event, figures = {}) => {
    const { deviceId } = about;
    let entry: AuditEntry | undefined;
    let before: KeptHost | undefined;
    let changed: RoleChange | undefined;
    const kept = await updateEntry<KeptHost>(store, KEY.host(deviceId), (now) => {
      before = now;
      entry = changed = undefined;
      const from = now?.record ?? recordOf(about, clock.now());
      const { record, change } = stepHost(from, event, clock.now());
      if (change === undefined)
        return record === from || isSame(record, from) ? undefined : { ...(now ?? unkept(about)), record };
      if (change.from !== change.to)
        changed = { from: change.from, to: change.to, by: change.by.kind, ms: clock.now() - from.since };
      entry = audit.make({
        by: change.by,
        action: auditedAs(change),
        subject: deviceId,
        name: nameOf(about),
        reason: change.reason,
        figures: { from: change.from, ...figures },
      });
      return { ...(now ?? unkept(about)), name: nameOf(about), record, entry };
    });
    if (entry === undefined) return kept?.record ?? recordOf(about, clock.now());
    // A process that dies here leaves the entry in the host's record, where it is found.
    if (before?.entry !== undefined) await audit.keep(before.entry);
    await audit.keep(entry);
    if (changed !== undefined) onChange?.(changed);
    log.info({ deviceId, by: entry.by, role: kept!.record.role }, `host ${entry.name}: ${entry.reason}`);
    await noteHeld(deviceId, kept!.record);
    return kept!.record;
  };

  const unkept = (about: KnownHost): KeptHost => ({
    record: recordOf(about, clock.now()),
    name: nameOf(about),
    isGranted: false,
  });

  /** To whom nobody is sent, for all replicas to see: one small key, written when it changes. */
  const noteHeld = async (deviceId: string, record: HostRecord): Promise<void> => {
    const isHeld = !mayBeHandedOut(record);
    await updateEntry<{ ids: string[] }>(store, KEY.held, (now) => {
      const ids = now?.ids ?? [];
      if (ids.includes(deviceId) === isHeld) return undefined;
      return { ids: isHeld ? [...ids, deviceId] : ids.filter((id) => id !== deviceId) };
    });
  };

  /** What a supernode is to be; undefined: what it is. */
  const beatOrder = async (record: HostRecord): Promise<BeatResponse['order']> => {
    const { role, reason, drainMs, isCordoned = false } = record;
    // One that was ended may go on for as long as its host has not heard of it: leaves are not to wait for that.
    if (role === 'leaf') return isCut(record) ? { state: 'draining', drainMs: 0, reason } : undefined;
    if (role !== 'draining')
      return { state: 'active', drainMs: 0, reason, ...(isCordoned ? { cordoned: true } : {}) };
    return { state: 'draining', drainMs: drainMs ?? (await policies.current()).policy.drainMs, reason };
  };

  const figuresOf = (view: HostView): AuditEntry['figures'] => ({
    leaves: view.leaves,
    score: Math.round(view.score * 100) / 100,
    ...Object.fromEntries(
      withAllCriteria(view).criteria.map(({ name, value }) => [
        name,
        name === 'version' && value !== null ? versionText(value) : value,
      ]),
    ),
  });

  return {
    apply,
    async report({ deviceId, accountId, account }, report) {
      const now = clock.now();
      const about = await known(deviceId);
      const { policy } = await policies.current();
      const before = about.volunteer;
      const offeredSince = before?.report.withinHours === true ? before.offeredSince : now;
      const judgement = judgeVolunteer(
        deviceId,
        { report, reportedAt: now, offeredSince },
        about.measured,
        policy,
        now,
      );
      const volunteer: KeptVolunteer = {
        report,
        accountId,
        account,
        reportedAt: now,
        offeredSince,
        ...(judgement.isFit ? { fitSince: before?.fitSince ?? now } : {}),
        ...(isFailing(judgement) ? { unfitSince: before?.unfitSince ?? now } : {}),
      };
      // The next report says all of it again.
      await store.put(KEY.volunteer(deviceId), volunteer, { ttlMs: VOLUNTEER_TTL_MS, durable: false });
      let record = recordOf({ ...about, volunteer }, now);
      if (report.child.state === 'failed') {
        const { code = 'internal', message = 'its supernode could not be started' } =
          report.child.problem ?? {};
        record = await apply({ ...about, volunteer }, { type: 'failed', code, message });
      }
      return {
        order: orderOf(record, policy),
        ...toldCriteria(judgement.criteria.map(criterionView)),
        reportIntervalMs: isSettled(record, about.measured) ? REPORT_INTERVAL_MS : BUSY_REPORT_INTERVAL_MS,
      };
    },
    async withdraw(deviceId) {
      const about = await known(deviceId);
      await store.delete(KEY.volunteer(deviceId));
      if (about.host !== undefined) await apply(about, { type: 'withdrawn' });
    },
    async measured(deviceId, by, report) {
      const { volunteer } = await known(deviceId);
      if (volunteer === undefined)
        throw new BanyanError('not_found', 'That device does not volunteer (any more).');
      if (volunteer.report.home !== by || by === deviceId)
        throw new BanyanError('forbidden', 'Only the home supernode that a volunteer names measures it.');
      await store.put(KEY.measurement(deviceId), keptMeasurement(report, by, clock.now()), {
        ttlMs: MEASUREMENT_TTL_MS,
        durable: false,
      });
    },
    async answerBeat(deviceId) {
      const [host, tasks] = await Promise.all([
        store.get<KeptHost>(KEY.host(deviceId)),
        store.get<{ ids: string[] }>(KEY.tasks(deviceId)),
      ]);
      const measure = tasks?.value.ids ?? [];
      const record = host?.value.record;
      const order = record === undefined ? undefined : await beatOrder(record);
      return { ...(order === undefined ? {} : { order }), ...(measure.length === 0 ? {} : { measure }) };
    },
    async all() {
      const hosts = new Map<string, KeptHost>();
      const volunteers = new Map<string, KeptVolunteer>();
      const measurements = new Map<string, KeptMeasurement>();
      const read = async <T>(prefix: string, into: Map<string, T>): Promise<void> => {
        for await (const [key, { value }] of store.list<T>(prefix)) into.set(key.slice(prefix.length), value);
      };
      await Promise.all([
        read(KEY.hosts, hosts),
        read(KEY.volunteers, volunteers),
        read(KEY.measurements, measurements),
      ]);
      const entries = new Map(registry.members().map((entry) => [entry.deviceId, entry]));
      const ids = new Set([...hosts.keys(), ...volunteers.keys(), ...entries.keys()]);
      return [...ids].sort().map((deviceId) => ({
        deviceId,
        host: hosts.get(deviceId),
        volunteer: volunteers.get(deviceId),
        measured: measurements.get(deviceId),
        entry: entries.get(deviceId),
      }));
    },
    async hosts() {
      const { policy } = await policies.current();
      const all = await this.all();
      const now = clock.now();
      return all
        .filter(
          ({ volunteer, entry, host }) =>
            volunteer !== undefined || entry !== undefined || host?.record.role !== 'leaf',
        )
        .map((one) => hostView(one, policy, now));
    },
    async host(deviceId) {
      const about = await required(deviceId);
      return hostView(about, (await policies.current()).policy, clock.now());
    },
    async decide(deviceId, action, request, by) {
      const { reason, maxLeaves, force = false, dryRun = false, drainMs } = request;
      if (drainMs !== undefined && (action !== 'drain' || force))
        throw new BanyanError(
          'invalid_request',
          'A time to drain (drainMs) belongs to a drain alone, and one by force has none. Leave it out.',
        );
      const about = await required(deviceId);
      const { policy } = await policies.current();
      const view = hostView(about, policy, clock.now());
      const record = recordOf(about, clock.now());
      const event = eventOf(action, record, {
        by,
        reason,
        maxLeaves: maxLeaves ?? about.volunteer?.report.caps.maxLeaves ?? 0,
        force,
        ...(drainMs === undefined ? {} : { drainMs }),
      });
      if (event.type === 'promote') requireOffer(about, view, force, maxLeaves);
      // What does not fit its role is refused by a dry run as well.
      const { record: after } = stepHost(record, event, clock.now());
      if (dryRun)
        return {
          host: { ...view, order: orderOf(after, policy), cordoned: after.isCordoned === true },
          done: false,
        };
      const failing = withAllCriteria(view)
        .criteria.filter(({ passed }) => !passed)
        .map(({ name }) => name);
      await apply(about, event, {
        ...figuresOf(view),
        ...(event.type === 'promote' && failing.length > 0 ? { forced: failing.join(', ') } : {}),
        ...(event.type === 'drain' && drainMs !== undefined ? { drainMs } : {}),
      });
      return { host: hostView(await known(deviceId), policy, clock.now()), done: true };
    },
  };
}

/** Only who is offered is promoted, and only who is fit, unless an operator insists. */
function requireOffer(
  { volunteer }: KnownHost,
  view: HostView,
  force: boolean,
  maxLeaves: number | undefined,
): void {
  if (volunteer === undefined)
    throw new BanyanError(
      'conflict',
      'The owner of this host does not offer it. Only volunteers are promoted.',
    );
  const { caps } = volunteer.report;
  if (maxLeaves !== undefined && maxLeaves > caps.maxLeaves)
    throw new BanyanError(
      'conflict',
      `The owner of this host gives room for ${caps.maxLeaves} leaves at most.`,
    );
  const failing = withAllCriteria(view).criteria.filter(({ passed }) => !passed);
  // Consent is nobody's to override.
  if (failing.some(({ name }) => name === 'offered'))
    throw new BanyanError('conflict', 'The owner of this host does not offer it at this hour.');
  if (failing.length === 0 || force) return;
  throw new BanyanError(
    'conflict',
    `This host does not meet the policy: ${failing.map(failureText).join('; ')}.`,
    {
      details: { failing: failing.map(({ name }) => name).join(',') },
    },
  );
}

interface Wish {
  readonly by: Author;
  readonly reason: string;
  readonly maxLeaves: number;
  readonly force: boolean;
  readonly drainMs?: number;
}

function eventOf(action: HostAction, { role, kind, switchedAt }: HostRecord, wish: Wish): HostEvent {
  const { by, reason, maxLeaves, force, drainMs } = wish;
  const promote: HostEvent = { type: 'promote', by, reason, maxLeaves };
  switch (action) {
    case 'promote':
      return promote;
    case 'drain':
      if (force) return { type: 'end', by, reason };
      return { type: 'drain', by, reason, ...(drainMs === undefined ? {} : { drainMs }) };
    case 'cordon':
    case 'uncordon':
      return { type: 'cordon', by, reason, isOn: action === 'cordon' };
    case 'cancel':
      return { type: 'cancel', by, reason };
    case 'undo':
      if (role === 'serving' && kind === 'volunteer') return { type: 'drain', by, reason };
      if (role === 'leaf' && switchedAt !== undefined) return promote;
      return { type: 'cancel', by, reason };
  }
}

/** What a change is called in the audit. */
function auditedAs({ what, to }: HostChange): AuditAction {
  switch (what) {
    case 'role':
      return `host.${to}`;
    case 'ended by force':
      return 'host.forced_out';
    case 'cordoned':
    case 'uncordoned':
      return `host.${what}`;
  }
}

/** Whether the next report can wait. */
function isSettled({ role }: HostRecord, measured: KeptMeasurement | undefined): boolean {
  return role === 'serving' || (role === 'leaf' && measured !== undefined);
}

function isSame(a: HostRecord, b: HostRecord): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
