/** Which metrics and labels an expression of Prometheus names. Good for ours, which are plain; not a parser. */

export interface Selector {
  readonly metric: string;
  /** Labels that it is selected by. */
  readonly labels: readonly string[];
}

/** Made by Prometheus itself, not by a process. */
const OWN = new Set(['up', 'ALERTS']);
const WORDS = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'or',
  'and',
  'unless',
  'offset',
  'bool',
]);

/** The selectors of an expression, in their order; those that Prometheus makes itself are left out. */
export function selectorsOf(expression: string): Selector[] {
  // Texts first: they may hold anything. Then the lists of labels, and the ranges.
  const bare = expression
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ');
  const selectors: Selector[] = [];
  for (const [, metric = '', matchers] of bare.matchAll(
    /([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\s*\()(?![\w:])/g,
  )) {
    if (WORDS.has(metric) || OWN.has(metric)) continue;
    selectors.push({
      metric,
      labels: [...(matchers ?? '').matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    });
  }
  return selectors;
}

/** What a scrape shows: each name that a selector can use, with the labels that its samples have. */
export function shownBy(scrape: string): Map<string, Set<string>> {
  const shown = new Map<string, Set<string>>();
  const note = (name: string): Set<string> => {
    const labels = shown.get(name) ?? new Set();
    shown.set(name, labels);
    return labels;
  };
  for (const line of scrape.split('\n')) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type !== null) {
      const [, name = '', kind] = type;
      for (const suffix of kind === 'histogram'
        ? ['_bucket', '_sum', '_count']
        : kind === 'summary'
          ? ['', '_sum', '_count']
          : [''])
        note(name + suffix);
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line);
    if (sample === null) continue;
    const labels = note(sample[1] ?? '');
    for (const [, label = ''] of (sample[2] ?? '').matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) labels.add(label);
  }
  return shown;
}
