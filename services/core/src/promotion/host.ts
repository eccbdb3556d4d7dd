/**
 * The role of one host, step by step.
 *
 * ```
 *            promote              beat               probe passed
 *   leaf ───────────▶ promoting ───────▶ proving ───────────────▶ serving
 *    ▲                 │ too late,         │ probes fail,            │ drain, withdrawn,
 *    │                 │ failed, cancel    │ cancel                  │ probes fail for long
 *    │◀────────────────┘                   ▼                         ▼
 *    └──────────────────────────────── draining ◀────────────────────┘
 *        gone, deadline over               │ cancel ──▶ serving
 * ```
 *
 * One that is run by its operator serves from its first beat on: leaf ──beat──▶ serving.
 *
 * From each of them but `leaf` an operator can end it by force. Nobody is sent to a host that is not `serving`, nor to one
 * whose last probes failed, nor to one that an operator has cordoned.
 */
import { BanyanError } from '@banyan/proto';
import type { Author, HostEvent, HostRecord, HostRole, HostStep } from './types.ts';

/** A host that was told to become a supernode shows itself by then: reports come every half minute, a start takes seconds. */
const PROMOTING_MS = 5 * 60_000;
/** By then it has passed a probe, or does not become one. */
const PROVING_MS = 5 * 60_000;
/** Probes that fail in a row before nobody is sent there any more. One may be lost. */
const MAX_FAILED_PROBES = 2;
/** Probes that fail in a row before a volunteer is drained: a quarter of an hour of them. */
const DRAIN_FAILED_PROBES = 15;

const LIST: Author = { kind: 'list' };
const OWNER: Author = { kind: 'owner' };

/** A host of which nothing was decided. */
export function newHost(deviceId: string, kind: HostRecord['kind'], now: number): HostRecord {
  return {
    deviceId,
    kind,
    role: kind === 'operated' ? 'serving' : 'leaf',
    since: now,
    switchedAt: undefined,
    by: LIST,
    reason: kind === 'operated' ? 'it was started by its operator' : 'it was offered by its owner',
    maxLeaves: 0,
    failedProbes: 0,
    provedAt: kind === 'operated' ? now : undefined,
    fault: undefined,
  };
}

/** Whether leaves may be sent there. */
export function mayBeHandedOut({ role, failedProbes, isCordoned = false }: HostRecord): boolean {
  return role === 'serving' && failedProbes < MAX_FAILED_PROBES && !isCordoned;
}

/** Whether it should run a supernode now. */
export function isToServe({ role }: HostRecord): boolean {
  return role !== 'leaf';
}

/** When the list ends its drain, whoever has not moved, Unix ms; undefined: it does not, or there is none. */
export function drainEndsAt({ role, since, drainMs = 0 }: HostRecord): number | undefined {
  return role === 'draining' && drainMs > 0 ? since + drainMs : undefined;
}

/** Whether what leaves are left are to be cut now. */
export function isCut({ drainMs }: HostRecord): boolean {
  return drainMs === 0;
}

/**
 * What an event makes of a host.
 *
 * @param now - Unix ms
 * @throws BanyanError `conflict` for a decision that does not fit its role
 */
