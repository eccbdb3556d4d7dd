import { useId } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useClient } from '../live/client.tsx';
import { usePeerStatus } from '../live/peer.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Name } from '../ui/name.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText } from '../ui/problem.tsx';

/**
 * Who this device is in its network, and the way out of this browser. The account's other devices and its password belong
 * here, below the list.
 */
export function Account({ canAct }: { canAct: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const notices = useNotices();
  const { status } = usePeerStatus();
  const id = useId();
  if (status === undefined) return null;

  const signOut = async () => {
    try {
      await client.logout();
      // The socket was ended with the session: what comes next is the sign-in page.
      client.connect();
    } catch (error) {
      notices.problem(failureText(i18n, error));
    }
  };

  return (
    <section aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{t('settings.account')}</h2>
      <dl className="settings-facts">
        <div>
          <dt>{t('settings.account.name')}</dt>
          <dd>{status.account === null ? t('settings.account.none') : <Name text={status.account} />}</dd>
        </div>
        <div>
          <dt>{t('settings.network')}</dt>
          <dd>
            {status.network.name === null ? null : <Name text={status.network.name} />}{' '}
            <span className="muted">
              <Name text={status.network.issuer} />
            </span>
          </dd>
        </div>
        <div>
          <dt>{t('settings.device.id')}</dt>
          <dd>
            <code>{status.deviceId}</code>
            <CopyButton text={status.deviceId} label={t('settings.device.id.copy')} />
          </dd>
        </div>
      </dl>
      <p className="section-note">{t('settings.account.note')}</p>
      <button type="button" className="button" disabled={!canAct} onClick={() => void signOut()}>
        {t('settings.signout')}
      </button>
    </section>
  );
}
