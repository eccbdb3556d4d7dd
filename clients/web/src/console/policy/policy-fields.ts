/** The figures of a policy as people set them: each with its unit and its limits. */
import { releaseNumber, type Policy } from '@banyan/proto';
import type { ConsoleKey } from '../i18n/words.tsx';

type Threshold = keyof Policy['thresholds'];
type Plain = Exclude<keyof Policy, 'mode' | 'thresholds'>;

export interface PolicyField {
  readonly name: Plain | Threshold;
  readonly isThreshold: boolean;
  /** What the policy keeps is that many times what is shown. */
  readonly factor: number;
  readonly unit: Extract<ConsoleKey, `unit.${string}`> | undefined;
  /** Shown least and most, as the list takes them (proto/src/api/promotion.ts). */
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
  /** It is a release of Banyan, as `0.2.0`, and no number. */
  readonly isVersion?: true;
}

const SECOND = 1_000;
const MINUTE = 60_000;
const MIB = 1024 ** 2;
const MONTH_MINUTES = 30 * 24 * 60;

const plain = (
  name: Plain,
  min: number,
  max: number,
  unit?: PolicyField['unit'],
  factor = 1,
): PolicyField => ({ name, isThreshold: false, factor, unit, min, max, isWhole: unit === undefined });
const threshold = (
  name: Threshold,
  min: number,
  max: number,
  unit?: PolicyField['unit'],
  factor = 1,
): PolicyField => ({ name, isThreshold: true, factor, unit, min, max, isWhole: unit === undefined });

export const POLICY_FIELDS: readonly PolicyField[] = [
  plain('targetLeaves', 1, 1_000_000),
  plain('spare', 0, 1_000, 'unit.percent', 0.01),
  plain('minSupernodes', 1, 100_000),
  plain('maxSupernodes', 1, 100_000),
  plain('minPerRegion', 0, 1_000),
  plain('stabilisationMs', 0, MONTH_MINUTES, 'unit.min', MINUTE),
  plain('hysteresisMs', 0, MONTH_MINUTES, 'unit.min', MINUTE),
  plain('drainMs', 1, 86_400, 'unit.s', SECOND),
  threshold('cores', 1, 1_024),
  threshold('memoryBytes', 0, 2 ** 30, 'unit.MiB', MIB),
  threshold('descriptors', 256, 10_000_000),
  threshold('freeDiskBytes', 0, 2 ** 30, 'unit.MiB', MIB),
  threshold('loopDelayMs', 1, 10_000, 'unit.ms'),
  threshold('roundTripMs', 1, 60_000, 'unit.ms'),
  threshold('bytesPerSecond', 0, 1e9, 'unit.kBps', 1_000),
  threshold('downloadBytesPerSecond', 0, 1e9, 'unit.kBps', 1_000),
  threshold('sessionMs', 0, MONTH_MINUTES, 'unit.min', MINUTE),
  threshold('clockSkewMs', 0.1, 2_592_000, 'unit.s', SECOND),
  threshold('measurementAgeMs', 0.2, MONTH_MINUTES, 'unit.min', MINUTE),
  { ...threshold('minVersion', 0, 0), isVersion: true },
];

/** What stands in the form: text by name. */
export type PolicyDraft = Readonly<Record<string, string>>;

/** undefined: the list is older, and does not know it. */
const kept = (policy: Policy, { name, isThreshold }: PolicyField): number | string | undefined =>
  isThreshold ? policy.thresholds[name as Threshold] : policy[name as Plain];

const shown = (policy: Policy, field: PolicyField): number | string | undefined => {
  const value = kept(policy, field);
  return typeof value === 'number' ? value / field.factor : value;
};

/** Those that the list knows. */
export function fieldsOf(policy: Policy): readonly PolicyField[] {
  return POLICY_FIELDS.filter((field) => kept(policy, field) !== undefined);
}

export function draftOf(policy: Policy): PolicyDraft {
  return Object.fromEntries(
    fieldsOf(policy).map((field) => {
      const value = shown(policy, field);
      return [field.name, String(typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)];
    }),
  );
}

/** What is wrong with one field; undefined: nothing. */
export function fieldProblem(
  field: PolicyField,
  draft: PolicyDraft,
): { readonly key: ConsoleKey; readonly params?: Record<string, number> } | undefined {
  const text = draft[field.name] ?? '';
  if (field.isVersion === true)
    return releaseNumber(text.trim()) === undefined ? { key: 'policy.wrong.version' } : undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return { key: 'policy.wrong.number' };
  if (value < field.min || value > field.max)
    return { key: 'policy.wrong.range', params: { min: field.min, max: field.max } };
  if (field.isWhole && !Number.isInteger(value)) return { key: 'policy.wrong.whole' };
  if (field.name === 'maxSupernodes' && value < Number(draft['minSupernodes']))
    return { key: 'policy.wrong.order' };
  return undefined;
}

/** The policy that a draft without problems says. */
export function policyOf(draft: PolicyDraft, mode: Policy['mode'], before: Policy): Policy {
  const first = draftOf(before);
  const valueOf = (field: PolicyField): number | string | undefined => {
    // What is shown may be rounded: a field that nobody touched says what it said.
    if (draft[field.name] === first[field.name]) return kept(before, field);
    if (field.isVersion === true) return draft[field.name]?.trim();
    const value = Number(draft[field.name]) * field.factor;
    // Milliseconds and bytes are whole; a part of supernodes is not.
    return field.name === 'spare' || field.name === 'loopDelayMs'
      ? Math.round(value * 1e6) / 1e6
      : Math.round(value);
  };
  const pick = (isThreshold: boolean): Record<string, unknown> =>
    Object.fromEntries(
      fieldsOf(before)
        .filter((field) => field.isThreshold === isThreshold)
        .map((field) => [field.name, valueOf(field)]),
    );
  return { ...before, ...pick(false), mode, thresholds: { ...before.thresholds, ...pick(true) } };
}

/** The fields in which two policies differ. */
export function differences(
  before: Policy,
  after: Policy,
): readonly { readonly field: PolicyField; readonly from: number | string; readonly to: number | string }[] {
  return fieldsOf(before).flatMap((field) => {
    const [from, to] = [shown(before, field), shown(after, field)];
    return from === undefined || to === undefined || from === to ? [] : [{ field, from, to }];
  });
}
