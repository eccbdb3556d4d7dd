import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isBanyanError } from '@banyan/proto';
import {
  drainEndsAt,
  isToServe,
  mayBeHandedOut,
  newHost,
  stepHost,
  type HostEvent,
  type HostRecord,
  type HostRole,
} from '@banyan/core';
import { after, CANCEL, DRAIN, FAILED, NOW, OPERATOR, PASSED, PROMOTE, SERVING } from './hosts.ts';

const BEAT: HostEvent = { type: 'beat' };
const GONE: HostEvent = { type: 'gone', said: true };
const SILENT: HostEvent = { type: 'gone', said: false };
const WITHDRAWN: HostEvent = { type: 'withdrawn' };
const END: HostEvent = { type: 'end', by: OPERATOR, reason: 'it is broken' };
const CORDON = { type: 'cordon', by: OPERATOR, reason: 'a look', isOn: true } as const;
const MINUTE_MS = 60_000;

describe('a host', () => {
  it('becomes a supernode by way of showing itself and being proved, and only then is handed out', () => {
    let record = newHost('host', 'volunteer', NOW);
    const seen: HostRole[] = [];
    for (const event of SERVING) {
      expect(mayBeHandedOut(record)).toBe(false);
      const step = stepHost(record, event, NOW);
      expect(step.change).toMatchObject({ from: record.role, to: step.record.role, by: OPERATOR });
      record = step.record;
      seen.push(record.role);
    }
    expect(seen).toEqual(['promoting', 'proving', 'serving']);
    expect(record).toMatchObject({ maxLeaves: 500, switchedAt: NOW, provedAt: NOW });
    expect(mayBeHandedOut(record)).toBe(true);
  });

  it('leaves service over a drain, in which it still serves, and is a leaf when it is gone', () => {
    const draining = after([...SERVING, DRAIN]);
    expect(draining).toMatchObject({ role: 'draining', reason: 'maintenance' });
    expect(isToServe(draining)).toBe(true);
    expect(mayBeHandedOut(draining)).toBe(false);
    expect(after([...SERVING, DRAIN, GONE])).toMatchObject({ role: 'leaf', by: OPERATOR, fault: undefined });
  });

  it('that its operator runs serves again when it is put up again, unless it is cordoned', () => {
    const operated = newHost('x', 'operated', NOW);
    for (const events of [[GONE], [SILENT], [FAILED, FAILED, GONE], [DRAIN, GONE], [END, GONE]]) {
      const gone = after(events, operated);
      expect(gone.role).toBe('leaf');
      const { record, change } = stepHost(gone, BEAT, NOW + MINUTE_MS);
      expect(change).toMatchObject({ from: 'leaf', to: 'serving', by: { kind: 'owner' } });
      expect(record).toMatchObject({ since: NOW + MINUTE_MS, failedProbes: 0, fault: undefined });
      expect(mayBeHandedOut(record)).toBe(true);
    }
    expect(mayBeHandedOut(after([CORDON, GONE, BEAT], operated))).toBe(false);
    // A volunteer's part in the network ended with its going.
    expect(after([...SERVING, SILENT, BEAT]).role).toBe('leaf');
  });

  it('has what was begun taken back', () => {
    expect(after([PROMOTE, CANCEL]).role).toBe('leaf');
    expect(after([PROMOTE, BEAT, CANCEL]).role).toBe('draining');
    expect(after([...SERVING, DRAIN, CANCEL])).toMatchObject({ role: 'serving', reason: 'a mistake' });
    // It had proved nothing before.
    expect(after([PROMOTE, BEAT, DRAIN, CANCEL]).role).toBe('proving');
  });

  it('is ended by the list when a drain has a deadline and it is over, whoever has not moved', () => {
    const draining = after([...SERVING, { ...DRAIN, drainMs: 30_000 }]);
    const endsAt = drainEndsAt(draining)!;
    expect(endsAt).toBe(draining.since + 30_000);
    const tick: HostEvent = { type: 'tick' };
    expect(stepHost(draining, tick, endsAt - 1)).toMatchObject({ change: undefined, record: draining });
    const { record, change } = stepHost(draining, tick, endsAt);
    expect(change).toMatchObject({ from: 'draining', to: 'leaf', by: { kind: 'list' } });
    expect(record).toMatchObject({ role: 'leaf', drainMs: 0 });
    // One that its operator runs stays up: its leaves are cut.
    const operated = after([{ ...DRAIN, drainMs: 30_000 }], newHost('x', 'operated', NOW));
    expect(stepHost(operated, tick, NOW + 30_000)).toMatchObject({
      ...{ change: undefined, record: { role: 'draining', drainMs: 0 } },
    });
    // Another drain has a time of its own, or none.
    expect(after([...SERVING, { ...DRAIN, drainMs: 30_000 }, CANCEL, DRAIN])).not.toHaveProperty('drainMs');
    expect(drainEndsAt(after([...SERVING, DRAIN]))).toBeUndefined();
  });

  it('is ended by force at once, in whatever role, and that is told', () => {
    for (const events of [[PROMOTE], [PROMOTE, BEAT], [...SERVING], [...SERVING, DRAIN]]) {
      const { record, change } = stepHost(after(events), END, NOW + MINUTE_MS);
      expect(change).toMatchObject({ what: 'ended by force', to: 'leaf', by: OPERATOR });
      expect(record).toMatchObject({ role: 'leaf', drainMs: 0, reason: 'it is broken' });
      expect(isToServe(record)).toBe(false);
      // What it is told at its end says nothing of the next time.
      expect(stepHost(record, PROMOTE, NOW + MINUTE_MS).record).not.toHaveProperty('drainMs');
    }
    const operated = after([END], newHost('x', 'operated', NOW));
    expect(operated).toMatchObject({ role: 'draining', drainMs: 0 });
    expect(stepHost(operated, CANCEL, NOW).record).toMatchObject({ role: 'serving' });
  });

  it('that is cordoned is not handed out, and not promoted, whatever else happens to it', () => {
    const serving = after([...SERVING, CORDON]);
    expect(serving).toMatchObject({ role: 'serving', isCordoned: true });
    expect(mayBeHandedOut(serving)).toBe(false);
    expect(mayBeHandedOut(after([PASSED], serving))).toBe(false);
    expect(mayBeHandedOut(after([{ ...CORDON, isOn: false }], serving))).toBe(true);
    expect(after([DRAIN, GONE], serving)).toMatchObject({ role: 'leaf', isCordoned: true });
    expect(() => after([CORDON, PROMOTE])).toThrow(/not to be promoted/);
    expect(after([CORDON, { ...CORDON, isOn: false }, PROMOTE]).role).toBe('promoting');
    const { change } = stepHost(serving, { ...CORDON, isOn: false }, NOW);
    expect(change).toMatchObject({ what: 'uncordoned', from: 'serving', to: 'serving', reason: 'a look' });
  });

  it('refuses what does not fit its role, with the reason', () => {
    const refused: [HostEvent[], HostEvent, RegExp][] = [
      [[], DRAIN, /no supernode/],
      [[], CANCEL, /Nothing is under way/],
      [[PROMOTE], PROMOTE, /being promoted already/],
      [[...SERVING], PROMOTE, /a supernode already/],
      [[...SERVING, DRAIN], PROMOTE, /being drained already/],
      [[...SERVING, DRAIN], DRAIN, /being drained already/],
      [[...SERVING], CANCEL, /Nothing is under way/],
      [[], END, /no supernode/],
      [[CORDON], CORDON, /cordoned already/],
      [[], { ...CORDON, isOn: false }, /not cordoned/],
    ];
    for (const [events, event, message] of refused) {
      const before = after(events);
      let thrown: unknown;
      try {
        stepHost(before, event, NOW);
      } catch (error) {
        thrown = error;
      }
      expect(isBanyanError(thrown) && thrown.code).toBe('conflict');
      expect((thrown as Error).message).toMatch(message);
    }
    expect(() => stepHost(newHost('x', 'operated', NOW), PROMOTE, NOW)).toThrow(/run by its operator/);
  });

  it('that does not show itself in time is a leaf again, and says why', () => {
    const promoting = after([PROMOTE]);
    const tick: HostEvent = { type: 'tick' };
    expect(stepHost(promoting, tick, NOW + 4 * MINUTE_MS).change).toBeUndefined();
    expect(stepHost(promoting, tick, NOW + 5 * MINUTE_MS).record).toMatchObject({
      role: 'leaf',
      by: { kind: 'list' },
      fault: { code: 'timeout' },
    });
    const failed: HostEvent = { type: 'failed', code: 'port_taken', message: 'the port is taken' };
    expect(after([PROMOTE, failed])).toMatchObject({ role: 'leaf', fault: { code: 'port_taken' } });
  });

  it('that fails its probes before it served never serves, and says with what', () => {
    const proving = after([PROMOTE, BEAT, FAILED, FAILED, FAILED]);
    expect(proving).toMatchObject({ role: 'proving', fault: { code: 'unreachable' } });
    const { record } = stepHost(proving, { type: 'tick' }, NOW + 6 * MINUTE_MS);
    expect(record).toMatchObject({ role: 'draining', fault: { code: 'unreachable' } });
    expect(record.reason).toMatch(/nobody answers/);
  });

  it('that fails its probes while it serves is handed out no more, until it passes one', () => {
    const once = after([...SERVING, FAILED]);
    expect(mayBeHandedOut(once)).toBe(true);
    const twice = after([...SERVING, FAILED, FAILED]);
    expect(twice.role).toBe('serving');
    expect(mayBeHandedOut(twice)).toBe(false);
    expect(mayBeHandedOut(after([...SERVING, FAILED, FAILED, PASSED]))).toBe(true);
    const long = Array.from({ length: 15 }, () => FAILED);
    expect(after([...SERVING, ...long]).role).toBe('draining');
    // One that an operator runs is never ended from here.
    expect(after(long, newHost('x', 'operated', NOW))).toMatchObject({ role: 'serving', failedProbes: 15 });
  });

  it('that falls silent is a leaf, and says so; one that leaves is a leaf by its owner’s will', () => {
    expect(after([...SERVING, SILENT])).toMatchObject({ role: 'leaf', fault: { code: 'unreachable' } });
    expect(after([...SERVING, GONE])).toMatchObject({
      role: 'leaf',
      by: { kind: 'owner' },
      fault: undefined,
    });
  });

  it('is let go by its owner at any time', () => {
    expect(after([WITHDRAWN]).role).toBe('leaf');
    expect(after([PROMOTE, WITHDRAWN])).toMatchObject({ role: 'leaf', by: { kind: 'owner' } });
    expect(after([PROMOTE, BEAT, WITHDRAWN]).role).toBe('draining');
    expect(after([...SERVING, WITHDRAWN])).toMatchObject({ role: 'draining', by: { kind: 'owner' } });
    expect(after([...SERVING, DRAIN, WITHDRAWN])).toMatchObject({ role: 'draining', by: OPERATOR });
  });

  it('keeps to its ways whatever comes in whatever order', () => {
    const events: HostEvent[] = [
      PROMOTE,
      DRAIN,
      CANCEL,
      BEAT,
      PASSED,
      FAILED,
      GONE,
      SILENT,
      WITHDRAWN,
      END,
      CORDON,
      { ...CORDON, isOn: false },
      { ...DRAIN, drainMs: 100_000 },
      { type: 'tick' },
      { type: 'failed', code: 'internal', message: 'x' },
    ];
    const allowed: Readonly<Record<HostRole, readonly HostRole[]>> = {
      leaf: ['promoting'],
      promoting: ['leaf', 'proving'],
      proving: ['serving', 'draining', 'leaf'],
      serving: ['draining', 'leaf'],
      draining: ['leaf', 'serving', 'proving'],
    };
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ event: fc.constantFrom(...events), wait: fc.integer({ min: 0, max: 400_000 }) }),
          {
            maxLength: 60,
          },
        ),
        (steps) => {
          let record: HostRecord = newHost('host', 'volunteer', NOW);
          let now = NOW;
          let isProved = false;
          for (const { event, wait } of steps) {
            now += wait;
            try {
              const step = stepHost(record, event, now);
              if (step.change === undefined) expect(step.record.role).toBe(record.role);
              else {
                expect(step.change).toMatchObject({ from: record.role, to: step.record.role });
                expect(step.change.reason).not.toBe('');
                const isRole = step.change.what === 'role' || step.change.what === 'ended by force';
                expect(isRole ? allowed[record.role] : [record.role]).toContain(step.record.role);
                expect(step.record.since).toBe(isRole ? now : record.since);
              }
              record = step.record;
            } catch (error) {
              if (!isBanyanError(error) || error.code !== 'conflict') throw error;
            }
            if (record.role === 'leaf') isProved = false;
            if (event === PASSED && record.role === 'serving') isProved = true;
            // Nobody is ever sent where no probe has passed.
            if (mayBeHandedOut(record)) expect([isProved, record.isCordoned]).toEqual([true, undefined]);
          }
        },
      ),
    );
  });
});
