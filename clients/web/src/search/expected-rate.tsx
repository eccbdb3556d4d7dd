import { useI18n } from '../i18n/i18n.tsx';

/** A speed that somebody promises: a sign for eyes, words for who listens. */
export function ExpectedRate({ bytesPerSecond }: { bytesPerSecond: number }) {
  const { t, format } = useI18n();
  const rate = format.rate(bytesPerSecond);
  return (
    <>
      <span className="expected-rate" aria-hidden="true">
        {t('hit.speed', { rate })}
      </span>
      <span className="visually-hidden">{t('hit.speed.said', { rate })}</span>
    </>
  );
}
