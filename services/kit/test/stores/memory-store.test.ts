import { createManualClock, createMemoryStore } from '../../src/index.ts';
import { storeSuite } from './store-suite.ts';

storeSuite('The memory store', async () => {
  const clock = createManualClock();
  const store = createMemoryStore({ clock });
  return { store, shortMs: 1000, pass: (ms) => clock.advance(ms), stop: () => store.close() };
});
