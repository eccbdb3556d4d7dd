import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import protobuf from 'protobufjs';
import {
  CRITERIA,
  decodeEnvelope,
  encodeEnvelope,
  toHex,
  toldCriteria,
  withAllCriteria,
  type CriterionView,
} from '../../src/index.ts';
import { FRAMES } from '../frames.ts';
import { allows, bodiesOf, schemasOfToday } from './bodies.ts';
import { freeze, goldenVersions, protoOfToday, reflect, type Golden } from './golden.ts';
import { nextSchema } from '../../src/testing/next-schema.ts';
import { leastOf } from './sample.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
if (process.env['BANYAN_FREEZE'] === '1') freeze(version);

const goldens = goldenVersions();
const envelopeOf = (root: protobuf.Root): protobuf.Type => root.lookupType('banyan.v1.Envelope');
const plain = (type: protobuf.Type, frame: Uint8Array): Record<string, unknown> =>
  type.toObject(type.decode(frame), {
    longs: String,
    bytes: String,
    arrays: true,
    objects: true,
    defaults: true,
  });

function messages(root: protobuf.Root): protobuf.Type[] {
  return (root.lookup('banyan.v1') as protobuf.Namespace).nestedArray.filter(
    (one): one is protobuf.Type => one instanceof protobuf.Type,
  );
}

it('there is a version of which everything was kept, and this one is kept too', () => {
  expect(goldens.map((golden) => golden.version)).toEqual(expect.arrayContaining(['0.1.0', version]));
});

describe.each(goldens)('a program of Banyan $version', (golden: Golden) => {
  let root: protobuf.Root;
  let then: protobuf.Type;
  beforeAll(() => {
    root = reflect(golden.proto);
    then = envelopeOf(root);
  });

  it('writes frames that are read today, and nothing of them is lost on the way back', () => {
    expect(golden.frames.size).toBeGreaterThanOrEqual(22);
    for (const [name, frame] of golden.frames) {
      const read = decodeEnvelope(frame);
      expect([name, plain(then, encodeEnvelope(read))]).toEqual([name, plain(then, frame)]);
    }
  });

  it('reads what is written today, as far as it knows it', () => {
    const now = envelopeOf(reflect(protoOfToday()));
    for (const [name, envelope] of Object.entries(FRAMES)) {
      const frame = encodeEnvelope(envelope);
      const old = plain(then, frame);
      expect([name, plain(now, frame)]).toMatchObject([name, old]);
      // A message that it does not know is none to it: whoever sends one has asked before.
      if (then.fields[envelope.kind] !== undefined) expect(old).toHaveProperty(envelope.kind);
    }
  });

  it('finds each number and name of its schema where it was', () => {
    const now = reflect(protoOfToday());
    for (const old of messages(root)) {
      const type = now.lookupType(`banyan.v1.${old.name}`);
      for (const field of old.fieldsArray) {
        const { id, type: kind, repeated, map } = field;
        const today = type.fields[field.name];
        if (today === undefined) {
          expect([`${old.name}.${field.name} is reserved`, type.isReservedId(id)]).toEqual([
            `${old.name}.${field.name} is reserved`,
            true,
          ]);
          continue;
        }
        expect([`${old.name}.${field.name}`, today.id, today.type, today.repeated, today.map]).toEqual([
          `${old.name}.${field.name}`,
          id,
          kind,
          repeated,
          map,
        ]);
      }
    }
    for (const old of (root.lookup('banyan.v1') as protobuf.Namespace).nestedArray)
      if (old instanceof protobuf.Enum)
        expect(now.lookupEnum(`banyan.v1.${old.name}`).values).toMatchObject(old.values);
  });

  it('has its REST bodies understood today', () => {
    const today = schemasOfToday();
    for (const [name, bodies] of Object.entries(golden.bodies)) {
      expect([name, today[name] !== undefined]).toEqual([name, true]);
      for (const body of bodies) expect([name, body, allows(today[name]!, body)]).toEqual([name, body, true]);
    }
  });

  it('understands the REST bodies of today: the least of each always, all of it where it is open', () => {
    for (const [name, schema] of Object.entries(schemasOfToday())) {
      const old = golden.schemas[name];
      if (old === undefined) continue;
      expect([name, allows(old, leastOf(schema))]).toEqual([name, true]);
      // Wishes are strict: who sends a newer one to an older service is told that it is not understood.
      if (JSON.stringify(old).includes('"additionalProperties":false')) continue;
      for (const body of bodiesOf({ [name]: schema })[name] ?? [])
        expect([name, body, allows(old, body)]).toEqual([name, body, true]);
    }
  });
});

it('a program of Banyan 0.1.0 is told no criterion that it has no words for', () => {
  const { schemas } = goldens.find(({ version: of }) => of === '0.1.0')!;
  const all = CRITERIA.map((name): CriterionView => ({
    ...{ name, value: 1, threshold: 1, bound: 'at least', passed: true, origin: 'home', at: 1 },
  }));
  const { criteria, moreCriteria } = toldCriteria(all);
  const knows = (one: CriterionView): boolean => allows(schemas['CriterionView']!, one);
  expect(criteria.filter((one) => !knows(one))).toEqual([]);
  expect(moreCriteria.filter(knows)).toEqual([]);
  // Those of today have all of them, and pass over those of tomorrow.
  const tomorrow = { ...all[0]!, name: 'luck' as never };
  const told = { criteria: [tomorrow, ...criteria], moreCriteria: [...moreCriteria, tomorrow] };
  expect(withAllCriteria(told)).toEqual({ criteria: all });
  expect(withAllCriteria({ criteria })).toEqual({ criteria });
});

describe('a program that is one version ahead', () => {
  const next = envelopeOf(reflect(nextSchema(protoOfToday())));

  it('may say more in every message: what is known is read, the rest passed over', () => {
    for (const [name, envelope] of Object.entries(FRAMES)) {
      const today = encodeEnvelope(envelope);
      const more = next.toObject(next.decode(today)) as Record<string, Record<string, unknown>>;
      more[envelope.kind]!['nextText'] = 'news';
      more[envelope.kind]!['nextNumber'] = 7;
      const frame = next.encode(next.fromObject({ ...more, nextEnvelopeText: 'news' })).finish();
      expect([name, frame.length > today.length]).toEqual([name, true]);
      expect([name, toHex(encodeEnvelope(decodeEnvelope(frame)))]).toEqual([name, toHex(today)]);
    }
  });

  it('is told clearly that a message of a new kind is not known', () => {
    const frame = next.encode(next.fromObject({ requestId: 3, nextMessage: { nextText: 'news' } })).finish();
    expect(() => decodeEnvelope(frame)).toThrow(
      expect.objectContaining({ code: 'unknown_message', message: expect.stringContaining('known here') }),
    );
  });
});
