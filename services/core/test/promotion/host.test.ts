import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isBanyanError } from '@banyan/proto';
import {
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

  it('has what was begun taken back', () => {
    expect(after([PROMOTE, CANCEL]).role).toBe('leaf');
    expect(after([PROMOTE, BEAT, CANCEL]).role).toBe('draining');
    expect(after([...SERVING, DRAIN, CANCEL])).toMatchObject({ role: 'serving', reason: 'a mistake' });
    // It had proved nothing before.
    expect(after([PROMOTE, BEAT, DRAIN, CANCEL]).role).toBe('proving');
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
                expect(allowed[record.role]).toContain(step.record.role);
                expect(step.change.reason).not.toBe('');
                expect(step.record.since).toBe(now);
              }
              record = step.record;
            } catch (error) {
              if (!isBanyanError(error) || error.code !== 'conflict') throw error;
            }
            if (record.role === 'leaf') isProved = false;
            if (event === PASSED && record.role === 'serving') isProved = true;
            // Nobody is ever sent where no probe has passed.
            if (mayBeHandedOut(record)) expect(isProved).toBe(true);
          }
        },
      ),
    );
  });
});
