import { displayText, type HitView } from '@banyan/proto';
import { useI18n } from '../i18n/i18n.tsx';
import { isMessageKey } from '../i18n/catalogues.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Name } from '../ui/name.tsx';

/** Points are told apart by hundredths; more digits say nothing to anybody. */
const POINT_DIGITS = 2;

/** What the place of a hit in the list is made of. */
export function WhyHere({ hit, onClose }: { hit: HitView; onClose: () => void }) {
  const { t, rich, language } = useI18n();
  const points = new Intl.NumberFormat(language, {
    minimumFractionDigits: POINT_DIGITS,
    maximumFractionDigits: POINT_DIGITS,
  });
  const most = Math.max(...hit.explain.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  return (
    <Dialog
      title={rich('why.title', { name: <Name text={displayText(hit.name, 120)} /> })}
      className="why"
      onClose={onClose}
    >
      {hit.explain.length === 0 ? (
        <p>{t('why.unknown')}</p>
      ) : (
        <>
          <p className="muted">{t('why.text')}</p>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('why.part')}</th>
                <th scope="col" className="number">
                  {t('why.points')}
                </th>
              </tr>
            </thead>
            <tbody>
              {hit.explain.map(({ name, value }, i) => {
                const [label, detail] = [`why.part.${name}`, `why.detail.${name}`];
                return (
                  <tr key={i}>
                    <th scope="row">
                      {isMessageKey(label) ? t(label) : <Name text={name} />}
                      {isMessageKey(detail) ? <span className="why-detail">{t(detail)}</span> : null}
                      <span className="why-bar" aria-hidden="true">
                        <span style={{ width: `${(Math.abs(value) / most) * 100}%` }} />
                      </span>
                    </th>
                    <td className="number">{points.format(value)}</td>
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t('why.sum')}</th>
                <td className="number">{points.format(hit.score)}</td>
              </tr>
            </tfoot>
          </table>
        </>
      )}
    </Dialog>
  );
}
