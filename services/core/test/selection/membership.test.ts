import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMembership } from '../../src/selection/membership.ts';

interface Member {
  readonly deviceId: string;
  readonly address: string;
  readonly leaves: number;
}

const member = (deviceId: string, address = '1', leaves = 0): Member => ({ deviceId, address, leaves });
const changed = (a: Member, b: Member): boolean => a.address !== b.address;

describe('a membership', () => {
  it('has a new version for what matters, and none for mere load', () => {
    const list = createMembership<Member>({ version: 100, changed });
    expect(list.set(member('a'))).toBe(true);
    expect(list.set(member('a', '1', 55))).toBe(false);
    expect(list.get('a')?.leaves).toBe(55);
    expect(list.set(member('a', '2'))).toBe(true);
    expect(list.remove('a')).toBe(true);
    expect(list.remove('a')).toBe(false);
    expect(list.version).toBe(103);
    expect(list.size).toBe(0);
  });

  it('tells what changed since a version, each member once and as it is now', () => {
    const list = createMembership<Member>({ members: [member('a'), member('b')] });
    const since = list.version;
    list.set(member('c'));
    list.set(member('c', '9'));
    list.remove('a');
    list.set(member('d'));
    list.remove('d');
    expect(list.changesSince(since)).toEqual({
      version: since + 5,
      full: false,
      joined: [member('c', '9')],
      left: ['a', 'd'],
    });
    expect(list.changesSince(list.version)).toEqual({
      version: since + 5,
      full: false,
      joined: [],
      left: [],
    });
  });

  it('tells everything to a reader that knows nothing, too little, or another list', () => {
    const list = createMembership<Member>({
      version: 50,
      historyLimit: 2,
      members: [member('b'), member('a')],
    });
    const all = { version: 52, full: true, joined: [member('a'), member('b')], left: [] };
    expect(list.changesSince(undefined)).toEqual(all);
    expect(list.changesSince(51)).toEqual(all);
    expect(list.changesSince(53)).toEqual(all);
    for (const id of ['x', 'y', 'z']) {
      list.set(member(id));
      list.remove(id);
    }
    // The departure of x, version 54, is forgotten; whoever knows of it needs no more than the rest.
    expect(list.changesSince(53).full).toBe(true);
    expect(list.changesSince(54)).toMatchObject({ full: false, left: ['y', 'z'] });
  });

  it('is followed by a reader, through whatever it misses', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), id: fc.nat(6), address: fc.nat(2) }),
      fc.record({ kind: fc.constant('remove' as const), id: fc.nat(6) }),
      fc.record({ kind: fc.constant('read' as const), reader: fc.nat(1) }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(3), (steps, historyLimit) => {
        let list = createMembership<Member>({ version: 1000, changed, historyLimit });
        const readers = [0, 1].map(() => createMembership<Member>({ changed, historyLimit }));
        const follow = (n: number): void => {
          const reader = readers[n];
          if (reader === undefined) return;
          const before = new Map(reader.members().map((each) => [each.deviceId, each]));
          const delta = list.changesSince(reader.version);
          const result = reader.apply(delta);
          expect(reader.members()).toEqual(list.members());
          expect(reader.version).toBe(list.version);
          for (const id of result.left) expect(before.has(id) && reader.get(id) === undefined).toBe(true);
          for (const each of reader.members()) {
            const old = before.get(each.deviceId);
            expect(result.joined.includes(each.deviceId)).toBe(old === undefined || changed(old, each));
          }
          // What it learnt it can tell on.
          const second = createMembership<Member>({ changed });
          second.apply(reader.changesSince(undefined));
          expect(second.members()).toEqual(list.members());
        };
        for (const each of steps) {
          if (each.kind === 'set') list.set(member(`m${each.id}`, String(each.address)));
          else if (each.kind === 'remove') list.remove(`m${each.id}`);
          else if (each.kind === 'read') follow(each.reader);
          else {
            list = createMembership<Member>({
              version: list.version + 1,
              members: list.members(),
              changed,
              historyLimit,
            });
          }
        }
        follow(0);
        follow(1);
      }),
    );
  });
});
