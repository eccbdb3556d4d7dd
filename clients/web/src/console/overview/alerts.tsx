import type { Alert } from '@banyan/proto';
import { DoneIcon, ProblemIcon } from '../../ui/icons.tsx';
import { FaultyIcon } from '../icons.ts';
import { useWords } from '../i18n/words.tsx';
import { faceHref, hostHref, type Face } from '../route.ts';
import { useAlertText } from '../ui/alert-text.ts';

/** Where one acts on an alert that names no host. */
const PLACES: Partial<Record<Alert['code'], Face>> = {
  no_supernode: 'candidates',
  one_supernode: 'candidates',
  full: 'candidates',
  refusing: 'supernodes',
  slow_hits: 'supernodes',
  few_hits: 'supernodes',
};

/** What is wrong, the gravest first, each with what to do. */
export function Alerts({ alerts }: { alerts: readonly Alert[] }) {
  const { t } = useWords();
  return (
    <section aria-labelledby="alerts-heading">
      <h2 id="alerts-heading" className="visually-hidden">
        {t('alerts.title')}
      </h2>
      {alerts.length === 0 ? (
        <p className="with-icon all-well good">
          <DoneIcon aria-hidden />
          <span>{t('alerts.none')}</span>
        </p>
      ) : (
        <ul className="alerts" role="list">
          {alerts.map((alert) => (
            <AlertRow key={`${alert.code} ${alert.deviceId ?? ''}`} alert={alert} />
          ))}
        </ul>
      )}
    </section>
  );
}

function AlertRow({ alert }: { alert: Alert }) {
  const { t } = useWords();
  const { code, isGrave, deviceId, figures } = alert;
  const others = figures?.['others'] ?? 0;
  const { what, todo } = useAlertText()(alert);
  const place = PLACES[code];
  const Picture = isGrave ? FaultyIcon : ProblemIcon;
  return (
    <li className={isGrave ? 'alert alert-grave' : 'alert'}>
      <Picture aria-hidden />
      <div>
        <p className="alert-what">
          <span className="visually-hidden">{t(isGrave ? 'alerts.grave' : 'alerts.hint')} </span>
          {what}
        </p>
        <p className="muted">{todo}</p>
        {others === 0 ? null : (
          <p>
            <a href={faceHref('supernodes')}>{t('alerts.others', { count: others })}</a>
          </p>
        )}
      </div>
      {deviceId !== undefined ? (
        <a className="button" href={hostHref(deviceId)}>
          {t('alerts.host')}
        </a>
      ) : place !== undefined ? (
        <a className="button" href={faceHref(place)}>
          {t(`nav.${place}`)}
        </a>
      ) : null}
    </li>
  );
}
