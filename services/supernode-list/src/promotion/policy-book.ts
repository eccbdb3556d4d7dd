/** The policy that holds, and every one that held. */
import {
  BanyanError,
  DEFAULT_POLICY,
  type AuthorView,
  type PolicyRequest,
  type PolicyResponse,
} from '@banyan/proto';
import { updateEntry, type Clock, type Store } from '@banyan/kit';
import type { AuditLog } from './audit-log.ts';
import { KEY } from './records.ts';

export interface PolicyBook {
  /** The policy that holds. */
  current(): Promise<PolicyResponse>;
  /** @throws BanyanError `conflict` when another one holds than was expected, `invalid_request` for one that cannot be kept */
  set(request: PolicyRequest, by: AuthorView): Promise<PolicyResponse>;
  /** All versions, the newest first. */
  history(): Promise<PolicyResponse[]>;
}

/** What holds while nobody has set anything. */
const FIRST: PolicyResponse = {
  version: 0,
  policy: DEFAULT_POLICY,
  by: { kind: 'list' },
  at: 0,
  reason: 'nobody has set a policy yet',
};

export function createPolicyBook(components: {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditLog;
}): PolicyBook {
  const { store, clock, audit } = components;
  const book: PolicyBook = {
    current: async () => (await store.get<PolicyResponse>(KEY.policy))?.value ?? FIRST,
    async set({ policy, expect, reason }, by) {
      if (policy.minSupernodes > policy.maxSupernodes)
        throw new BanyanError(
          'invalid_request',
          `The least number of supernodes (${policy.minSupernodes}) is greater than the most (${policy.maxSupernodes}).`,
        );
      const before = await book.current();
      const next: PolicyResponse = { version: expect + 1, policy, by, at: clock.now(), reason };
      await updateEntry<PolicyResponse>(store, KEY.policy, (now = FIRST) => {
        if (now.version !== expect)
          throw new BanyanError(
            'conflict',
            `Somebody else has set a policy meanwhile: version ${now.version}. Look at it, then set yours again.`,
          );
        return next;
      });
      await store.put(KEY.policyVersion(next.version), next);
      await audit.add({
        by,
        action: 'policy.set',
        subject: '',
        name: '',
        reason,
        figures: { version: next.version, ...changesOf(before, next) },
      });
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
