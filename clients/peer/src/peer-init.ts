/** How a peer is started. */
import type { LimitsPatch, SettingsView } from '@banyan/proto';
import type { TracingInit } from '@banyan/kit';
import type { EnrolmentInit } from '@banyan/sdk';
import type { VolunteerGiven, VolunteerInit } from './volunteer/index.ts';

export interface PeerInit {
  /** Of this device, for people. */
  readonly name: string;
  /** URL of the auth service; undefined: the one joined on the page, now or at an earlier start. */
  readonly issuer?: string;
  /** Pins of its TLS key, from an invite; default: those that were kept. */
  readonly pins?: readonly string[];
  /** For the first start. */
  readonly enrolment?: EnrolmentInit;
  /** Where transfers are served. */
  readonly host: string;
  /** 0: any free one. Default: 7740, or when that is taken a free one, which is kept. */
  readonly port?: number;
  /** Port under which others reach it; default: the one it listens on. */
  readonly publicPort?: number;
  /** Page and local API; 0: any free one. Default: 7780, or when that is taken a free one, which is kept. */
  readonly pagePort?: number;
  /** Where metrics and probes are served besides; see `createHttpServer`. */
  readonly metricsListen?: { readonly host: string; readonly port: number };
  /** Where spans are sent; default: as the environment says. */
  readonly tracing?: TracingInit;
  /** Where players read files; 0: that of the last run. */
  readonly gatewayPort: number;
  /** Absolute, as all folders here. */
  readonly dataDir: string;
  readonly downloadFolder: string;
  /** Which of name and download folder whoever starts it has said; they win over what was set on the page. */
  readonly given?: SettingsView['given'];
  /** Shared beside those that are shared already. */
  readonly share: readonly string[];
  readonly shareDownloads: boolean;
  readonly uploadSlots: number;
  /** Limits that win over those kept from before. */
  readonly limits?: LimitsPatch;
  /** The offer to be a supernode, as far as this start says it. */
  readonly volunteer?: VolunteerGiven;
  /** The supernode that this host may become. */
  readonly supernode?: Pick<VolunteerInit, 'program' | 'port' | 'publicHost'>;
  readonly preferSupernode?: string;
  readonly webRoot?: string;
}
