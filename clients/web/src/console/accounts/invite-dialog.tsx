import type { InviteResponse } from '@banyan/proto';
import { useState, type SubmitEvent } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { failureText } from '../../ui/problem.tsx';
import { useWords } from '../i18n/words.tsx';
import { useConsole } from '../session.tsx';
import { Failure } from '../ui/failure.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { useMoment } from '../ui/use-moment.ts';

const DAY_S = 24 * 3600;
const LIVES = { day: DAY_S, week: 7 * DAY_S, month: 30 * DAY_S } as const;
type Life = keyof typeof LIVES;

/** Makes an invite; its link is shown this once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const i18n = useI18n();
  const { t } = useWords();
  const moment = useMoment();
  const { client } = useConsole();
  const [uses, setUses] = useState('1');
  const [life, setLife] = useState<Life>('week');
  const [account, setAccount] = useState('');
  const [invite, setInvite] = useState<InviteResponse | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const count = Number(uses);
  const usesProblem =
    Number.isInteger(count) && count >= 1 && count <= 1000 ? undefined : t('invite.uses.wrong');

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      setInvite(
        await client.invite({
          uses: count,
          ttlSeconds: LIVES[life],
          ...(account.trim() === '' ? {} : { account: account.trim() }),
        }),
      );
    } catch (error) {
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('invite.title')} onClose={onClose}>
      {invite === undefined ? (
        <form className="form" onSubmit={(event) => void submit(event)}>
          <Field
            label={t('invite.uses')}
            type="number"
            min={1}
            max={1000}
            value={uses}
            onChange={setUses}
            problem={usesProblem}
          />
          <Choice
            label={t('invite.life')}
            value={life}
            options={(Object.keys(LIVES) as Life[]).map((one) => [one, t(`ban.for.${one}`)] as const)}
            onChange={setLife}
          />
          <Field
            label={t('invite.account')}
            value={account}
            onChange={setAccount}
            maxLength={64}
            autoComplete="off"
            hint={t('invite.account.hint')}
          />
          <Failure text={failure} />
          <p className="form-acts">
            <button
              type="submit"
              className="button button-main"
              disabled={isBusy || usesProblem !== undefined}
            >
              {t('invite.go')}
            </button>
          </p>
        </form>
      ) : (
        <>
          <p>{t('invite.once', { time: moment(invite.expiresAt), count: invite.uses })}</p>
          <p className="command">
            <code>{invite.link}</code>
            <CopyButton text={invite.link} label={t('invite.copy')} />
          </p>
        </>
      )}
    </Dialog>
  );
}
