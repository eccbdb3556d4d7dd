import { padToWidth, textWidth } from '../format/width.ts';

/** Cells of a help's line where no terminal says how many there are. */
export const HELP_WIDTH = 100;

/** Longer examples do not push what is said of the others out of a terminal. */
const ALIGNED_CELLS = 56;

/** Examples at the end of a command's `--help`. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  const widths = lines.map(([command]) => textWidth(command)).filter((width) => width <= ALIGNED_CELLS);
  const width = Math.max(0, ...widths);
  const shown = lines.flatMap(([command, what]) =>
    textWidth(command) > ALIGNED_CELLS
      ? [`  # ${what}`, `  $ ${command}`]
      : [`  $ ${padToWidth(command, width)}  # ${what}`],
  );
  return `\nExamples:\n${shown.join('\n')}\n`;
}

/** The sentence for something that was left out of a command line: what it is, and a line that works. */
export function needs(command: string, argument: string, what: string, example: string): string {
  return `${command} needs ${argument}: ${what}. For example: ${example}`;
}

/** Rows `name  text` of a help, the texts broken at blanks so that they stay in their column. */
export function helpRows(rows: readonly (readonly [name: string, text: string])[], width: number): string[] {
  const names = Math.max(...rows.map(([name]) => textWidth(name)));
  const room = Math.max(20, width - names - 4);
  return rows.flatMap(([name, text]) =>
    broken(text, room).map((line, at) => `  ${padToWidth(at === 0 ? name : '', names)}  ${line}`),
  );
}

function broken(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || textWidth(last) + 1 + textWidth(word) > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
