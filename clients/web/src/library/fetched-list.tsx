import { mediaTypeOf, type FetchedView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { useNow } from '../live/use-now.ts';
import { useView } from '../live/use-view.ts';
import { Name } from '../ui/name.tsx';
import { TypeIcon } from '../ui/type-icon.tsx';
import { VirtualRows } from '../ui/virtual-rows.tsx';

const FIRST_ROWS = 30;
const ROW_PX = { wide: 68, narrow: 112 };

const fetchedKey = (one: FetchedView) => one.content;

/** What others have fetched from here: whether sharing is of use to anybody. */
export function FetchedList() {
  const { t, rich, format } = useI18n();
  const now = useNow(false);
  const fetched = useView('fetched', { count: FIRST_ROWS });
  const total = fetched.frame?.total ?? 0;
  return (
    <section aria-labelledby="fetched-heading">
      <h2 id="fetched-heading">{t('fetched.title')}</h2>
      {total === 0 ? (
        <p className="section-note">{t('fetched.none')}</p>
      ) : (
        <VirtualRows
          total={total}
          rowAt={fetched.rowAt}
          keyOf={fetchedKey}
          onShow={fetched.show}
          estimate={ROW_PX}
          label={t('fetched.title')}
          className="fetched"
          render={(one) => (
            <article className="line-row">
              <TypeIcon type={mediaTypeOf(one.name)} />
              <div className="line-main">
                <h3>
                  <Name text={one.name} />
                </h3>
                <p className="muted">
                  {rich(one.more ? 'fetched.by.more' : 'fetched.by', {
                    names: one.accounts.map((account, i) => (
                      <span key={account}>
                        {i > 0 ? ', ' : ''}
                        <Name text={account} />
                      </span>
                    )),
                    time: format.moment(one.lastAt, now),
                  })}
                </p>
              </div>
              <p className="number line-number">{format.bytes(one.bytes)}</p>
            </article>
          )}
        />
      )}
    </section>
  );
}
