/** Tables as text, RFC 4180. */
import { BanyanError } from './errors.ts';

/** One line of cells; each is quoted. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Spreadsheets take what begins so for a formula; names and reasons are other people's words. */
const FORMULA = /^[=+\-@\t\r]/;
const GUARDED = /^'[=+\-@\t\r]/;

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** A row, and the line of the text on which it begins, from 1 on. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The rows of a table; empty lines are left out, and what {@link csvLine} did to formulas is undone. Cells are separated by what
 * separates those of the first line: commas, or semicolons or tabs, as spreadsheets of some countries write them.
 *
 * @throws BanyanError `invalid_request` when a quote is not closed, or text follows one
 */
export function* parseCsv(text: string): Generator<CsvRow> {
  const table = text.replace(/^\uFEFF/, '');
  const separator = separatorOf(table);
  let [line, began, cell, at] = [1, 1, '', 0];
  let cells: string[] = [];
  const endCell = (): void => {
    cells.push(GUARDED.test(cell) ? cell.slice(1) : cell);
    cell = '';
  };
  const endRow = (): CsvRow | undefined => {
    endCell();
    const row = { line: began, cells };
    cells = [];
    return row.cells.length === 1 && row.cells[0] === '' ? undefined : row;
  };
  while (at < table.length) {
    const sign = table[at]!;
    if (sign === '"' && cell === '') {
      const end = closingQuote(table, at);
      if (end === undefined)
        throw new BanyanError('invalid_request', `Line ${line} begins a quote that is never closed.`);
      cell = table.slice(at + 1, end).replaceAll('""', '"');
      line += newlines(cell);
      at = end + 1;
      const next = table[at];
      if (next !== undefined && next !== separator && next !== '\n' && next !== '\r')
        throw new BanyanError('invalid_request', `Line ${line} has text behind a closing quote.`);
      continue;
    }
    at += 1;
    if (sign === separator) endCell();
    else if (sign === '\n' || sign === '\r') {
      if (sign === '\r' && table[at] === '\n') at += 1;
      const row = endRow();
      line += 1;
      began = line;
      if (row !== undefined) yield row;
    } else cell += sign;
  }
  const row = endRow();
  if (row !== undefined) yield row;
}

function separatorOf(table: string): string {
  const [first = ''] = /^[^\r\n]*/.exec(table) ?? [];
  return [',', ';', '\t'].find((one) => first.includes(one)) ?? ',';
}

/** Where the quote that opens at `from` closes. */
function closingQuote(table: string, from: number): number | undefined {
  let at = from;
  for (;;) {
    at = table.indexOf('"', at + 1);
    if (at < 0) return undefined;
    if (table[at + 1] !== '"') return at;
    at += 1;
  }
}

const newlines = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;
