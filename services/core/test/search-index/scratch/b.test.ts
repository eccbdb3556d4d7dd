import { it, expect } from '@jest/globals';
import { createSearchIndex } from '../../../src/search-index/search-index.ts';
import { batchOf, type Row } from '../catalog-batches.ts';
const NOW = Date.UTC(2024, 0, 1);
it('astral', () => {
  const index = createSearchIndex({ random: () => 0.5 });
  const leaf = index.openLeaf({ key: 'a', account: 'a' });
  const rows: Row[] = Array.from({ length: 20 }, (_, i) => ({ id: i, content: i + 1, name: `a${String.fromCodePoint(0x10428 + i)}zz` }));
  // settle
  const rest: Row[] = Array.from({ length: 4200 }, (_, i) => ({ id: 100 + i, content: 100 + i, name: `q${i.toString(36).replace(/[0-9]/g, (d) => 'ghijklmnop'[Number(d)]!)}x${'abcdefghij'[i%10]}${i}` }));
  index.publish(leaf, batchOf(rows), NOW);
  for (let i = 0; i < rest.length; i += 500) index.publish(leaf, batchOf(rest.slice(i, i + 500)), NOW);
  console.log(index.stats().terms);
  const r = index.correct({ text: 'hello' });
  expect(r).toBeUndefined();
});
