/** Answers that come page by page. */

/**
 * All pages from the first on.
 *
 * @param ask - for the page behind `after`; undefined: the first
 * @throws what `ask` throws
 */
export async function* pagesOf<P extends { readonly next?: string | undefined }>(
  ask: (after: string | undefined) => Promise<P>,
): AsyncGenerator<P> {
  for (let after: string | undefined, isMore = true; isMore;) {
    const page = await ask(after);
    yield page;
    after = page.next;
    isMore = after !== undefined;
  }
}
