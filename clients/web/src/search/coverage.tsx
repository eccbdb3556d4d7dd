import { displayText, type SearchView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { isolate } from '../i18n/messages.ts';
import { CheckIcon, ExpandIcon, ProblemIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { ProblemText } from '../ui/problem.tsx';

/** How far the search went: who was asked, who did not answer, how long it took. */
export function Coverage({
  search,
  total,
  canAct,
  onDeeper,
}: {
  search: SearchView;
  total: number;
  canAct: boolean;
  /** Asks again those that did not answer. */
  onDeeper: () => void;
}) {
  const { t, format } = useI18n();
  const running = search.state === 'searching';
  const silent = search.answers.filter((answer) => answer.problem !== null);
  const parts = [
    search.totalEstimate > total
      ? t('search.count.estimate', { shown: total, total: search.totalEstimate })
      : t('search.count', { count: total }),
    running
      ? t('coverage.asking', { count: search.asked })
      : t('coverage.asked', { answered: search.answered, count: search.asked }),
    ...(running || search.timedOut === 0 ? [] : [t('coverage.late', { count: search.timedOut })]),
    ...(search.tookMs === null ? [] : [t('coverage.took', { time: format.seconds(search.tookMs) })]),
  ];
  const isDeeper = !running && search.asked > search.answered;
  return (
    <>
      <details className="coverage">
        <summary>
          <ExpandIcon aria-hidden className="expand" />
          <span>
            {parts.join(' · ')}
            {silent.length === 0 ? null : (
              <span className="coverage-silent warn">
                <ProblemIcon aria-hidden />
                {t('coverage.timedout', {
                  names: format.list(silent.map((answer) => isolate(displayText(answer.name, 40)))),
                })}
              </span>
            )}
          </span>
        </summary>
        <p className="section-note">{t('coverage.what')}</p>
        <div className="table-scroll" role="region" tabIndex={0} aria-label={t('coverage.details')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('coverage.supernode')}</th>
                <th scope="col" className="number">
                  {t('coverage.hits')}
                </th>
                <th scope="col" className="number">
                  {t('coverage.time')}
                </th>
                <th scope="col">{t('coverage.state')}</th>
              </tr>
            </thead>
            <tbody>
              {search.answers.map((answer) => (
                <tr key={answer.deviceId}>
                  <th scope="row">
                    <Name text={answer.name} />
                  </th>
                  <td className="number">{format.number(answer.hits)}</td>
                  <td className="number">{format.seconds(answer.tookMs)}</td>
                  <td>
                    {answer.problem === null ? (
                      <span className="with-icon good">
                        <CheckIcon aria-hidden />
                        {t('coverage.ok')}
                      </span>
                    ) : (
                      <span className="with-icon warn">
                        <ProblemIcon aria-hidden />
                        <span>
                          <ProblemText problem={answer.problem} />
                        </span>
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      {isDeeper ? (
        <button type="button" className="button button-text" disabled={!canAct} onClick={onDeeper}>
          {t('coverage.deeper')}
        </button>
      ) : null}
    </>
  );
}
