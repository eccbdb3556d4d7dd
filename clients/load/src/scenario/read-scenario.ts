/** Reads scenarios: files of YAML, modules of JavaScript, and those that ship with Banyan. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BanyanError, displayText } from '@banyan/proto';
import { nearest } from '@banyan/kit';
import { Value } from 'typebox/value';
import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import { MAX_SCENARIO_BYTES } from './limits.ts';
import { PlanError, planOf, type LoadPlan, type PlanOverrides } from './plan.ts';
import { ScenarioSchema, type Scenario } from './schema.ts';

/** Beside src and dist. */
const SHIPPED = new URL('../../scenarios/', import.meta.url);
const YAML_ENDINGS = ['.yaml', '.yml'];
const MODULE_ENDINGS = ['.js', '.mjs', '.ts', '.mts'];

/** Type helper for modules: `export default defineScenario({ … })`. */
export const defineScenario = (scenario: Scenario): Scenario => scenario;

/** Names of the scenarios that ship, in alphabetical order. */
export async function shippedScenarios(): Promise<string[]> {
  const names = await readdir(fileURLToPath(SHIPPED));
  return names
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => basename(name, '.yaml'))
    .sort();
}

/**
 * Reads a scenario by the name of a shipped one or by the path of a file.
 *
 * @param cwd - what relative paths are relative to
 * @throws BanyanError `not_found`; `invalid_config` with file, line and what would be right
 */
export async function readScenario(
  nameOrPath: string,
  cwd: string,
  overrides: PlanOverrides = {},
): Promise<LoadPlan> {
  const ending = extname(nameOrPath).toLowerCase();
  if (YAML_ENDINGS.includes(ending)) return readYaml(resolve(cwd, nameOrPath), nameOrPath, overrides);
  if (MODULE_ENDINGS.includes(ending)) return readModule(resolve(cwd, nameOrPath), nameOrPath, overrides);
  const names = await shippedScenarios();
  if (names.includes(nameOrPath))
    return readYaml(fileURLToPath(new URL(`${nameOrPath}.yaml`, SHIPPED)), nameOrPath, overrides);
  const near = nearest(nameOrPath, names);
  throw new BanyanError(
    'not_found',
    `There is no scenario "${displayText(nameOrPath, 100)}".${near === undefined ? '' : ` Did you mean ${near}?`} ` +
      `Those that ship: ${names.join(', ')}. One of your own is a file that ends in .yaml, .mjs or .js.`,
  );
}

async function readText(path: string, shown: string): Promise<string> {
  try {
    if ((await stat(path)).size > MAX_SCENARIO_BYTES)
      throw new BanyanError(
        'invalid_config',
        `${shown} is larger than a scenario may be (${MAX_SCENARIO_BYTES} bytes).`,
      );
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof BanyanError) throw cause;
    throw new BanyanError(
      'not_found',
      `The scenario ${shown} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}). Check the path.`,
      { cause },
    );
  }
}

async function readYaml(path: string, shown: string, overrides: PlanOverrides): Promise<LoadPlan> {
  return parseScenario(await readText(path, shown), shown, overrides);
}

/**
 * Parses the YAML of a scenario.
 *
 * @param shown - the file as the person named it, for messages
 * @throws BanyanError `invalid_config` with line and what would be right
 */
export function parseScenario(text: string, shown: string, overrides: PlanOverrides = {}): LoadPlan {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) throw wrongAt(shown, lines.linePos(fault.pos[0]).line, `${fault.message}.`);
  const lineOf = (path: readonly (string | number)[]): number | undefined => {
    const offset = offsetOf(document, path);
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
  // Aliases are expanded within bounds by the library; the result is plain data.
  return complete(document.toJS({ maxAliasCount: 100 }), shown, lineOf, overrides);
}

