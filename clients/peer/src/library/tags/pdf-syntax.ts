/** The objects of PDF (ISO 32000-2, section 7.3), read from a window of the file. */

/** `/Name`, without its slash. */
export class PdfName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** `12 0 R`. */
export class PdfRef {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

export type PdfDict = ReadonlyMap<string, PdfValue>;
/** A string is its bytes. */
export type PdfValue = null | boolean | number | Buffer | PdfName | PdfRef | readonly PdfValue[] | PdfDict;

/** What is read ends inside the window; another one may hold all of it. */
export class PdfCutOff extends Error {}

export const isDict = (value: PdfValue | undefined): value is PdfDict => value instanceof Map;
export const isArray = (value: PdfValue | undefined): value is readonly PdfValue[] => Array.isArray(value);

/** Hostile files nest until the stack ends. */
const MAX_NESTING = 32;
const WHITE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITERS = new Set(Buffer.from('()<>[]{}/%'));
const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['b', 8],
  ['f', 12],
]);

/** Reads one object after the other. All methods throw {@link PdfCutOff} at the window's end, Error at nonsense. */
export class PdfParser {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  value(nesting = 0): PdfValue {
    if (nesting > MAX_NESTING) throw new Error('it is nested too deep');
    this.#skipWhite();
    switch (this.#char()) {
      case '/':
        return this.#name();
      case '(':
        return this.#string();
      case '[':
        return this.#array(nesting);
      case '<':
        return this.#char(1) === '<' ? this.#dict(nesting) : this.#hexString();
      default:
        return this.#word();
    }
  }

  /** A word that is no value, such as `obj` or `trailer`. */
  keyword(): string {
    this.#skipWhite();
    const start = this.at;
    while (!this.#isEndOfWord(this.#byte())) this.at += 1;
    return this.#bytes.toString('latin1', start, this.at);
  }

  /** Whether `stream` follows; then `at` is that of its first byte. */
  startsStream(): boolean {
    const start = this.at;
    if (this.keyword() !== 'stream') {
      this.at = start;
      return false;
    }
    if (this.#byte() === 13) this.at += 1;
    if (this.#byte() === 10) this.at += 1;
    return true;
  }

  #byte(ahead = 0): number {
    const byte = this.#bytes[this.at + ahead];
    if (byte === undefined) throw new PdfCutOff();
    return byte;
  }

  #char(ahead = 0): string {
    return String.fromCharCode(this.#byte(ahead));
  }

  #isEndOfWord(byte: number): boolean {
    return WHITE.has(byte) || DELIMITERS.has(byte);
  }

  #skipWhite(): void {
    for (;;) {
      const byte = this.#byte();
      if (byte === 0x25) while (this.#byte() !== 10 && this.#byte() !== 13) this.at += 1;
      else if (!WHITE.has(byte)) return;
      else this.at += 1;
    }
  }

  #name(): PdfName {
    this.at += 1;
    const start = this.at;
    while (!this.#isEndOfWord(this.#byte())) this.at += 1;
    const raw = this.#bytes.toString('latin1', start, this.at);
    return new PdfName(
      raw.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    );
  }

  #string(): Buffer {
    this.at += 1;
    const out: number[] = [];
    for (let open = 1; ;) {
      const char = this.#char();
      this.at += 1;
      if (char === '(') open += 1;
      if (char === ')') open -= 1;
      if (open === 0) return Buffer.from(out);
      if (char === '\\') this.#escape(out);
      else out.push(char.charCodeAt(0));
    }
  }

  #escape(out: number[]): void {
    const char = this.#char();
    this.at += 1;
    if (/[0-7]/.test(char)) {
      let octal = char;
      while (octal.length < 3 && /[0-7]/.test(this.#char())) {
        octal += this.#char();
        this.at += 1;
      }
      out.push(parseInt(octal, 8) & 255);
    } else if (char === '\r') {
      // A line that goes on.
      if (this.#byte() === 10) this.at += 1;
    } else if (char !== '\n') out.push(ESCAPES.get(char) ?? char.charCodeAt(0));
  }

  #hexString(): Buffer {
    this.at += 1;
    const start = this.at;
    while (this.#char() !== '>') this.at += 1;
    const hex = this.#bytes.toString('latin1', start, this.at).replace(/[^0-9a-f]/gi, '');
    this.at += 1;
    return Buffer.from(hex.length % 2 === 0 ? hex : `${hex}0`, 'hex');
  }

  #array(nesting: number): PdfValue[] {
    this.at += 1;
    const items: PdfValue[] = [];
    for (;;) {
      this.#skipWhite();
      if (this.#char() === ']') {
        this.at += 1;
        return items;
      }
      items.push(this.value(nesting + 1));
    }
  }

  #dict(nesting: number): PdfDict {
    this.at += 2;
    const dict = new Map<string, PdfValue>();
    for (;;) {
      this.#skipWhite();
      if (this.#char() === '>' && this.#char(1) === '>') {
        this.at += 2;
        return dict;
      }
      if (this.#char() !== '/') throw new Error('a dictionary without a key');
      const { name } = this.#name();
      dict.set(name, this.value(nesting + 1));
    }
  }

  /** A number, a reference, or one of three words. */
  #word(): PdfValue {
    const word = this.keyword();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word)) throw new Error('no object of PDF');
    return /^\d+$/.test(word) && this.#isReference() ? new PdfRef(Number(word)) : Number(word);
  }

  /** Whether ` 0 R` follows, which it then is behind. */
  #isReference(): boolean {
    const start = this.at;
    const rest = this.#bytes.toString('latin1', start, start + 24);
    if (/^[\0\s]*\d{0,5}[\0\s]*R?$/.test(rest)) throw new PdfCutOff();
    const found = /^[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?=[\0\t\n\f\r ()<>[\]{}/%])/.exec(rest);
    if (found === null) return false;
    this.at = start + found[0].length;
    return true;
  }
}
