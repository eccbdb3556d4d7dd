/** One audit out of those of auth and list: each keeps its own, where what it tells of is kept. */
import { checkAudit } from '@banyan/kit';
import type { AuditCheck, AuditEntry, AuditResponse, AuditService } from '@banyan/proto';
import { pagesOf } from './pages.ts';

/** How one service is asked for a page. */
export type AuditPages = (
  page: { readonly after?: string; readonly limit?: number },
  signal?: AbortSignal,
) => Promise<AuditResponse>;

/** Entries of one call. */
const PAGE = 500;

async function* entriesOf(ask: AuditPages, signal?: AbortSignal): AsyncGenerator<AuditEntry> {
  const pages = pagesOf((after) => ask({ limit: PAGE, ...(after === undefined ? {} : { after }) }, signal));
  for await (const page of pages) yield* page.entries;
}

/** Of an operator or a viewer. */
export interface AuditNetwork {
  readonly auth: { readonly audit: AuditPages };
  readonly operator: { readonly audit: AuditPages };
}

const pagesBy = ({ auth, operator }: AuditNetwork): Record<AuditService, AuditPages> => ({
  auth: (page, signal) => auth.audit(page, signal),
  list: (page, signal) => operator.audit(page, signal),
});

const SERVICES: readonly AuditService[] = ['auth', 'list'];

/**
 * Whether the chains of several services are whole; every hash is computed here.
 *
 * @param init - `services`: default both; `heads`: ends that were written down earlier, to be found again
 * @throws BanyanError of the first service that does not answer
 */
export async function checkAudits(
  network: AuditNetwork,
  init: { readonly services?: readonly AuditService[]; readonly heads?: readonly string[] } = {},
  signal?: AbortSignal,
): Promise<AuditCheck[]> {
  const { services = SERVICES, heads } = init;
  const pages = pagesBy(network);
  return Promise.all(
    services.map((service) => checkAudit(service, (page) => pages[service](page, signal), heads)),
  );
}

/**
 * The entries of several services in the order of time.
 *
 * @param services - default both
 * @throws BanyanError of the first service that does not answer: half of an audit would be taken for the whole
 */
export async function* mergedAudit(
  network: AuditNetwork,
  services: readonly AuditService[] = SERVICES,
  signal?: AbortSignal,
): AsyncGenerator<AuditEntry> {
  const pages = pagesBy(network);
  const heads = await Promise.all(
    services.map(async (service) => {
      const entries = entriesOf(pages[service], signal);
      return { entries, head: await entries.next() };
    }),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const one of heads) {
      if (one.head.done === true) continue;
      // Ids begin with the time.
      if (first === undefined || one.head.value.id < (first.head.value as AuditEntry).id) first = one;
    }
    if (first === undefined) return;
    yield first.head.value as AuditEntry;
    first.head = await first.entries.next();
  }
}
