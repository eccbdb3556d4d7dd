import { displayText, ROLES, type AccountDetails, type Role } from '@banyan/proto';
import { useState } from 'react';
import { isolate } from '../../i18n/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Name } from '../../ui/name.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { useWords } from '../i18n/words.tsx';
import { faceHref } from '../route.ts';
import { useConsole, useMayAct } from '../session.tsx';
import { Failure } from '../ui/failure.tsx';
import { Choice } from '../ui/field.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { useLoad } from '../ui/use-load.ts';
import { useMoment } from '../ui/use-moment.ts';

/** One account: its devices, its role, the bans that hold, and how it is taken away. */
export function AccountDialog({ nameOrId, onClose }: { nameOrId: string; onClose: () => void }) {
  const { t } = useWords();
  const { client } = useConsole();
  const { value, failure, again } = useLoad(nameOrId, () => client.account(nameOrId));
  return (
    <Dialog
      title={value === undefined ? t('signin.account') : <Name text={value.account.account} />}
      onClose={onClose}
    >
      <Failure text={failure} />
      {value === undefined ? (
        failure === undefined ? (
          <p className="muted">{t('loading')}</p>
        ) : null
      ) : (
        <Details details={value} onChanged={again} onDeleted={onClose} />
      )}
    </Dialog>
  );
}

function Details({
  details: { account, bans },
  onChanged,
  onDeleted,
}: {
  details: AccountDetails;
  onChanged: () => void;
  onDeleted: () => void;
}) {
  const { t } = useWords();
  const moment = useMoment();
  const notices = useNotices();
  const { client, session, grave } = useConsole();
  const mayAct = useMayAct();
  const [role, setRole] = useState<Role | undefined>(undefined);
  const [isDeleting, setDeleting] = useState(false);
  const isSelf = session?.accountId === account.accountId;
  const name = isolate(displayText(account.account, 64));
  return (
    <>
      {bans.map((ban) => (
        <p key={`${ban.kind} ${ban.id}`} className="bad">
          {t('account.banned', { reason: isolate(displayText(ban.reason, 200)) })}
        </p>
      ))}
      <div className="filters">
        <Choice
          label={t('account.role')}
          value={account.role}
          disabled={!mayAct || isSelf}
          options={ROLES.map((one) => [one, t(`role.${one}`)] as const)}
          onChange={setRole}
        />
        <a className="button" href={faceHref('bans', account.account)}>
          {t('act.ban')}
        </a>
        <button
          type="button"
          className="button button-bad"
          disabled={!mayAct || isSelf}
          onClick={() => {
            setDeleting(true);
          }}
        >
          {t('account.delete')}
        </button>
      </div>
      {isSelf ? <p className="muted">{t('account.self')}</p> : null}
      <h3>{t('account.devices')}</h3>
      {account.devices.length === 0 ? (
        <p className="muted">{t('account.devices.none')}</p>
      ) : (
        <ul className="devices" role="list">
          {account.devices.map(({ deviceId, name: device, lastSeenAt }) => (
            <li key={deviceId}>
              <Name text={device} />
              <span className="muted">
                {lastSeenAt === undefined
                  ? t('account.unseen')
                  : t('account.seen', { time: moment(lastSeenAt) })}
              </span>
              <code>{deviceId}</code>
              <a href={faceHref('bans', deviceId)}>{t('account.device.ban')}</a>
            </li>
          ))}
        </ul>
      )}
      {role === undefined ? null : (
        <ReasonDialog
          title={t('account.role.set', { name, role: t(`role.${role}`) })}
          go={t('account.role.go')}
          act={async (reason) => {
            const done = await grave(() => client.setRole(account.accountId, role, reason));
            if (done !== undefined) {
              notices.done(t('account.role.done', { name, role: t(`role.${done.role}`) }));
              onChanged();
            }
            return done !== undefined;
          }}
          onClose={() => {
            setRole(undefined);
          }}
        >
          <p>{t(`role.${role}.may`)}</p>
        </ReasonDialog>
      )}
      {isDeleting ? (
        <ReasonDialog
          title={t('account.delete.of', { name })}
          go={t('account.delete')}
          typed={{ name: account.account, label: t('decide.typed', { name }) }}
          act={async (reason) => {
            const done = await grave(async () => {
              await client.deleteAccount(account.accountId, account.account, reason);
              return true;
            });
            if (done === true) {
              notices.done(t('account.deleted', { name }));
              onDeleted();
            }
            return done === true;
          }}
          onClose={() => {
            setDeleting(false);
          }}
        >
          <p>{t('account.delete.text', { count: account.devices.length })}</p>
        </ReasonDialog>
      ) : null}
    </>
  );
}
