// The peer: the full-text index of SQLite, in memory.
import Database from 'libsql';
import { indexTerms } from '@banyan/core';
import { LEAF_RECORDS } from './catalogs.mjs';
import { turn } from './measure.mjs';
import { createTextTable } from './text-table.mjs';

/** Rows of one statement: fewer, larger calls suit it (a sixth faster than one by one). */
const ROWS_PER_INSERT = 50;
const TEXTS_PER_TURN = 10_000;

/** Each text as the words that our index cuts it into, with blanks in between. */
export async function tokenised(texts, signal) {
  const tokens = createTextTable();
  for (let i = 0; i < texts.size; i += 1) {
    tokens.add(indexTerms(texts.at(i)).sequence.join(' '));
    if (i % TEXTS_PER_TURN === 0) await turn(signal);
  }
  return tokens;
}

/**
 * Makes an empty index.
 *
 * The tokenizer takes our tokens as they are: `ascii` parts at blanks and folds nothing that is not folded already.
 */
export function createFts5() {
  const database = new Database(':memory:');
  database.exec(`create virtual table texts using fts5(text, tokenize = 'ascii')`);
  const insert = (rows) =>
    database.prepare(`insert into texts (rowid, text) values ${Array(rows).fill('(?, ?)').join(', ')}`);
  const many = insert(ROWS_PER_INSERT);
  const one = insert(1);
  const query = database
    .prepare('select rowid from texts where texts match ? order by rank limit ?')
    .raw(true);
  return {
    /** One transaction. */
    add(values) {
      database.exec('begin');
      const step = 2 * ROWS_PER_INSERT;
      let from = 0;
      for (; from + step <= values.length; from += step) many.run(...values.slice(from, from + step));
      for (; from < values.length; from += 2) one.run(values[from], values[from + 1]);
      database.exec('commit');
    },
    /** Row ids of the first texts, best first. */
    search: (match, limit) => query.all(match, limit).map(([row]) => row),
    close: () => database.close(),
  };
}

/** Adds all texts, a transaction for what is a leaf with us; row ids are numbers of texts and begin with 1. */
export async function addAll({ fts5, tokens, stopwatch, signal }) {
  for (let from = 0; from < tokens.size; from += LEAF_RECORDS) {
    const values = tokens
      .slice(from, Math.min(tokens.size, from + LEAF_RECORDS))
      .flatMap((text, i) => [from + i + 1, text]);
    stopwatch.run('add', () => fts5.add(values));
    await turn(signal);
  }
}

/** A query of ours in its language: all tokens, wherever they stand. */
export function matchOf(query) {
  const tokens = new Set(query.split(' ').flatMap((word) => indexTerms(word).sequence));
  return [...tokens].map((token) => `"${token}"`).join(' AND ');
}
