import { isBanyanError, type JoinRequest, type NetworkPreview, type SetupView } from '@banyan/proto';
import { useId, useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useCanAct, useClient } from '../live/client.tsx';
import { isolate } from '../i18n/messages.ts';
import { ChooseFolder } from '../ui/choose-folder.tsx';
import { BusyIcon, ConnectedIcon, ExpandIcon } from '../ui/icons.tsx';
import { Name } from '../ui/name.tsx';
import { SetupProblem } from './setup-problem.tsx';

/** After these the link is what has to be another one. */
const OF_THE_LINK: ReadonlySet<string> = new Set(['invite_expired', 'invite_used', 'invite_invalid']);

/** Who, in that network; then this device is enrolled and everything starts. */
export function AccountStep({
  link,
  network,
  setup,
  onBack,
  onJoined,
  onFailed,
}: {
  link: string;
  network: NetworkPreview;
  setup: SetupView;
  onBack: () => void;
  onJoined: (isSignedIn: boolean) => void;
  /** It was not joined, or could not start afterwards. */
  onFailed: () => void;
}) {
  const { t, rich } = useI18n();
  const client = useClient();
  const canAct = useCanAct();
  const id = useId();
  // Without an invite newcomers are welcome in open networks only.
  const mayChoose = !network.invited && network.enrolment === 'open';
  const [isNew, setNew] = useState(mayChoose);
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [isShown, setShown] = useState(false);
  const [name, setName] = useState(setup.name);
  const [folder, setFolder] = useState(setup.downloadFolder);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  /** @param isElsewhere - the sign-in of the network follows, in place of name and password */
  const join = async (isElsewhere: boolean) => {
    const request: JoinRequest = {
      network: link.trim(),
      ...(isElsewhere ? {} : { account: account.trim() }),
      ...(password === '' || isElsewhere ? {} : { password }),
      ...(mayChoose && !isElsewhere ? { createAccount: isNew } : {}),
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      ...(folder.trim() === '' ? {} : { downloadFolder: folder.trim() }),
    };
    setBusy(true);
    setFailure(undefined);
    try {
      await client.join(request);
      onJoined(!isElsewhere);
    } catch (error) {
      setFailure(error);
      setBusy(false);
      onFailed();
    }
  };

  const field = (key: string, label: string, input: ReactNode, hint?: string) => (
    <div className="first-run-field">
      <label htmlFor={`${id}-${key}`}>{label}</label>
      {input}
      {hint === undefined ? null : (
        <p id={`${id}-${key}-hint`} className="section-note">
          {hint}
        </p>
      )}
    </div>
  );
  const text = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;

  return (
    <form
      className="first-run-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void join(false);
      }}
    >
      <div className="first-run-network">
        <ConnectedIcon aria-hidden />
        <div>
          <p>
            <strong>
              <Name text={network.name} />
            </strong>
          </p>
          <p className="muted">
            <Name text={network.issuer} />
          </p>
          <p className="muted">{t(`setup.trust.${network.trust}`)}</p>
        </div>
      </div>
      {network.signIn === null ? null : (
        <div className="first-run-sign-in">
          <button
            type="button"
            className="button button-main"
            disabled={!canAct || isBusy}
            onClick={() => void join(true)}
          >
            {t('setup.account.signin', { name: isolate(network.signIn) })}
          </button>
          <p className="section-note">{t('setup.account.or')}</p>
        </div>
      )}
      {mayChoose ? (
        <fieldset className="first-run-choice">
          <legend>{t('setup.account.who')}</legend>
          {[true, false].map((value) => (
            <label key={String(value)}>
              <input
                type="radio"
                name={`${id}-new`}
                checked={isNew === value}
                onChange={() => {
                  setNew(value);
                }}
              />
              <span>{t(value ? 'setup.account.new' : 'setup.account.known')}</span>
            </label>
          ))}
        </fieldset>
      ) : (
        <p>{t(network.invited ? 'setup.account.invited' : 'setup.account.members')}</p>
      )}
      {field(
        'account',
        t('setup.account.name'),
        <input
          {...text}
          id={`${id}-account`}
          type="text"
          value={account}
          maxLength={64}
          required
          autoComplete="username"
          aria-describedby={`${id}-account-hint`}
          onChange={(event) => {
            setAccount(event.target.value);
          }}
        />,
        t('setup.account.name.hint'),
      )}
      {field(
        'password',
        t(network.invited ? 'setup.account.password.optional' : 'setup.account.password'),
        <div className="first-run-password">
          <input
            id={`${id}-password`}
            type={isShown ? 'text' : 'password'}
            value={password}
            maxLength={1024}
            required={!network.invited}
            autoComplete={isNew || network.invited ? 'new-password' : 'current-password'}
            aria-describedby={`${id}-password-hint`}
            onChange={(event) => {
              setPassword(event.target.value);
            }}
          />
          <button
            type="button"
            className="button button-quiet"
            aria-pressed={isShown}
            onClick={() => {
              setShown(!isShown);
            }}
          >
            {t('setup.account.password.show')}
          </button>
        </div>,
        t(
          network.invited
            ? 'setup.account.password.hint.invited'
            : isNew
              ? 'setup.account.password.hint.new'
              : 'setup.account.password.hint.known',
        ),
      )}
      <details className="first-run-more">
        <summary>
          <ExpandIcon aria-hidden className="expand" />
          <span>
            {rich('setup.device.summary', { name: <Name text={name} />, folder: <Name text={folder} /> })}
          </span>
        </summary>
        {field(
          'name',
          t('settings.name'),
          <input
            {...text}
            id={`${id}-name`}
            type="text"
            value={name}
            maxLength={64}
            onChange={(event) => {
              setName(event.target.value);
            }}
          />,
        )}
        {field(
          'folder',
          t('settings.folder'),
          <div className="folder-line">
            <input
              {...text}
              id={`${id}-folder`}
              type="text"
              value={folder}
              maxLength={4096}
              aria-describedby={`${id}-folder-hint`}
              onChange={(event) => {
                setFolder(event.target.value);
              }}
            />
            <ChooseFolder path={folder} onChoose={setFolder} />
          </div>,
          t('settings.folder.hint'),
        )}
      </details>
      {failure === undefined ? null : <SetupProblem id={`${id}-problem`} error={failure} />}
      <div className="first-run-actions">
        <button type="submit" className="button button-main" disabled={!canAct || isBusy}>
          {isBusy ? <BusyIcon aria-hidden className="spin" /> : null}
          <span>{t(isBusy ? 'setup.joining' : 'setup.join')}</span>
        </button>
        <button
          type="button"
          className={
            isBanyanError(failure) && OF_THE_LINK.has(failure.code) ? 'button' : 'button button-quiet'
          }
          disabled={isBusy}
          onClick={onBack}
        >
          {t('setup.back')}
        </button>
      </div>
    </form>
  );
}
