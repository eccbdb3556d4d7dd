/** What is to happen later on a virtual clock. */
export class Agenda {
  readonly #entries: { readonly at: number; readonly run: () => void }[] = [];

  /** Has something happen in the first step at or after `at`. */
  add(at: number, run: () => void): void {
    this.#entries.push({ at, run });
  }

  /** Runs what is due at `now`, in the order in which it was added; what that adds and is due as well, too. */
  run(now: number): void {
    for (let i = 0; i < this.#entries.length;) {
      if (this.#entries[i]!.at <= now) this.#entries.splice(i, 1)[0]!.run();
      else i++;
    }
  }
}
