import { readFileSync } from 'node:fs';
import { BanyanError } from '@banyan/proto';
import type { Static, TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** Where a setting came from. */
export type ConfigSource = 'flag' | 'environment' | 'file' | 'default';

/** Options of {@link loadConfig}. */
export interface ConfigInit {
  /** Command line without node and script; default `process.argv.slice(2)`. */
  readonly argv?: readonly string[];
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A JSON file to read; `--config FILE` and `BANYAN_CONFIG` come before it. */
  readonly file?: string;
}

/** A loaded configuration. */
export interface LoadedConfig<S extends TObject> {
  readonly values: Static<S>;
  /** Where each setting came from; settings without a value are missing. */
  readonly sources: Readonly<Record<string, ConfigSource>>;
}

/** The JSON Schema keywords that this module reads from a TypeBox schema. */
interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly description?: string;
  /** Ours: the value is a secret and is never repeated in a message. */
  readonly secret?: boolean;
}

const shapeOf = (schema: TSchema): Shape => schema;

/** `listenPort` → `--listen-port`. */
function flagName(setting: string): string {
  return `--${setting.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
}

/** `listenPort` → `BANYAN_LISTEN_PORT`. */
function envName(setting: string): string {
  return `BANYAN_${setting.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}`;
}

function choices(shape: Shape): readonly unknown[] | undefined {
  if (shape.enum !== undefined) return shape.enum;
  if (shape.const !== undefined) return [shape.const];
  const options = shape.anyOf?.map((option) => option.const);
  return options?.every((option) => option !== undefined) === true ? options : undefined;
}

/** What a value must be, in words. */
function expected(shape: Shape): string {
  const options = choices(shape);
  if (options !== undefined) return `one of ${options.map(String).join(', ')}`;
  const { minimum: min, maximum: max } = shape;
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : '';
  switch (shape.type) {
    case 'integer':
      return `a whole number${range}`;
    case 'number':
      return `a number${range}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list${shape.items === undefined ? '' : `, each ${expected(shape.items)}`}`;
    case 'object':
      return 'a JSON object';
    default: {
      const rules = [
        shape.format,
        shape.minLength === undefined || shape.minLength === 0
          ? undefined
          : `at least ${shape.minLength} characters`,
        shape.maxLength === undefined ? undefined : `at most ${shape.maxLength} characters`,
        shape.pattern === undefined ? undefined : `matching ${shape.pattern}`,
      ].filter((rule) => rule !== undefined);
      return rules.length === 0 ? 'a text' : `a text (${rules.join(', ')})`;
    }
  }
}

const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);

/** Reads a text from the command line or the environment as what the schema wants; unreadable stays text. */
function parseText(shape: Shape, text: string): unknown {
  const options = choices(shape);
  if (options !== undefined) return options.find((option) => String(option) === text) ?? text;
  switch (shape.type) {
    case 'integer':
    case 'number':
      return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text;
    case 'boolean': {
      const lower = text.trim().toLowerCase();
      return TRUE.has(lower) ? true : FALSE.has(lower) ? false : text;
    }
    case 'array':
    case 'object':
      try {
        return JSON.parse(text);
      } catch {
        if (shape.type === 'object') return text;
        return text === '' ? [] : text.split(',').map((part) => parseText(shape.items ?? {}, part.trim()));
      }
    default:
      return text;
  }
}

/** Damerau–Levenshtein with adjacent swaps; names are short. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let j = 0; j <= b.length; j += 1) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1);
      (rows[i] as number[])[j] = best;
    }
  }
  return at(a.length, b.length);
}

/** The known name nearest to a mistyped one, when it is near enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const d = distance(name, candidate);
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

function wrong(message: string, details: Record<string, unknown>, cause?: unknown): BanyanError {
  return new BanyanError('invalid_config', message, { details, ...(cause === undefined ? {} : { cause }) });
}

function unknownName(kind: string, name: string, known: readonly string[], hint: string): BanyanError {
  const near = nearest(name, known);
  return wrong(`There is no ${kind} ${name}. ${near === undefined ? hint : `Did you mean ${near}?`}`, {
    setting: name,
  });
}

interface Given {
  readonly value: unknown;
  readonly source: ConfigSource;
  /** Where in words: `--port`, `BANYAN_PORT`, `"port" in /etc/banyan.json`. */
  readonly where: string;
}

function readFlags(
  properties: Record<string, TSchema>,
  argv: readonly string[],
): { given: Map<string, Given>; file: string | undefined } {
  const byFlag = new Map(Object.keys(properties).map((setting) => [flagName(setting), setting]));
  const known = [...byFlag.keys(), '--config', '--help'];
  const given = new Map<string, Given>();
  let file: string | undefined;
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('--'))
      throw wrong(
        `The argument "${word}" is not understood. Settings are given as --name value; --help lists them.`,
        { argument: word },
      );
    const equals = word.indexOf('=');
    const flag = equals < 0 ? word : word.slice(0, equals);
    const inline = equals < 0 ? undefined : word.slice(equals + 1);
    const next = (): string => {
      const value = inline ?? rest.shift();
      if (value === undefined) throw wrong(`${flag} needs a value after it.`, { setting: flag });
      return value;
    };
    if (flag === '--config') {
      file = next();
      continue;
    }
    const negated = flag.startsWith('--no-') ? byFlag.get(`--${flag.slice('--no-'.length)}`) : undefined;
    const setting = byFlag.get(flag) ?? negated;
    const schema = setting === undefined ? undefined : properties[setting];
    if (setting === undefined || schema === undefined)
      throw unknownName('flag', flag, known, '--help lists them all.');
    const shape = shapeOf(schema);
    if (shape.type === 'boolean') {
      if (byFlag.get(flag) === undefined) {
        if (inline !== undefined) throw wrong(`${flag} takes no value.`, { setting });
        given.set(setting, { value: false, source: 'flag', where: flag });
        continue;
      }
      given.set(setting, {
        value: inline === undefined ? true : parseText(shape, inline),
        source: 'flag',
        where: flag,
      });
      continue;
    }
    if (byFlag.get(flag) === undefined) throw unknownName('flag', flag, known, '--help lists them all.');
    const text = next();
    const before = given.get(setting)?.value;
    // A list may be given by repeating the flag; a comma is then a character like any other.
    const value =
      shape.type === 'array'
        ? [...(Array.isArray(before) ? (before as unknown[]) : []), parseText(shape.items ?? {}, text)]
        : parseText(shape, text);
    given.set(setting, { value, source: 'flag', where: flag });
  }
  return { given, file };
}

function readFile(properties: Record<string, TSchema>, path: string): Map<string, Given> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw wrong(
      `The configuration file ${path} cannot be read (${String(code)}). Check the path and its permissions.`,
      { file: path },
      cause,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw wrong(
      `The configuration file ${path} is not JSON: ${(cause as Error).message}`,
      { file: path },
      cause,
    );
  }
  if (json === null || typeof json !== 'object' || Array.isArray(json))
    throw wrong(`The configuration file ${path} must hold one JSON object of settings.`, { file: path });
  const given = new Map<string, Given>();
  for (const [setting, value] of Object.entries(json)) {
    if (setting === '$schema') continue;
    if (!Object.hasOwn(properties, setting)) {
      const near = nearest(setting, Object.keys(properties));
      throw wrong(
        `There is no setting "${setting}" (in ${path}). ${near === undefined ? '--help lists them all.' : `Did you mean "${near}"?`}`,
        { setting, file: path },
      );
    }
    given.set(setting, { value, source: 'file', where: `"${setting}" in ${path}` });
  }
  return given;
}

function readEnv(
  properties: Record<string, TSchema>,
  env: Readonly<Record<string, string | undefined>>,
): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const [setting, schema] of Object.entries(properties)) {
    const text = env[envName(setting)];
    // Compose files and units pass unset variables on as empty ones.
    if (text !== undefined && text !== '')
      given.set(setting, {
        value: parseText(shapeOf(schema), text),
        source: 'environment',
        where: envName(setting),
      });
  }
  return given;
}

function show(shape: Shape, value: unknown): string {
  if (shape.secret === true) return 'its value (not shown, it is a secret)';
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/**
 * Loads settings with one precedence: flags, then environment, then file, then the schema's defaults.
 *
 * A setting `listenPort` is the flag `--listen-port`, the variable `BANYAN_LISTEN_PORT` and the key `listenPort` of the
 * JSON file. Booleans are `--x`, `--no-x` or `--x=false`; lists repeat the flag, or are comma-separated or JSON in the
 * environment. Mark a setting `secret: true` in the schema to keep its value out of messages.
 * Unknown flags and keys of the file are errors; unknown `BANYAN_…` variables are not, since all processes share them.
 *
 * @param schema - a TypeBox object; `description` and `default` of each property are used by {@link helpText} too
 * @throws BanyanError `invalid_config` that names the setting, where it came from, its value and what would be right
 */
export function loadConfigWithSources<S extends TObject>(schema: S, init: ConfigInit = {}): LoadedConfig<S> {
  const { argv = process.argv.slice(2), env = process.env } = init;
  const properties = schema.properties as Record<string, TSchema>;
  const required = new Set<string>((schema as { required?: string[] }).required ?? []);
  const flags = readFlags(properties, argv);
  const file = flags.file ?? (env['BANYAN_CONFIG'] || undefined) ?? init.file;
  const given = new Map([
    ...(file === undefined ? [] : readFile(properties, file)),
    ...readEnv(properties, env),
    ...flags.given,
  ]);
  const values: Record<string, unknown> = {};
  const sources: Record<string, ConfigSource> = {};
  for (const [setting, property] of Object.entries(properties)) {
    const shape = shapeOf(property);
    const found = given.get(setting);
    if (found === undefined) {
      if (shape.default !== undefined) {
        values[setting] = structuredClone(shape.default);
        sources[setting] = 'default';
      } else if (required.has(setting)) {
        throw wrong(
          `The setting ${setting} is missing. Give it as ${flagName(setting)}, as ${envName(setting)}, or as "${setting}" in the configuration file: ${expected(shape)}.`,
          { setting },
        );
      }
      continue;
    }
    if (!Value.Check(property, found.value)) {
      throw wrong(`${found.where} is ${show(shape, found.value)}, but must be ${expected(shape)}.`, {
        setting,
        source: found.source,
      });
    }
    values[setting] = found.value;
    sources[setting] = found.source;
  }
  return { values: values as Static<S>, sources };
}

/** {@link loadConfigWithSources} without the sources. */
export function loadConfig<S extends TObject>(schema: S, init: ConfigInit = {}): Static<S> {
  return loadConfigWithSources(schema, init).values;
}

/** Whether the command line asks for help. */
export function wantsHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}

/**
 * The help text of a process, made from its schema: each flag, its description, default and variable.
 *
 * @param usage - the first line, e.g. `node services/auth/dist/main.js`
 */
export function helpText(
  schema: TObject,
  init: { readonly usage: string; readonly description?: string },
): string {
  const properties = schema.properties as Record<string, TSchema>;
  const required = new Set<string>((schema as { required?: string[] }).required ?? []);
  const lines = [`Usage: ${init.usage} [settings]`, ''];
  if (init.description !== undefined) lines.push(init.description, '');
  lines.push('Settings (flag before environment before file before default):', '');
  for (const [setting, property] of Object.entries(properties)) {
    const shape = shapeOf(property);
    const value =
      shape.type === 'boolean' ? '' : ` <${choices(shape)?.map(String).join('|') ?? shape.type ?? 'value'}>`;
    lines.push(`  ${flagName(setting)}${value}${shape.type === 'array' ? ' …' : ''}`);
    if (shape.description !== undefined) lines.push(`      ${shape.description}`);
    const facts = [
      shape.default !== undefined && shape.secret !== true
        ? `default ${JSON.stringify(shape.default)}`
        : undefined,
      shape.default === undefined && required.has(setting) ? 'required' : undefined,
      envName(setting),
    ].filter((fact) => fact !== undefined);
    lines.push(`      [${facts.join(', ')}]`);
  }
  lines.push(
    '  --config <file>',
    '      A JSON file with any of these settings by their names in camelCase.',
    '      [BANYAN_CONFIG]',
    '  --help',
    '      Shows this text.',
    '',
  );
  return lines.join('\n');
}
