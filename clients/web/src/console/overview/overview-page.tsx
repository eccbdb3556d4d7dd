import type { NetworkGlance } from '@banyan/proto';
import { useWords } from '../i18n/words.tsx';
import { useAnswerText } from '../ui/answer-text.ts';
import { useConsoleView } from '../ui/use-console-view.ts';
import { Alerts } from './alerts.tsx';
import { Topology } from './topology.tsx';

/** The network at a glance: what is wrong and what to do, the figures, the map. */
export function OverviewPage() {
  const { t, format } = useWords();
  const glance = useConsoleView('glance').frame?.rows[0];
  return (
    <>
      <h1>{t('nav.overview')}</h1>
      {glance === undefined ? (
        <p className="muted">{t('loading')}</p>
      ) : (
        <>
          <Alerts alerts={glance.alerts} />
          {glance.at === 0 ? null : <Figures glance={glance} />}
          <p className="muted as-of">
            {glance.at === 0 ? t('asof.never') : t('asof', { time: format.timeOfDay(glance.at) })}
          </p>
        </>
      )}
      <Topology />
    </>
  );
}

function Figures({ glance }: { glance: NetworkGlance }) {
  const { t, format } = useWords();
  const { leaves, capacity, supernodes, starting, draining, volunteers, fit, records } = glance;
  const { rates, answers, mode } = glance;
  const answerText = useAnswerText();
  const figures: readonly (readonly [name: string, value: string, more: string])[] = [
    [
      t('figure.leaves'),
      format.number(leaves),
      capacity === 0 ? t('figure.leaves.none') : t('figure.leaves.of', { capacity }),
    ],
    [
      t('figure.supernodes'),
      format.number(supernodes),
      starting + draining === 0
        ? t('figure.supernodes.all')
        : t('figure.supernodes.more', { starting, draining }),
    ],
    [t('figure.volunteers'), format.number(volunteers), t('figure.volunteers.fit', { count: fit })],
    [t('figure.records'), format.number(records), t('figure.records.more')],
    [
      t('figure.searches'),
      rates === null ? '–' : format.number(rates.searches),
      rates === null ? t('figure.unknown') : t('figure.hits', { hits: rates.hits }),
    ],
    [
      t('figure.firstHit'),
      answerText.firstHit(answers),
      answers === null ? t('figure.unknown') : t('figure.firstHit.more'),
    ],
    [
      t('figure.hitRate'),
      answerText.hitRate(answers),
      answers === null ? t('figure.unknown') : t('figure.hitRate.more', { count: answers.searches }),
    ],
    [
      t('figure.traffic'),
      rates === null ? '–' : format.rate(rates.bytes),
      rates === null ? t('figure.unknown') : t('figure.traffic.more'),
    ],
    [
      t('figure.refused'),
      rates === null ? '–' : format.number(rates.refused),
      rates === null ? t('figure.unknown') : t('figure.refused.more'),
    ],
    ...(mode === null
      ? []
      : [[t('figure.policy'), t(`policy.mode.${mode}`), t(`policy.mode.${mode}.more`)] as const]),
  ];
  return (
    <section aria-label={t('figures.label')}>
      <dl className="figures">
        {figures.map(([name, value, more]) => (
          <div key={name} className="figure">
            <dt>{name}</dt>
            <dd>
              <span className="figure-value">{value}</span>
              <span className="muted">{more}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
