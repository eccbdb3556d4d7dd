import { displayText, formatQueryTerm, type FacetView, type SearchView } from '@banyan/proto';
import type { I18n } from '../i18n/i18n.tsx';
import { useI18n } from '../i18n/i18n.tsx';
import { CheckIcon } from '../ui/icons.tsx';
import { typeLabel } from '../ui/type-icon.tsx';
import { facetTerm, placeOf, queryParts, toggleTerm } from './query-parts.ts';

/** In the order in which they are shown. */
const FACETS = ['type', 'size', 'ext', 'sources'] as const;

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgtp]?i?b)$/i;

/** `10mb` as people write it; undefined when it is something else. */
function sizeWords(text: string): string | undefined {
  const [, amount, unit] = SIZE.exec(text) ?? [];
  return amount === undefined || unit === undefined
    ? undefined
    : `${amount}\u00a0${unit.toUpperCase().replace('I', 'i')}`;
}

/** A facet's value in words: "Audio", "under 1 MB"; one of a newer network as it is. */
function facetWords({ facet, value }: Pick<FacetView, 'facet' | 'value'>, { t }: I18n): string {
  if (facet === 'type') return t(value === 'other' ? 'facets.other' : typeLabel(value));
  if (facet === 'ext') return `.${displayText(value, 12)}`;
  const least = facet === 'sources' ? /^>(\d+)$/.exec(value)?.[1] : undefined;
  if (least !== undefined) return t('facets.sources.above', { count: Number(least) });
  const [, sign, single, from, to] = /^(?:([<>])=?(.+)|(.+?)\.\.(.+))$/.exec(value) ?? [];
  if (sign !== undefined) {
    const size = sizeWords(single ?? '');
    if (size !== undefined) return t(sign === '<' ? 'facets.size.below' : 'facets.size.above', { size });
  }
  const [low, high] = [sizeWords(from ?? ''), sizeWords(to ?? '')];
  return low !== undefined && high !== undefined
    ? t('facets.size.between', { from: low, to: high })
    : displayText(value, 40);
}

interface Choice {
  readonly facet: string;
  readonly value: string;
  /** Undefined: demanded by the query, and not counted (yet). */
  readonly count: number | undefined;
}

/** The counted values of a facet, and those that the query demands, which must stay in reach to be let go. */
function choices(facet: string, counted: readonly FacetView[], query: string): Choice[] {
  const mine: Choice[] = counted.filter((one) => one.facet === facet && facetTerm(one) !== undefined);
  const known = new Set(mine.map((one) => formatted(one)));
  const demanded = queryParts(query)
    .filter(({ text, excluded }) => !excluded && text.startsWith(`${facet}:`) && !known.has(text))
    .map(({ text }) => ({ facet, value: text.slice(facet.length + 1), count: undefined }))
    .filter((one) => facetTerm(one) !== undefined);
  const all = [...demanded, ...mine];
  // Types come most frequent first; sizes are looked for by their own order.
  return facet === 'size' ? all.sort((a, b) => least(a) - least(b)) : all;
}

const least = (one: Choice): number => {
  const term = facetTerm(one);
  return term?.kind === 'number' ? term.min : 0;
};

const formatted = (one: Pick<FacetView, 'facet' | 'value'>): string => {
  const term = facetTerm(one);
  return term === undefined ? '' : formatQueryTerm(term);
};

/** How many of the hits are of which type and size; pressing one searches for those alone, or no longer so. */
export function Facets({
  query,
  search,
  notMine,
  onSearch,
  onNotMine,
}: {
  query: string;
  search: SearchView | undefined;
  /** What is here already is left out. */
  notMine: boolean;
  onSearch: (query: string) => void;
  onNotMine: (notMine: boolean) => void;
}) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const running = search === undefined || search.state === 'searching';
  const isTyped = queryParts(query).some(({ text }) => /^(?:type|ext):/.test(text));
  // Extensions are a choice within a type; beside all types they would say everything twice.
  const groups = FACETS.filter((facet) => facet !== 'ext' || isTyped).map((facet) => ({
    facet,
    values: choices(facet, search?.facets ?? [], query),
  }));
  if (groups.every(({ values }) => values.length === 0)) {
    // The place is kept while somebody may still tell, so that the list below does not jump.
    return running ? <div className="facets" aria-hidden="true" /> : null;
  }
  return (
    <div className="facets">
      {groups.map(({ facet, values }) =>
        values.length === 0 ? null : (
          <div key={facet} role="group" aria-label={t(`facets.${facet}`)} className="facet-group">
            {values.map((one) => {
              const term = facetTerm(one);
              if (term === undefined) return null;
              const pressed = placeOf(query, term) !== undefined;
              return (
                <button
                  key={one.value}
                  type="button"
                  className="facet"
                  aria-pressed={pressed}
                  title={running && one.count !== undefined ? t('facets.sofar') : undefined}
                  onClick={() => {
                    onSearch(toggleTerm(query, term));
                  }}
                >
                  {pressed ? <CheckIcon aria-hidden /> : null}
                  <span>{facetWords(one, i18n)}</span>
                  {one.count === undefined ? null : (
                    <span className="facet-count">{format.number(one.count)}</span>
                  )}
                </button>
              );
            })}
          </div>
        ),
      )}
      <button
        type="button"
        className="facet"
        aria-pressed={notMine}
        onClick={() => {
          onNotMine(!notMine);
        }}
      >
        {notMine ? <CheckIcon aria-hidden /> : null}
        <span>{t('facets.notmine')}</span>
      </button>
      {running && search !== undefined && search.facets.length > 0 ? (
        <span className="facets-sofar">{t('facets.sofar')}</span>
      ) : null}
    </div>
  );
}
