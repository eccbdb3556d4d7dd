/** How hosts are judged, in words. */
import { versionText, type CriterionName } from '@banyan/proto';
import type { I18n } from '../i18n/i18n.tsx';

/** What a figure of a criterion is. */
const KINDS: Readonly<Record<CriterionName, 'count' | 'bytes' | 'rate' | 'ms' | 'time' | 'yes' | 'version'>> =
  {
    offered: 'yes',
    heard: 'time',
    version: 'version',
    cores: 'count',
    memory: 'bytes',
    descriptors: 'count',
    disk: 'bytes',
    loop_delay: 'ms',
    reachable: 'yes',
    measured: 'time',
    round_trip: 'ms',
    throughput: 'rate',
    download: 'rate',
    session: 'time',
    clock_skew: 'ms',
  };

/** Whether a criterion is met or not, without a figure that would say more. */
export function isYesOrNo(name: CriterionName): boolean {
  return KINDS[name] === 'yes';
}

/** A figure of a criterion in words. */
export function criterionFigure({ t, format }: I18n, name: CriterionName, value: number): string {
  switch (KINDS[name]) {
    case 'count':
      return format.number(value);
    case 'bytes':
      return format.bytes(value);
    case 'rate':
      return format.rate(value);
    case 'ms':
      return format.seconds(value);
    case 'time':
      return format.wait(value);
    case 'version':
      return versionText(value);
    case 'yes':
      return t(value >= 1 ? 'volunteer.yes' : 'volunteer.no');
  }
}
