import { displayText, type ConsoleBan } from '@banyan/proto';
import { useState } from 'react';
import { isolate } from '../../i18n/messages.ts';
import { Name } from '../../ui/name.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { useWords } from '../i18n/words.tsx';
import { useConsole, useMayAct } from '../session.tsx';
import { ReasonDialog } from '../ui/reason-dialog.tsx';
import { Failure } from '../ui/failure.tsx';
import { Pager, usePages } from '../ui/pager.tsx';
import { useLoad } from '../ui/use-load.ts';
import { useMoment } from '../ui/use-moment.ts';
import { BanForm } from './ban-form.tsx';
import { Evidence } from './evidence.tsx';
import { ImportDialog } from './import-dialog.tsx';

/** Who may not come in, and what may not be passed on; with whom a new ban would reach. */
export function BansPage({ about }: { about: string | undefined }) {
  const { t } = useWords();
  const moment = useMoment();
  const notices = useNotices();
  const { client, grave } = useConsole();
  const mayAct = useMayAct();
  const pages = usePages();
  const [isImporting, setImporting] = useState(false);
  const [lifting, setLifting] = useState<ConsoleBan | undefined>(undefined);
  const { value, failure, again } = useLoad(`bans ${pages.after ?? ''}`, () => client.bans(pages.after));
  return (
    <>
      <h1>{t('nav.bans')}</h1>
      <BanForm key={about ?? ''} about={about} onBanned={again} />
      <h2>{t('bans.title')}</h2>
      <p className="form-acts list-acts">
        <button
          type="button"
          className="button"
          disabled={!mayAct}
          onClick={() => {
            setImporting(true);
          }}
        >
          {t('import.open')}
        </button>
        <a className="button" href={client.bansFile('csv')} download>
          {t('bans.csv')}
        </a>
        <a className="button" href={client.bansFile('json')} download>
          {t('bans.json')}
        </a>
      </p>
      <Failure text={failure} />
      {value === undefined ? null : value.bans.length === 0 && pages.isFirst ? (
        <p className="muted">{t('bans.none')}</p>
      ) : (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={t('bans.title')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('ban.subject')}</th>
                <th scope="col">{t('ban.until')}</th>
                <th scope="col">{t('reason')}</th>
                <th scope="col">{t('ban.by')}</th>
                <th scope="col">
                  <span className="visually-hidden">{t('column.acts')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {value.bans.map((ban) => (
                <tr key={`${ban.kind} ${ban.id}`}>
                  <th scope="row">
                    <span className="muted">{t(`ban.kind.${ban.kind}`)}</span> <Subject ban={ban} />
                  </th>
                  <td>{ban.until === null ? t('ban.forever') : moment(ban.until * 1000)}</td>
                  <td>
                    <Name text={ban.reason} />
                    <Evidence pieces={ban.evidence} />
                  </td>
                  <td>
                    <Name text={ban.by} />
                    <span className="row-more muted">{moment(ban.at)}</span>
                  </td>
                  <td>
                    <button
                      type="button"
                      className="button"
                      disabled={!mayAct}
                      aria-label={t('ban.lift.of', { name: isolate(displayText(ban.name || ban.id, 64)) })}
                      onClick={() => {
                        setLifting(ban);
                      }}
                    >
                      {t('ban.lift')}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager pages={pages} next={value?.next} />
      {isImporting ? (
        <ImportDialog
          onDone={again}
          onClose={() => {
            setImporting(false);
          }}
        />
      ) : null}
      {lifting === undefined ? null : (
        <ReasonDialog
          title={t('ban.lift.of', { name: isolate(displayText(lifting.name || lifting.id, 64)) })}
          go={t('ban.lift')}
          act={async (reason) => {
            const { kind, id } = lifting;
            const done = await grave(async () => {
              await client.revoke({ kind, id, seconds: 0, reason });
              return true;
            });
            if (done === true) {
              notices.done(t('ban.lifted'));
              again();
            }
            return done === true;
          }}
          onClose={() => {
            setLifting(undefined);
          }}
        />
      )}
    </>
  );
}

function Subject({ ban: { name, id } }: { ban: ConsoleBan }) {
  return (
    <>
      {name === '' ? null : <Name text={name} />}
      <code className="row-more">{id}</code>
    </>
  );
}
