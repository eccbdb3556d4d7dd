/** Tables that line up, in any script, and fit the terminal. */
import { cutMiddle, cutToWidth, padToWidth, textWidth } from './width.ts';

export interface Column<Row> {
  readonly head: string;
  /** Plain text, cleaned already where it came from others. */
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** Gives way when the terminal is narrow, down to this many cells; without it the column keeps its width. */
  readonly shrinkTo?: number;
  /** Where the text is cut: in the middle keeps an extension in view. Default: the end. */
  readonly cut?: 'end' | 'middle';
  /** Colours the padded cell. */
  readonly style?: (text: string, row: Row) => string;
  /** Leave the column out when no row has a value. */
  readonly optional?: boolean;
}

export interface TableInit {
  /** Cells of a line; undefined: nothing is cut (a file or a pipe). */
  readonly width: number | undefined;
  readonly headStyle?: (text: string) => string;
}

const GAP = '  ';

/** The lines of a table, without line ends; a head and a line per row. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  init: TableInit,
): string[] {
  const cells = columns.map((column) => ({ column, texts: rows.map((row) => column.value(row)) }));
  const used = cells.filter(
    ({ column, texts }) => column.optional !== true || texts.some((text) => text !== ''),
  );
  const widths = fit(
    used.map(({ column, texts }) => ({
      wanted: Math.max(textWidth(column.head), ...texts.map(textWidth)),
      least: column.shrinkTo,
    })),
    init.width === undefined ? undefined : init.width - GAP.length * (used.length - 1),
  );
  const line = (cell: (at: number) => string): string =>
    used
      .map((_, at) => cell(at))
      .join(GAP)
      .trimEnd();
  const head = line((at) => {
    const { column } = used[at]!;
    return padToWidth(cutToWidth(column.head, widths[at]!), widths[at]!, column.align);
  });
  return [
    (init.headStyle ?? ((text) => text))(head),
    ...rows.map((row, r) =>
      line((at) => {
        const { column, texts } = used[at]!;
        const cut = column.cut === 'middle' ? cutMiddle : cutToWidth;
        const text = padToWidth(cut(texts[r]!, widths[at]!), widths[at]!, column.align);
        return column.style === undefined ? text : column.style(text, row);
      }),
    ),
  ];
}

/** Takes what is missing from the columns that may shrink, always from the one with most to give. */
function fit(
  columns: readonly { readonly wanted: number; readonly least: number | undefined }[],
  room: number | undefined,
): number[] {
  const widths = columns.map(({ wanted }) => wanted);
  if (room === undefined) return widths;
  let over = widths.reduce((sum, width) => sum + width, 0) - room;
  while (over > 0) {
    let widest = -1;
    columns.forEach(({ least }, at) => {
      if (least === undefined || widths[at]! <= least) return;
      if (widest < 0 || widths[at]! - least > widths[widest]! - columns[widest]!.least!) widest = at;
    });
    if (widest < 0) break;
    widths[widest]! -= 1;
    over -= 1;
  }
  return widths;
}

/** Lines `name  value` whose values line up. */
export function factLines(
  facts: readonly (readonly [string, string])[],
  nameStyle: (text: string) => string = (text) => text,
): string[] {
  const width = Math.max(0, ...facts.map(([name]) => textWidth(name)));
  return facts.map(([name, value]) => `${nameStyle(padToWidth(name, width))}  ${value}`.trimEnd());
}
