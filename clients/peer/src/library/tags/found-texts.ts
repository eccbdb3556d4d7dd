/** Kept of one kind: authors and keywords are lists, of hostile length at times. */
const MAX_TEXTS = 64;

/** Texts that a document tells, by kind; blank ones do not count. */
export class FoundTexts {
  readonly #texts = new Map<string, string[]>();

  add(kind: string, text: string | undefined): void {
    if (text === undefined || text.trim() === '') return;
    const known = this.#texts.get(kind);
    if (known === undefined) this.#texts.set(kind, [text]);
    else if (known.length < MAX_TEXTS) known.push(text);
  }

  all(kind: string): readonly string[] {
    return this.#texts.get(kind) ?? [];
  }

  /** The first text of the first of these kinds that has one. */
  first(...kinds: readonly string[]): string | undefined {
    return kinds.flatMap((kind) => this.all(kind).slice(0, 1))[0];
  }
}
