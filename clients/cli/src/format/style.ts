/** Colours, where they are wanted. */

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = Record<keyof typeof CODES, (text: string) => string>;

/** A palette; without colours each function gives its text back. */
export function createStyle(colours: boolean): Style {
  const style = {} as Style;
  for (const [name, [on, off]] of Object.entries(CODES) as [keyof Style, readonly [number, number]][])
    style[name] = colours ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : (text) => text;
  return style;
}

/** Colours go to terminals only, and not where `NO_COLOR` is set (https://no-color.org) or the terminal is a dumb one. */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
