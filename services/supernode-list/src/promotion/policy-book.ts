/** The policy that holds, and every one that held. */
import {
  BanyanError,
  DEFAULT_POLICY,
  displayText,
  NO_VERSION,
  releaseNumber,
  type AuditAction,
  type Policy,
  type AuthorView,
  type PolicyRequest,
  type PolicyResponse,
} from '@banyan/proto';
import type { Audited, AuditedChanges, Clock, Store } from '@banyan/kit';
import { KEY } from './records.ts';

export interface PolicyBook {
  /** The policy that holds. */
  current(): Promise<PolicyResponse>;
  /** A policy that is wished for, with what it does not name as it holds. */
  complete(policy: Policy): Promise<Policy>;
  /** @throws BanyanError `conflict` when another one holds than was expected, `invalid_request` for one that cannot be kept */
  set(request: PolicyRequest, by: AuthorView): Promise<PolicyResponse>;
  /** All versions, the newest first. */
  history(): Promise<PolicyResponse[]>;
}

/** The policy with the entry of its last change. */
type KeptPolicy = PolicyResponse & Audited;

/** A policy with what it does not name as another one has it: it was written by a program that does not know it. */
const completed = (policy: Policy, held: Policy = DEFAULT_POLICY): Policy => ({
  ...policy,
  thresholds: { ...held.thresholds, ...policy.thresholds },
});

const plain = ({ version, policy, by, at, reason }: KeptPolicy): PolicyResponse => ({
  version,
  policy: completed(policy),
  by,
  at,
  reason,
});

/** What holds while nobody has set anything. */
const FIRST: PolicyResponse = {
  version: 0,
  policy: DEFAULT_POLICY,
  by: { kind: 'list' },
  at: 0,
  reason: 'nobody has set a policy yet',
};

/** @throws BanyanError `invalid_request` for a policy whose figures contradict each other, or cannot be read */
export function assertPolicy(policy: Policy): void {
  const { minVersion } = policy.thresholds;
  if (minVersion !== undefined && releaseNumber(minVersion) === undefined)
    throw new BanyanError(
      'invalid_request',
      `The least version of Banyan (minVersion) is a release like 0.2.0, or ${NO_VERSION} for any; "${displayText(minVersion, 32)}" is none.`,
    );
  if (policy.minSupernodes > policy.maxSupernodes)
    throw new BanyanError(
      'invalid_request',
      `The least number of supernodes (${policy.minSupernodes}) is greater than the most (${policy.maxSupernodes}).`,
    );
}

export function createPolicyBook(components: {
  readonly store: Store;
  readonly clock: Clock;
  readonly changes: AuditedChanges;
}): PolicyBook {
  const { store, clock, changes } = components;
  const book: PolicyBook = {
    async current() {
      const kept = (await store.get<KeptPolicy>(KEY.policy))?.value;
      return kept === undefined ? FIRST : plain(kept);
    },
    async complete(policy) {
      return completed(policy, (await book.current()).policy);
    },
    async set({ policy: wanted, expect, reason }, by) {
      assertPolicy(wanted);
      let next: PolicyResponse = { version: expect + 1, policy: wanted, by, at: clock.now(), reason };
      await changes.change<KeptPolicy>(KEY.policy, (now = FIRST) => {
        if (now.version !== expect)
          throw new BanyanError(
            'conflict',
            `Somebody else has set a policy meanwhile: version ${now.version}. Look at it, then set yours again.`,
          );
        const held = plain(now);
        next = { ...next, policy: completed(wanted, held.policy) };
        const figures = { version: next.version, ...changesOf(held, next) };
        const action: AuditAction = 'policy.set';
        return { value: next, entry: { by, action, subject: '', name: '', reason, figures } };
      });
      await store.put(KEY.policyVersion(next.version), next);
      return next;
    },
    async history() {
      const versions: PolicyResponse[] = [];
      for await (const [, { value }] of store.list<PolicyResponse>(KEY.policyVersions))
        versions.push(plain(value));
      return versions.reverse();
    },
  };
  return book;
}

/** What is another than before, as `name: value`, thresholds as `thresholds.name`. */
function changesOf(before: PolicyResponse, after: PolicyResponse): Record<string, number | string> {
  const flat = ({ policy: { thresholds, ...rest } }: PolicyResponse): Record<string, number | string> => ({
    ...rest,
    ...Object.fromEntries(Object.entries(thresholds).map(([name, value]) => [`thresholds.${name}`, value])),
  });
  const old = flat(before);
  return Object.fromEntries(Object.entries(flat(after)).filter(([name, value]) => old[name] !== value));
}
