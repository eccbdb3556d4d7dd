import { displayText, isBanyanError, type HostDetails } from '@banyan/proto';
import { useState, type SubmitEvent } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { isolate } from '../../i18n/messages.ts';
import { useSettled } from '../../live/use-settled.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { failureText } from '../../ui/problem.tsx';
import { useWords } from '../i18n/words.tsx';
import { useConsole } from '../session.tsx';
import { Failure } from '../ui/failure.tsx';
import { Check, Choice, Field } from '../ui/field.tsx';
import { useLoad } from '../ui/use-load.ts';
import { useActText, type Act } from './act.ts';
import { Effect } from './decision-effect.tsx';

/** A dry run wants a reason like the act itself; this one is written nowhere. */
const DRY_REASON = 'dry run';
/** Times that a drain may be given, ms: who has moved by then has, the others are cut. `policy`: as long as it takes. */
const DEADLINES = { policy: undefined, '30s': 30_000, '5m': 5 * 60_000, '1h': 3_600_000 } as const;
type Deadline = keyof typeof DEADLINES;

/** Decides about a host: what it would do is said first, a reason is wanted, force needs the name typed. */
export function DecisionDialog({ host, act, onClose }: { host: HostDetails; act: Act; onClose: () => void }) {
  const i18n = useI18n();
  const { t, format } = useWords();
  const notices = useNotices();
  const { client, grave } = useConsole();
  const textOf = useActText(host);
  const most = host.caps?.maxLeaves;
  const [reason, setReason] = useState('');
  const [maxLeaves, setMaxLeaves] = useState(most === undefined ? '' : String(most));
  const [deadline, setDeadline] = useState<Deadline>('policy');
  const [isForced, setForced] = useState(act === 'end');
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const name = displayText(host.name, 64);

  const action = act === 'end' ? 'drain' : act;
  const isPromotion = act === 'promote';
  const drainMs = DEADLINES[deadline];
  const leaves = Number(maxLeaves);
  const leavesProblem =
    !isPromotion || most === undefined || (Number.isInteger(leaves) && leaves >= 1 && leaves <= most)
      ? undefined
      : t('decide.leaves.wrong', { most });
  const options = {
    ...(isPromotion && leavesProblem === undefined && maxLeaves !== '' ? { maxLeaves: leaves } : {}),
    ...(drainMs === undefined ? {} : { drainMs }),
    ...(isForced ? { force: true } : {}),
  };
  const asked = useSettled(JSON.stringify(options));
  const dry = useLoad(`${host.deviceId} ${action} ${asked}`, () =>
    client
      .decide(host.deviceId, action, {
        ...(JSON.parse(asked) as typeof options),
        reason: DRY_REASON,
        dryRun: true,
      })
      .then(
        (answer) => ({ answer, refusal: undefined, failing: false }),
        (error: unknown) => {
          if (!isBanyanError(error) || error.code !== 'conflict') throw error;
          // The list says in its words what stands against it; criteria can be overruled, consent cannot.
          const failing = typeof error.details?.['failing'] === 'string';
          return { answer: undefined, refusal: failureText(i18n, error), failing };
        },
      ),
  );
  const { value: outcome } = dry;
  const canForce = isPromotion && (isForced || outcome?.failing === true);
  const isReady =
    reason.trim() !== '' &&
    leavesProblem === undefined &&
    !dry.isBusy &&
    asked === JSON.stringify(options) &&
    outcome?.answer !== undefined &&
    (!isForced || typed.trim() === host.name);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      const done = await grave(() =>
        client.decide(host.deviceId, action, { ...options, reason: reason.trim() }),
      );
      if (done !== undefined) {
        notices.done(t(`decide.done.${act}`, { name: isolate(name) }));
        onClose();
      }
    } catch (error) {
      setFailure(failureText(i18n, error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog title={t(`decide.title.${act}`, { name: isolate(name) })} onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <div className="effect" aria-live="polite">
          <h3>{t('decide.effect')}</h3>
          {outcome === undefined ? (
            <p className="muted">{dry.failure ?? t('decide.asking')}</p>
          ) : outcome.answer === undefined ? (
            <Failure text={outcome.refusal} />
          ) : (
            <Effect host={host} act={act} after={outcome.answer.host} />
          )}
        </div>
        {isPromotion && most !== undefined ? (
          <Field
            label={t('decide.leaves')}
            type="number"
            min={1}
            max={most}
            value={maxLeaves}
            onChange={setMaxLeaves}
            hint={t('decide.leaves.hint', { most })}
            problem={leavesProblem}
          />
        ) : null}
        {act === 'drain' ? (
          <Choice
            label={t('decide.deadline')}
            value={deadline}
            options={(Object.keys(DEADLINES) as Deadline[]).map((one) => [
              one,
              t(`decide.deadline.${one}`, { time: format.wait(host.order.drainMs) }),
            ])}
            onChange={setDeadline}
          />
        ) : null}
        {canForce ? <Check label={t('decide.force')} value={isForced} onChange={setForced} /> : null}
        {isForced ? (
          <Field
            label={t('decide.typed', { name: isolate(name) })}
            value={typed}
            onChange={setTyped}
            autoComplete="off"
            required
          />
        ) : null}
        <Field
          label={t('reason')}
          value={reason}
          onChange={setReason}
          maxLength={500}
          hint={t('reason.hint')}
          required
        />
        <Failure text={failure} />
        <p className="form-acts">
          <button
            type="submit"
            className={isForced ? 'button button-bad' : 'button button-main'}
            disabled={!isReady || isBusy}
          >
            {textOf(act)}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {t('leave.it')}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
