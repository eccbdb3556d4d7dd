import type { AccountOrder, AccountRow } from '@banyan/proto';
import { useState, type SubmitEvent } from 'react';
import { useSettled } from '../../live/use-settled.ts';
import { Name } from '../../ui/name.tsx';
import { useWords } from '../i18n/words.tsx';
import { useMayAct } from '../session.tsx';
import { Failure } from '../ui/failure.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { useConsoleView } from '../ui/use-console-view.ts';
import { useMoment } from '../ui/use-moment.ts';
import { VirtualTable } from '../ui/virtual-table.tsx';
import { AccountDialog } from './account-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';

/** Rows of the first window: more than a tall screen shows. */
const FIRST_ROWS = 40;
const ORDERS: readonly AccountOrder[] = ['name', 'newest', 'devices'];

/** Who is in the network: accounts filtered and cut into windows by the service, one by its name, and invites for newcomers. */
export function AccountsPage() {
  const { t } = useWords();
  const mayAct = useMayAct();
  const [open, setOpen] = useState<string | undefined>(undefined);
  const [isInviting, setInviting] = useState(false);
  const [name, setName] = useState('');
  const [order, setOrder] = useState<AccountOrder>('name');
  const filter = useSettled(name.trim());

  const find = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() !== '') setOpen(name.trim());
  };

  return (
    <>
      <h1>{t('nav.accounts')}</h1>
      <div className="filters">
        <form className="find-form" role="search" onSubmit={find}>
          <Field
            label={t('account.find')}
            value={name}
            onChange={setName}
            maxLength={64}
            autoComplete="off"
          />
          <button type="submit" className="button" disabled={name.trim() === ''}>
            {t('account.find.go')}
          </button>
        </form>
        <Choice
          label={t('order')}
          value={order}
          options={ORDERS.map((one) => [one, t(`order.${one}`)] as const)}
          onChange={setOrder}
        />
        <button
          type="button"
          className="button button-main"
          disabled={!mayAct}
          onClick={() => {
            setInviting(true);
          }}
        >
          {t('invite.title')}
        </button>
      </div>
      <AccountList filter={filter} order={order} onOpen={setOpen} />
      {open === undefined ? null : (
        <AccountDialog
          nameOrId={open}
          onClose={() => {
            setOpen(undefined);
          }}
        />
      )}
      {isInviting ? (
        <InviteDialog
          onClose={() => {
            setInviting(false);
          }}
        />
      ) : null}
    </>
  );
}

const accountKey = ({ accountId }: AccountRow) => accountId;

function AccountList({
  filter,
  order,
  onOpen,
}: {
  filter: string;
  order: AccountOrder;
  onOpen: (accountId: string) => void;
}) {
  const { t, format } = useWords();
  const moment = useMoment();
  const { frame, failure, rowAt, show } = useConsoleView('accounts', { filter, order, count: FIRST_ROWS });
  if (frame === undefined)
    return failure === undefined ? (
      <p className="muted">{t('loading')}</p>
    ) : (
      <Failure text={failure.message} />
    );
  if (frame.total === 0)
    return (
      <div className="panel">
        <h2>{t('none.match')}</h2>
      </div>
    );
  return (
    <>
      <Failure text={failure?.message} />
      <p className="muted rows-count" role="status">
        {t(filter === '' ? 'accounts.count' : 'rows.match', { count: frame.total })}
      </p>
      <VirtualTable
        key={`${order} ${filter}`}
        label={t('nav.accounts')}
        columns={[
          { head: t('signin.account'), share: 40 },
          { head: t('account.role'), share: 20 },
          { head: t('account.devices'), share: 15, isNumber: true },
          { head: t('account.since'), share: 25 },
        ]}
        total={frame.total}
        rowAt={rowAt}
        keyOf={accountKey}
        onShow={show}
        cells={({ accountId, account, role, devices, createdAt }, tabIndex) => (
          <>
            <th scope="row">
              <button
                type="button"
                className="button button-text"
                tabIndex={tabIndex}
                onClick={() => {
                  onOpen(accountId);
                }}
              >
                <Name text={account} />
              </button>
            </th>
            <td>{t(`role.${role}`)}</td>
            <td className="number">{format.number(devices)}</td>
            <td>{moment(createdAt)}</td>
          </>
        )}
      />
    </>
  );
}
