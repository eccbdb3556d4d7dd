import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseQuery, QUERY_HELP } from '../../src/index.ts';
import { OPERATOR_KEYS, operatorOf } from '../../src/query/fields.ts';

const page = readFileSync(new URL('../../../docs/search-language.md', import.meta.url), 'utf8');

/** Rows of a Markdown table with this head. */
function tableOf(head: string): string[] {
  const lines = page.slice(page.indexOf(head)).split('\n').slice(2);
  return lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
}

describe('QUERY_HELP', () => {
  it('has the rows of the page for users, in their order', () => {
    expect(tableOf('| example | finds |')).toEqual(
      QUERY_HELP.map(({ example, meaning }) => `| \`${example}\` | ${meaning} |`),
    );
    expect(QUERY_HELP.length).toBeGreaterThanOrEqual(14);
  });

  it('has a key of its own for each row', () => {
    expect(new Set(QUERY_HELP.map(({ key }) => key)).size).toBe(QUERY_HELP.length);
  });

  it.each(QUERY_HELP.map(({ example }) => example))(
    'shows with %s something that is understood',
    (example) => {
      const { clauses, notes } = parseQuery(example);
      expect(notes).toEqual([]);
      expect(clauses.length).toBeGreaterThan(0);
    },
  );
});

describe('the page for users', () => {
  const operators = tableOf('| operator | also | value |').map((row) =>
    row
      .split('|')
      .slice(1, 3)
      .flatMap((cell) => [...cell.matchAll(/`(\w+):`/g)].map((match) => match[1]!)),
  );

  it('names operators that exist, with what else they are called', () => {
    expect(operators.length).toBeGreaterThan(10);
    for (const keys of operators)
      for (const key of keys) expect([key, operatorOf(key)?.kind]).not.toContain(undefined);
  });

  it('leaves no operator out', () => {
    expect([...new Set(operators.flat())].sort()).toEqual([...OPERATOR_KEYS].sort());
  });

  it('shows operators that are understood', () => {
    const shown = [...page.matchAll(/`((?:\w+:|-\w)[^`]*)`/g)]
      .map((match) => match[1]!)
      .filter((text) => !text.endsWith(':'));
    expect(shown.length).toBeGreaterThan(20);
    // The page shows them as what is not understood.
    const wrong = ['tpye:video', 'size:big', '-blue', '-length'];
    for (const text of shown) {
      if (!wrong.includes(text) && !text.startsWith('http'))
        expect([text, parseQuery(text).notes]).toEqual([text, []]);
    }
  });
});
