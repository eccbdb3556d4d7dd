/** The policy that holds, and every one that held. */
import {
  BanyanError,
  DEFAULT_POLICY,
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
  /** @throws BanyanError `conflict` when another one holds than was expected, `invalid_request` for one that cannot be kept */
  set(request: PolicyRequest, by: AuthorView): Promise<PolicyResponse>;
  /** All versions, the newest first. */
  history(): Promise<PolicyResponse[]>;
}

/** The policy with the entry of its last change. */
type KeptPolicy = PolicyResponse & Audited;

const plain = ({ version, policy, by, at, reason }: KeptPolicy): PolicyResponse => ({
  version,
  policy,
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

/** @throws BanyanError `invalid_request` for a policy whose figures contradict each other */
export function assertPolicy(policy: Policy): void {
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
    async set({ policy, expect, reason }, by) {
      assertPolicy(policy);
      const next: PolicyResponse = { version: expect + 1, policy, by, at: clock.now(), reason };
      await changes.change<KeptPolicy>(KEY.policy, (now = FIRST) => {
        if (now.version !== expect)
          throw new BanyanError(
            'conflict',
            `Somebody else has set a policy meanwhile: version ${now.version}. Look at it, then set yours again.`,
          );
        const figures = { version: next.version, ...changesOf(now, next) };
        const action: AuditAction = 'policy.set';
        return { value: next, entry: { by, action, subject: '', name: '', reason, figures } };
      });
      await store.put(KEY.policyVersion(next.version), next);
      return next;
    },
    async history() {
      const versions: PolicyResponse[] = [];
      for await (const [, { value }] of store.list<PolicyResponse>(KEY.policyVersions)) versions.push(value);
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
