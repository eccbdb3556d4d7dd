/** Puts promotion together: the desk, the policy, the audit, the steward and this list's own right to promote. */
import { join } from 'node:path';
import { BanyanError, toBanyanError } from '@banyan/proto';
import {
  createAuditChain,
  createAuditedChanges,
  createAuditLog,
  createIdentity,
  loadOrCreateDeviceKey,
  type AuditKeeping,
  type AuditLog,
  type Clock,
  type Log,
  type Metrics,
  type Startable,
  type Store,
} from '@banyan/kit';
import { createNetwork, startPatiently, type EnrolmentInit, type Network } from '@banyan/sdk';
import type { BeatingSupernode } from '../registry.ts';
import { createHostChanges, type HostChanges } from './host-changes.ts';
import { createHostDesk, type HostDesk } from './host-desk.ts';
import { addPromotionGauges, createPromotionMeter } from './metrics.ts';
import { createPolicyBook, type PolicyBook } from './policy-book.ts';
import { createProbe } from './prober.ts';
import { createSteward, type Powers, type Steward } from './steward.ts';

export interface PromotionComponents {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly registry: {
    get(deviceId: string): BeatingSupernode | undefined;
    members(): readonly BeatingSupernode[];
  };
}

export interface PromotionInit {
  /** For the key of this list. */
  readonly folder: string;
  readonly issuer: string;
  readonly pins: readonly string[];
  /** For the first start; without it a list that is not enrolled promotes nobody. */
  readonly enrolment?: EnrolmentInit;
  readonly software: string;
  /** How long entries of the audit are kept. */
  readonly audit?: AuditKeeping;
}

/** Promotion as a part of the list. */
export interface Promotion extends Startable {
  readonly desk: HostDesk;
  readonly changes: HostChanges;
  readonly policies: PolicyBook;
  readonly audit: AuditLog;
  readonly steward: Steward;
}

const NOT_ENROLLED =
  'This list has no right to promote: it is not enrolled. Start it once with --invite and an invite that has the grant promote.';
const STARTING =
  'This list has not been let into its network yet. It tries by itself; look again in a moment.';

export function createPromotion(components: PromotionComponents, init: PromotionInit): Promotion {
  const { store, clock, log, metrics, random, registry } = components;
  const meter = createPromotionMeter(metrics);
  const auditInit = { service: 'list', ...init.audit } as const;
  const audit = createAuditLog({ store, clock }, auditInit);
  const chain = createAuditChain({ store, clock, log, audit }, auditInit);
  const audited = createAuditedChanges({ store, clock, log, audit });
  const policies = createPolicyBook({ store, clock, changes: audited });
  const desk = createHostDesk({ store, clock, log, audit, policies, registry, onChange: meter.onChange });
  const stop = new AbortController();
  let powers: Powers | { readonly problem: string } = { problem: STARTING };
  let network: Network | undefined;
  let joining: Promise<void> | undefined;
  const steward = createSteward({
    store,
    clock,
    log,
    desk,
    audit,
    policies,
    powers: () => powers,
    onProbe: meter.onProbe,
  });
  addPromotionGauges({ metrics, clock }, { desk, steward });

  /** In its own time: lists are handed out whether or not this one may promote. */
  const join_ = async (): Promise<void> => {
    const { folder, issuer, pins, enrolment, software } = init;
    try {
      const identity = await createIdentity(await loadOrCreateDeviceKey(join(folder, 'device-key.pem')), {
        clock,
      });
      const joined = createNetwork(
        { clock, log, identity },
        {
          issuer,
          pins,
          ...(enrolment === undefined ? {} : { enrolment }),
          stateFile: join(folder, 'promotion-network.json'),
        },
      );
      network = joined;
      await startPatiently(() => joined.start(stop.signal), { clock, log, random, signal: stop.signal });
      powers = {
        probe: createProbe({ clock, log, identity, network: joined, software }),
        setSupernode: (deviceId, isOne, signal) => joined.auth.setSupernode(deviceId, isOne, signal),
      };
    } catch (error) {
      if (stop.signal.aborted) return;
      const { code, message } = toBanyanError(error);
      powers = {
        problem: code === 'device_unknown' ? NOT_ENROLLED : `This list has no right to promote: ${message}`,
      };
      // Without an invite that is how it was started; with one something is wrong.
      if (enrolment === undefined && code === 'device_unknown') log.info(NOT_ENROLLED);
      else log.warn({ code }, `this list cannot promote: ${message}`);
    }
  };

  return {
    name: 'promotion',
    desk,
    changes: createHostChanges({ clock, hosts: () => desk.hosts() }),
    policies,
    audit,
    steward,
    async start() {
      joining = join_();
      await chain.start();
      await audited.start();
      await steward.start();
    },
    async stop() {
      stop.abort(new BanyanError('shutting_down'));
      await steward.stop();
      await audited.stop();
      await chain.stop();
      await joining;
      await network?.stop();
    },
  };
}