/** Where the value at a path stands, or the nearest thing around it that is there. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key: at }) => String(at) === String(key));
      const range = (pair?.key as { range?: readonly number[] } | undefined)?.range;
      if (range !== undefined) return range[0];
    }
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    if (node?.range !== undefined) return node.range[0];
  }
  return undefined;
}

/** Node runs TypeScript by itself from 22.18 and 23.6 on; before, a module is JavaScript. */
function runsTypeScript(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return typescript !== undefined && typescript !== false;
}

async function readModule(path: string, shown: string, overrides: PlanOverrides): Promise<LoadPlan> {
  if (path.endsWith('ts') && !runsTypeScript())
    throw new BanyanError(
      'invalid_config',
      `Node ${process.versions.node} runs no TypeScript by itself (from 22.18 on it does). Compile ${shown}, or write it as .mjs.`,
    );
  let found: unknown;
  try {
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    found = module.default;
    if (typeof found === 'function') found = await (found as () => unknown)();
  } catch (cause) {
    throw new BanyanError(
      'invalid_config',
      `The scenario ${shown} cannot be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
  return complete(found, shown, () => undefined, overrides);
}

function complete(
  value: unknown,
  shown: string,
  lineOf: (path: readonly (string | number)[]) => number | undefined,
  overrides: PlanOverrides,
): LoadPlan {
  if (!Value.Check(ScenarioSchema, value)) {
    const { path, message } = firstFault(value);
    throw wrongAt(shown, lineOf(path), message);
  }
  try {
    return planOf(value, basename(shown, extname(shown)), overrides);
  } catch (error) {
    if (error instanceof PlanError)
      throw wrongAt(shown, lineOf(error.path), `${pathText(error.path)}: ${error.message}`);
    throw error;
  }
}

function wrongAt(shown: string, line: number | undefined, message: string): BanyanError {
  const where = line === undefined ? shown : `${shown}:${line}`;
  return new BanyanError('invalid_config', `${displayText(where, 300)}: ${displayText(message, 1000)}`, {
    details: { ...(line === undefined ? {} : { line }) },
  });
}

const pathText = (path: readonly (string | number)[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part + 1}]` : i === 0 ? part : `.${part}`)).join('');

/** The schema node at a path, for its description and its names. */
interface Shape {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly required?: readonly string[];
}

function shapeAt(path: readonly (string | number)[]): Shape | undefined {
  let shape: Shape | undefined = ScenarioSchema as unknown as Shape;
  for (const part of path) shape = typeof part === 'number' ? shape?.items : shape?.properties?.[part];
  return shape;
}

function firstFault(value: unknown): { path: (string | number)[]; message: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { path: [], message: 'A scenario is a map with at least `stages:`. See `banyan load scenarios`.' };
  const [error] = [...Value.Errors(ScenarioSchema, value)].sort(
    (a, b) => Number(b.keyword === 'boolean') - Number(a.keyword === 'boolean'),
  );
  const path = (error?.instancePath ?? '')
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  if (error?.keyword === 'boolean') {
    const known = Object.keys(shapeAt(path.slice(0, -1))?.properties ?? {});
    const near = nearest(String(path.at(-1)), known);
    return {
      path,
      message: `${pathText(path)} is not known.${near === undefined ? '' : ` Did you mean ${near}?`} There are: ${known.join(', ')}.`,
    };
  }
  const missing = (error?.params as { requiredProperties?: readonly string[] } | undefined)
    ?.requiredProperties?.[0];
  if (error?.keyword === 'required' && missing !== undefined) {
    const what = shapeAt([...path, missing])?.description;
    const place = path.length === 0 ? 'The scenario' : pathText(path);
    return { path, message: `${place} lacks "${missing}"${what === undefined ? '' : `: ${what}`}.` };
  }
  const shape = shapeAt(path) ?? shapeAt(path.slice(0, -1));
  const actual = path.reduce<unknown>(
    (at, part) => (at as Record<string | number, unknown> | undefined)?.[part],
    value,
  );
  return {
    path,
    message: `${pathText(path)} is ${JSON.stringify(actual) ?? 'missing'}, but must be ${shape?.description ?? error?.message ?? 'something else'}.`,
  };
}
