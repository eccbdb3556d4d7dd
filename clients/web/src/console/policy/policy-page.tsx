import type { Policy, PolicyResponse } from '@banyan/proto';
import { useState, type SubmitEvent } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useSettled } from '../../live/use-settled.ts';
import { ProblemIcon } from '../../ui/icons.tsx';
import { Name } from '../../ui/name.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { failureText } from '../../ui/problem.tsx';
import { useWords } from '../i18n/words.tsx';
import { hostHref } from '../route.ts';
import { useConsole, useMayAct } from '../session.tsx';
import { Author } from '../ui/author.tsx';
import { Failure } from '../ui/failure.tsx';
import { Choice, Field } from '../ui/field.tsx';
import { useLoad } from '../ui/use-load.ts';
import { useMoment } from '../ui/use-moment.ts';
import { differences, draftOf, fieldProblem, fieldsOf, policyOf, type PolicyField } from './policy-fields.ts';

/** By what supernodes are made and unmade: the form, what it would do now, and every policy that held. */
export function PolicyPage() {
  const { t } = useWords();
  const { client } = useConsole();
  const { value, failure, again } = useLoad('policy', async () => {
    const [policy, history] = await Promise.all([client.policy(), client.policyHistory()]);
    return { policy, versions: history.versions };
  });
  return (
    <>
      <h1>{t('nav.policy')}</h1>
      <p className="section-note">{t('policy.note')}</p>
      <Failure text={failure} />
      {value === undefined ? (
        failure === undefined ? (
          <p className="muted">{t('loading')}</p>
        ) : null
      ) : (
        <>
          <PolicyForm key={value.policy.version} held={value.policy} onSet={again} />
          <History versions={value.versions} />
        </>
      )}
    </>
  );
}

function PolicyForm({ held, onSet }: { held: PolicyResponse; onSet: () => void }) {
  const i18n = useI18n();
  const { t } = useWords();
  const notices = useNotices();
  const { client, grave } = useConsole();
  const mayAct = useMayAct();
  const [draft, setDraft] = useState(() => draftOf(held.policy));
  const [mode, setMode] = useState(held.policy.mode);
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);

  const fields = fieldsOf(held.policy);
  const problems = new Map(fields.map((field) => [field.name, fieldProblem(field, draft)]));
  const isValid = [...problems.values()].every((problem) => problem === undefined);
  const wanted = isValid ? policyOf(draft, mode, held.policy) : undefined;
  const isChanged =
    wanted !== undefined && (wanted.mode !== held.policy.mode || differences(held.policy, wanted).length > 0);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (wanted === undefined) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const set = await grave(() =>
        client.setPolicy({ policy: wanted, expect: held.version, reason: reason.trim() }),
      );
      if (set !== undefined) {
        notices.done(t('policy.set', { version: set.version }));
        onSet();
      }
    } catch (error) {
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  const fieldOf = (field: PolicyField) => {
    const problem = problems.get(field.name);
    return (
      <Field
        key={field.name}
        label={t(`policy.field.${field.name}`)}
        type={field.isVersion === true ? 'text' : 'number'}
        {...(field.isVersion === true ? { hint: t('policy.hint.minVersion') } : {})}
        unit={field.unit === undefined ? undefined : t(field.unit)}
        value={draft[field.name] ?? ''}
        disabled={!mayAct}
        problem={problem === undefined ? undefined : t(problem.key, problem.params)}
        onChange={(text) => {
          setDraft((before) => ({ ...before, [field.name]: text }));
        }}
      />
    );
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Choice
        label={t('policy.mode')}
        value={mode}
        disabled={!mayAct}
        options={[
          ['manual', `${t('policy.mode.manual')} – ${t('policy.mode.manual.more')}`],
          ['auto', `${t('policy.mode.auto')} – ${t('policy.mode.auto.more')}`],
        ]}
        onChange={setMode}
      />
      <fieldset className="fields">
        <legend>{t('policy.group.size')}</legend>
        {fields.filter(({ isThreshold }) => !isThreshold).map(fieldOf)}
      </fieldset>
      <fieldset className="fields">
        <legend>{t('policy.group.fit')}</legend>
        {fields.filter(({ isThreshold }) => isThreshold).map(fieldOf)}
      </fieldset>
      {wanted === undefined ? null : <Plan policy={wanted} />}
      {mayAct ? (
        <>
          <Field
            label={t('reason')}
            value={reason}
            onChange={setReason}
            maxLength={500}
            hint={t('reason.hint')}
          />
          <Failure text={failure} />
          <p className="form-acts">
            <button
              type="submit"
              className="button button-main"
              disabled={!isChanged || isBusy || reason.trim() === ''}
            >
              {t('policy.go')}
            </button>
            <button
              type="button"
              className="button"
              disabled={isBusy}
              onClick={() => {
                setDraft(draftOf(held.policy));
                setMode(held.policy.mode);
              }}
            >
              {t('policy.reset')}
            </button>
          </p>
        </>
      ) : null}
    </form>
  );
}

/** What the policy in the form would do at this moment. */
function Plan({ policy }: { policy: Policy }) {
  const { t } = useWords();
  const { client } = useConsole();
  const asked = useSettled(JSON.stringify(policy));
  const { value, failure } = useLoad(asked, () => client.plan(JSON.parse(asked) as Policy));
  return (
    <section className="effect" aria-live="polite" aria-labelledby="plan-heading">
      <h2 id="plan-heading">{t('plan.title')}</h2>
      {value === undefined ? (
        <p className="muted">{failure ?? t('decide.asking')}</p>
      ) : (
        <>
          <p className="muted">{t(value.mode === 'auto' ? 'plan.auto' : 'plan.manual')}</p>
          {value.lacking ? (
            <p className="with-icon warn">
              <ProblemIcon aria-hidden />
              {t('plan.lacking', { count: value.lacking })}
            </p>
          ) : null}
          {value.decisions.length === 0 ? (
            value.lacking ? null : (
              <p>{t('plan.none')}</p>
            )
          ) : (
            <ul>
              {value.decisions.map(({ action, deviceId, name, reason }) => (
                <li key={deviceId}>
                  {t(`plan.${action}`)}{' '}
                  <a href={hostHref(deviceId)}>
                    <Name text={name} />
                  </a>
                  <span className="muted">
                    {' – '}
                    <Name text={reason} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

function History({ versions }: { versions: readonly PolicyResponse[] }) {
  const { t, format } = useWords();
  const moment = useMoment();
  if (versions.length === 0) return null;
  return (
    <section aria-labelledby="history-heading">
      <h2 id="history-heading">{t('history.title')}</h2>
      <ol className="history" reversed>
        {versions
          .toSorted((a, b) => b.version - a.version)
          .map((one) => {
            const before = versions.find(({ version }) => version === one.version - 1)?.policy;
            return (
              <li key={one.version} value={one.version}>
                <p>
                  {moment(one.at)} · <Author by={one.by} /> · <Name text={one.reason} />
                </p>
                <p className="muted">
                  {t(`policy.mode.${one.policy.mode}`)}
                  {before === undefined
                    ? null
                    : differences(before, one.policy).map(({ field, from, to }) => (
                        <span key={field.name}>
                          {' · '}
                          {t('history.change', {
                            name: t(`policy.field.${field.name}`),
                            from: typeof from === 'number' ? format.number(from) : from,
                            to: typeof to === 'number' ? format.number(to) : to,
                          })}
                        </span>
                      ))}
                </p>
              </li>
            );
          })}
      </ol>
    </section>
  );
}
