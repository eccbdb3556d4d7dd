/**
 * Gives memory back, a slice at a time: frees records of catalogs that are gone, drops dead documents from the
 * postings, and empties pages of documents that few live in.
 *
 * ```
 *   catalog gone ─▶ records freed ─▶ documents die ─▶ postings purged, term by term in their order
 *                                                 └─▶ sparse pages: the living move to the end of the log
 * ```
 *
 * Purging costs a walk over all postings, moving costs what publishing does; both wait until there is enough to gain:
 * little when nothing else is to do, more while leaves publish.
 */
import type { Catalog } from './catalog.ts';
import { PAGE_ROWS, type DocumentPage } from './store/document-store.ts';
import type { PurgeCursor } from './store/postings.ts';

/** Dead documents, as a share of the living, from which on work is due: at rest, and while leaves publish. */
const REST_SHARE = 0.01;
const BUSY_PURGE_SHARE = 0.02;
/** Moving costs as much as publishing: with fewer dead rows a page would have to be moved for hardly any room. */
const BUSY_MOVE_SHARE = 0.02;
/** Below so many rows a page more or less does not matter while leaves publish. */
const BUSY_ROWS = PAGE_ROWS / 4;
/** What costs about as much as freeing one record, which is the unit of budgets. */
const POSTINGS_PER_UNIT = 60;
const TERMS_PER_UNIT = 6;
const UNITS_PER_MOVE = 4;
/** Documents that the log may span before its oldest page is moved whatever lives there: half of the distance that a posting can tell. */
const MAX_SPAN = 2 ** 29;

interface Pass {
  /** The block of terms at hand, and the term in it. */
  block: number;
  at: number;
  /** The term to go on with; 0: the last block is done. */
  term: number;
  /** Of the order of terms when `block` and `at` were right. */
  version: number;
  readonly list: PurgeCursor;
  /** Documents that were dead when it began, of which no posting will be left. */
  readonly died: number;
  /** Empty pages before the first that lived when it began. */
  readonly pages: number;
}

export class Compactor {
  readonly #catalog: Catalog;
  #pass: Pass | undefined;
  readonly #isLive: (document: number) => boolean;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    const { documents } = catalog;
    this.#isLive = (document) => documents.isLive(document);
  }

  /** Whether there is something to do when nothing else is. */
  get isDue(): boolean {
    return (
      this.#catalog.pending > 0 ||
      this.#pass !== undefined ||
      this.#purgeDue(false) ||
      this.#sparse(false) !== undefined
    );
  }

  /**
   * Works for about so many units; one is what freeing a record costs.
   *
   * @param busy - leaves publish: only what pays well
   */
  work(budget: number, busy: boolean): void {
    const catalog = this.#catalog;
    let left = budget - catalog.reclaim(budget);
    while (left > 0) {
      const sparse = this.#sparse(busy);
      const purges = this.#pass !== undefined || this.#purgeDue(busy);
      if (sparse === undefined && !purges) return;
      // Neither waits for the other: each has half of what there is while both are due.
      const share = sparse !== undefined && purges ? Math.ceil(left / 2) : left;
      if (purges) left -= this.#purge(share);
      if (sparse === undefined) continue;
      const most = Math.max(1, Math.floor(share / UNITS_PER_MOVE));
      left -= catalog.move(sparse.page, sparse.first, most) * UNITS_PER_MOVE;
    }
  }

  #purgeDue(busy: boolean): boolean {
    const { died, documents } = this.#catalog;
    return busy ? died > BUSY_PURGE_SHARE * documents.live + BUSY_ROWS : died > REST_SHARE * documents.live;
  }

  /** The page with the fewest living rows, when too many rows are dead in all. */
  #sparse(busy: boolean): { page: DocumentPage; first: number } | undefined {
    const { documents } = this.#catalog;
    const { pages, live } = documents;
    const open = documents.span >>> 12;
    let dead = 0;
    let best = -1;
    let oldest = -1;
    for (let i = 0; i < pages.length; i++) {
      const page = pages[i];
      if (page === undefined || i >= open) continue;
      if (oldest < 0) oldest = i;
      dead += page.used - page.live;
      if (best < 0 || page.live < pages[best]!.live) best = i;
    }
    if (documents.span > MAX_SPAN) best = oldest;
    // Half a page of them would come back as no page at all.
    else if (dead <= (busy ? BUSY_MOVE_SHARE * live + BUSY_ROWS : REST_SHARE * live + PAGE_ROWS / 2))
      return undefined;
    return best < 0 ? undefined : { page: pages[best]!, first: (documents.base + best * PAGE_ROWS) >>> 0 };
  }

  /** @returns units that it took */
  #purge(budget: number): number {
    const { sorted, documents } = this.#catalog;
    if (this.#pass === undefined) {
      sorted.settle();
      this.#catalog.forgetFolderTerms();
      let pages = 0;
      while (pages < documents.span >>> 12 && documents.pages[pages] === undefined) pages++;
      this.#pass = {
        block: 0,
        at: 0,
        term: sorted.blocks[0]?.terms[0] ?? 0,
        version: sorted.version,
        list: { page: 0 },
        died: this.#catalog.died,
        pages,
      };
    }
    const pass = this.#pass;
    let spent = 0;
    while (pass.term !== 0 && spent < budget) {
      if (pass.version !== sorted.version) this.#find(pass);
      const block = sorted.blocks[pass.block]!;
      const most = Math.max(1, Math.ceil((budget - spent) * POSTINGS_PER_UNIT));
      const looked = this.#catalog.postings.purge(pass.term, this.#isLive, pass.list, most);
      spent += 1 / TERMS_PER_UNIT + looked / POSTINGS_PER_UNIT;
      if (pass.list.page !== 0) break;
      pass.at++;
      if (pass.at < block.count) pass.term = block.terms[pass.at]!;
      else this.#endBlock(pass);
    }
    if (pass.term === 0) {
      this.#catalog.died -= pass.died;
      this.#catalog.postings.advance(pass.pages);
      documents.advance(pass.pages);
      this.#pass = undefined;
    }
    return Math.max(1, Math.ceil(spent));
  }

  /** Forgets the terms of the block that nobody has any more, and goes on to the next one. */
  #endBlock(pass: Pass): void {
    const { sorted, postings, dictionary } = this.#catalog;
    const next = sorted.blocks[pass.block + 1];
    pass.term = next?.terms[0] ?? 0;
    const { version } = sorted;
    sorted.filter(pass.block, (term) => {
      if (postings.count(term) > 0) return true;
      dictionary.remove(term);
      return false;
    });
    pass.block++;
    pass.at = 0;
    if (sorted.version !== version && pass.term !== 0) this.#find(pass);
    pass.version = sorted.version;
  }

  /** The order of terms changed meanwhile: where the term to go on with stands now. */
  #find(pass: Pass): void {
    const { sorted, dictionary } = this.#catalog;
    const { bytes, from, length } = dictionary.place(pass.term);
    const place = sorted.seek(bytes.slice(from, from + length), length);
    pass.block = place.block;
    pass.at = place.at;
    pass.version = sorted.version;
  }
}
