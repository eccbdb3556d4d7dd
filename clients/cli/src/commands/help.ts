import { padToWidth, textWidth } from '../format/width.ts';

/** Cells of a help's line where no terminal says how many there are. */
export const HELP_WIDTH = 100;

/** Examples at the end of a command's `--help`. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...lines.map(([command]) => textWidth(command)));
  return `\nExamples:\n${lines.map(([command, what]) => `  $ ${padToWidth(command, width)}  # ${what}`).join('\n')}\n`;
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
