import { describe, expect, it } from '@jest/globals';
import { createSearchTabs, MAX_TABS } from '../src/search/search-tabs.ts';

const tab = (query: string) => ({ query, asTyped: false });
const queries = (tabs: ReturnType<typeof createSearchTabs>) => tabs.open.map(({ query }) => query);

describe('the open searches', () => {
  it('are one that changes, until another is asked for', () => {
    const tabs = createSearchTabs(undefined);
    tabs.show(tab('oak'));
    tabs.show(tab('oak type:audio'));
    expect(queries(tabs)).toEqual(['oak type:audio']);
    tabs.another();
    tabs.show(tab('elm'));
    expect(queries(tabs)).toEqual(['oak type:audio', 'elm']);
    tabs.show(tab('oak type:audio'));
    tabs.show(tab('ash'));
    expect(queries(tabs)).toEqual(['ash', 'elm']);
  });

  it('lead to a neighbour when they are closed, and to nothing after the last', () => {
    const tabs = createSearchTabs(undefined);
    for (const query of ['oak', 'elm', 'ash']) {
      tabs.another();
      tabs.show(tab(query));
    }
    expect(tabs.close(tab('oak'))?.query).toBe('ash');
    expect(tabs.close(tab('ash'))?.query).toBe('elm');
    expect(tabs.close(tab('nobody'))).toBeUndefined();
    expect(tabs.close(tab('elm'))).toBeUndefined();
    expect(tabs.open).toEqual([]);
    tabs.show(tab('fig'));
    expect(queries(tabs)).toEqual(['fig']);
  });

  it('know which was looked at last, and tell when that is another', () => {
    const tabs = createSearchTabs(undefined);
    let told = 0;
    tabs.subscribe(() => told++);
    expect(tabs.last).toBeUndefined();
    tabs.show(tab('oak'));
    tabs.another();
    tabs.show(tab('elm'));
    expect(tabs.last?.query).toBe('elm');
    const before = told;
    tabs.show(tab('oak'));
    expect(told).toBe(before + 1);
    expect(tabs.last?.query).toBe('oak');
    tabs.close(tab('oak'));
    expect(tabs.last?.query).toBe('elm');
    const kept = '[{"query":"oak"},{"query":"elm"}]';
    expect(createSearchTabs({ getItem: () => kept, setItem: () => undefined }).last?.query).toBe('elm');
  });

  it('survive a reload, are a bounded number, and begin anew with what cannot be read', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    const tabs = createSearchTabs(storage);
    for (let i = 0; i <= MAX_TABS; i++) {
      tabs.another();
      tabs.show(tab(`oak ${i}`));
    }
    expect(tabs.open).toHaveLength(MAX_TABS);
    expect(queries(createSearchTabs(storage))).toEqual(queries(tabs));
    for (const text of ['{', '3', '[null,{"query":3},{"query":"oak","asTyped":true}]'])
      expect(createSearchTabs({ getItem: () => text, setItem: () => undefined }).open.length).toBe(
        text.includes('oak') ? 1 : 0,
      );
  });
});
