import type { SettingsPatch, SettingsView } from '@banyan/proto';
import { useEffect, useId, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useArrival } from '../live/arriving.tsx';
import { useClient, useLinkState } from '../live/client.tsx';
import { Announced } from '../ui/announcer.tsx';
import { ChooseFolder } from '../ui/choose-folder.tsx';
import { ProblemIcon } from '../ui/icons.tsx';
import { useNotices } from '../ui/notices.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';

type Field = SettingsView['given'][number];
const FIELDS: readonly Field[] = ['name', 'downloadFolder'];
const LABELS = { name: 'settings.name', downloadFolder: 'settings.folder' } as const;
const HINTS = {
  name: ['settings.name.hint'],
  downloadFolder: ['settings.folder.hint', 'settings.folder.moved'],
} as const;

/** Name of this device and download folder. */
export function Device({ canAct }: { canAct: boolean }) {
  const i18n = useI18n();
  const { t } = i18n;
  const client = useClient();
  const link = useLinkState();
  const notices = useNotices();
  const id = useId();
  const [view, setView] = useState<SettingsView | undefined>(undefined);
  const [draft, setDraft] = useState<Partial<Record<Field, string>>>({});
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    if (link !== 'open') return;
    const stop = new AbortController();
    client.settings(stop.signal).then(setView, (error: unknown) => {
      if (!stop.signal.aborted) setProblem(failureText(i18n, error));
    });
    return () => {
      stop.abort();
    };
    // Asked anew only when the daemon is there again, not when the language changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, link]);
  useArrival(view !== undefined || problem !== undefined);
  if (view === undefined && problem === undefined) return null;

  const changed = FIELDS.filter(
    (field) => draft[field] !== undefined && draft[field].trim() !== view?.[field],
  );
  const put = (field: Field, text: string) => {
    setDraft({ ...draft, [field]: text });
    setProblem(undefined);
  };
  const save = async () => {
    if (draft.name?.trim() === '') {
      setProblem(t('settings.name.empty'));
      return;
    }
    const patch: SettingsPatch = Object.fromEntries(changed.map((field) => [field, draft[field]?.trim()]));
    setBusy(true);
    try {
      setView(await client.changeSettings(patch));
      setDraft({});
      setProblem(undefined);
      notices.done(t('settings.saved'));
    } catch (error) {
      setProblem(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <section aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{t('settings.device')}</h2>
      <form
        className="settings-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (changed.length > 0 && !isBusy) void save();
        }}
      >
        {view === undefined
          ? null
          : FIELDS.map((field) => (
              <div key={field} className="settings-field">
                <label htmlFor={`${id}-${field}`}>{t(LABELS[field])}</label>
                <div className="folder-line">
                  <input
                    id={`${id}-${field}`}
                    type="text"
                    value={draft[field] ?? view[field]}
                    maxLength={field === 'name' ? 64 : 4096}
                    autoComplete="off"
                    autoCapitalize="none"
                    spellCheck={false}
                    aria-describedby={`${id}-${field}-hint`}
                    onChange={(event) => {
                      put(field, event.target.value);
                    }}
                  />
                  {field === 'downloadFolder' ? (
                    <ChooseFolder
                      path={draft[field] ?? view[field]}
                      onChoose={(path) => {
                        put(field, path);
                      }}
                    />
                  ) : null}
                </div>
                <p id={`${id}-${field}-hint`} className="section-note">
                  {[...HINTS[field], ...(view.given.includes(field) ? (['settings.given'] as const) : [])]
                    .map((key) => t(key))
                    .join(' ')}
                </p>
                {field === 'downloadFolder' && view.folderProblem !== undefined ? (
                  <p className="with-icon bad">
                    <Announced text={t('settings.folder.unshared')} />
                    <ProblemIcon aria-hidden />
                    <span>
                      {t('settings.folder.unshared')} <ProblemText problem={view.folderProblem} />
                    </span>
                  </p>
                ) : null}
              </div>
            ))}
        {problem === undefined ? null : (
          <p className="with-icon bad" role="alert">
            <ProblemIcon aria-hidden />
            <span>{problem}</span>
          </p>
        )}
        <button
          type="submit"
          className="button button-main"
          disabled={!canAct || isBusy || changed.length === 0}
        >
          {t('settings.save')}
        </button>
      </form>
    </section>
  );
}
