// What is indexed: the texts of a file or generated ones, each once, and as many more like them as are asked for.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileName } from './file-name.mjs';
import { createTextGenerator } from './generated-texts.mjs';
import { createGrowth } from './growth.mjs';
import { turn } from './measure.mjs';
import { createTextTable } from './text-table.mjs';

/** Texts of the generated corpus. */
const GENERATED_TEXTS = 800_000;

const LINES_PER_TURN = 20_000;

/**
 * Reads or generates the corpus. Equal lines are one text. What no file can be called is mended: slashes and control
 * characters become blanks, what is longer than a name may be is cut.
 *
 * @param {{ file?: string, seed: number, signal: AbortSignal }} init
 * @returns {Promise<{ texts: ReturnType<typeof createTextTable>, more(): () => string }>} `more`: starts a source of
 *   further texts, the same ones each time
 */
export async function readCorpus({ file, seed, signal }) {
  const texts = createTextTable();
  const seen = new Set();
  const add = async (text) => {
    if (text === '' || seen.has(text)) return;
    seen.add(text);
    texts.add(text);
    if (texts.size % LINES_PER_TURN === 0) await turn(signal);
  };
  if (file === undefined) {
    const next = createTextGenerator(seed);
    while (texts.size < GENERATED_TEXTS) await add(next());
    return {
      texts,
      more() {
        const further = createTextGenerator(seed);
        for (let i = 0; i < texts.size; i += 1) further();
        return further;
      },
    };
  }
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    await add(fileName(line));
  if (texts.size === 0) throw new Error(`${file} has no text: it should have one a line.`);
  return { texts, more: () => createGrowth(texts, seed) };
}