export function stepHost(record: HostRecord, event: HostEvent, now: number): HostStep {
  const stay = (change: Partial<HostRecord> = {}): HostStep => ({
    record: { ...record, ...change },
    change: undefined,
  });
  // How long a drain may take is of that drain alone.
  const { drainMs: _drainMs, ...lasting } = record;
  const become = (to: HostRole, by: Author, reason: string, change: Partial<HostRecord> = {}): HostStep => ({
    record: {
      ...lasting,
      role: to,
      since: now,
      by,
      reason,
      failedProbes: 0,
      ...(to === 'leaf' || to === 'serving' ? { switchedAt: now } : {}),
      ...change,
    },
    change: { what: 'role', from: record.role, to, by, reason },
  });
  /** It is no supernode, for a reason that is to be seen. */
  const fall = (code: string, message: string): HostStep =>
    become('leaf', LIST, message, { fault: { code, message, at: now } });

  switch (event.type) {
    case 'promote':
      if (record.kind === 'operated')
        throw new BanyanError('conflict', 'This supernode is run by its operator; it needs no promotion.');
      if (record.role !== 'leaf')
        throw new BanyanError('conflict', `This host is ${WORDS[record.role]} already.`);
      if (record.isCordoned === true)
        throw new BanyanError(
          'conflict',
          'An operator said that this host is not to be promoted. Take that back first (uncordon).',
        );
      return become('promoting', event.by, event.reason, {
        maxLeaves: event.maxLeaves,
        fault: undefined,
        provedAt: undefined,
      });
    case 'drain':
      if (record.role === 'draining')
        throw new BanyanError('conflict', 'This supernode is being drained already.');
      if (record.role === 'leaf')
        throw new BanyanError('conflict', 'This host is no supernode. There is nothing to drain.');
      // Nobody was ever sent there.
      if (record.role === 'promoting') return become('leaf', event.by, event.reason);
      return become(
        'draining',
        event.by,
        event.reason,
        event.drainMs === undefined ? {} : { drainMs: event.drainMs },
      );
    case 'end': {
      if (record.role === 'leaf')
        throw new BanyanError('conflict', 'This host is no supernode. There is nothing to end.');
      if (record.role === 'draining' && isCut(record))
        throw new BanyanError('conflict', 'This supernode was ended already. Its leaves are being cut.');
      // One that is run by its operator stays up, without leaves, until the drain is cancelled.
      const to = record.kind === 'operated' ? 'draining' : 'leaf';
      const step = become(to, event.by, event.reason, { drainMs: 0 });
      return { ...step, change: { ...step.change!, what: 'ended by force' } };
    }
    case 'cordon': {
      if (event.isOn === (record.isCordoned === true))
        throw new BanyanError(
          'conflict',
          event.isOn ? 'This host is cordoned already.' : 'This host is not cordoned.',
        );
      const { isCordoned: _isCordoned, ...open } = record;
      const { role } = record;
      return {
        record: event.isOn ? { ...record, isCordoned: true } : open,
        change: {
          what: event.isOn ? 'cordoned' : 'uncordoned',
          ...{ from: role, to: role, by: event.by, reason: event.reason },
        },
      };
    }
    case 'cancel':
      switch (record.role) {
        case 'promoting':
          return become('leaf', event.by, event.reason);
        case 'proving':
          return become('draining', event.by, event.reason);
        case 'draining':
          // What it was before the drain it has to prove again, unless it has.
          return become(record.provedAt === undefined ? 'proving' : 'serving', event.by, event.reason);
        default:
          throw new BanyanError('conflict', 'Nothing is under way with this host that could be cancelled.');
      }
    case 'withdrawn':
      if (record.kind === 'operated' || record.role === 'leaf' || record.role === 'draining') return stay();
      return become(
        record.role === 'promoting' ? 'leaf' : 'draining',
        OWNER,
        'its owner does not offer it any more',
      );
    case 'beat':
      if (record.role === 'promoting') return become('proving', record.by, 'it shows itself as a supernode');
      // Its operator put it up again: it is what one is of which nothing was decided. A cordon outlasts that.
      if (record.kind === 'operated' && record.role === 'leaf')
        return become('serving', OWNER, 'it was started by its operator', {
          provedAt: now,
          fault: undefined,
        });
      return stay();
    case 'probed':
      if (event.ok) {
        if (record.role === 'proving')
          return become('serving', record.by, 'it passed the dial-back test and a probe query', {
            provedAt: now,
            fault: undefined,
          });
        return record.role === 'serving'
          ? stay({ provedAt: now, failedProbes: 0, fault: undefined })
          : stay();
      }
      if (record.role !== 'serving' && record.role !== 'proving') return stay();
      return failedProbe(record, event.code, event.message, now, become);
    case 'failed':
      return record.kind === 'volunteer' && (record.role === 'promoting' || record.role === 'proving')
        ? fall(event.code, event.message)
        : stay();
    case 'gone':
      if (record.role === 'leaf' || record.role === 'promoting') return stay();
      if (record.role === 'draining')
        return become('leaf', record.by, 'its leaves have moved, and it has stopped');
      return event.said ? become('leaf', OWNER, 'it left by itself') : fall('unreachable', 'it fell silent');
    case 'tick': {
      const endsAt = drainEndsAt(record);
      if (endsAt !== undefined && now >= endsAt)
        return record.kind === 'operated'
          ? stay({ drainMs: 0 })
          : become('leaf', LIST, 'the time that its drain was given is over', { drainMs: 0 });
      if (record.role === 'promoting' && now - record.since >= PROMOTING_MS)
        return fall('timeout', 'it did not show itself as a supernode in time');
      if (record.role === 'proving' && now - record.since >= PROVING_MS) {
        const { code = 'timeout', message = 'it was not proved in time' } = record.fault ?? {};
        return become('draining', LIST, `it did not pass its probes: ${message}`, {
          fault: { code, message, at: now },
        });
      }
      return stay();
    }
  }
}

function failedProbe(
  record: HostRecord,
  code: string,
  message: string,
  now: number,
  become: (to: HostRole, by: Author, reason: string, change?: Partial<HostRecord>) => HostStep,
): HostStep {
  const failedProbes = record.failedProbes + 1;
  const fault = { code, message, at: now };
  if (record.kind === 'volunteer' && record.role === 'serving' && failedProbes >= DRAIN_FAILED_PROBES)
    return become('draining', LIST, `it has not answered its probes for long: ${message}`, { fault });
  return { record: { ...record, failedProbes, fault }, change: undefined };
}

const WORDS: Readonly<Record<HostRole, string>> = {
  leaf: 'a leaf',
  promoting: 'being promoted',
  proving: 'being promoted',
  serving: 'a supernode',
  draining: 'being drained',
};
