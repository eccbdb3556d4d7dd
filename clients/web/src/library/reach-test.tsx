import type { ReachStep, ReachTest } from '@banyan/proto';
import { useState } from 'react';
import { useI18n, type I18n } from '../i18n/i18n.tsx';
import { isolate, type MessageKey } from '../i18n/messages.ts';
import { useClient } from '../live/client.tsx';
import { Announced } from '../ui/announcer.tsx';
import { BusyIcon, DoneIcon, HelpIcon, ProblemIcon } from '../ui/icons.tsx';
import { failureText, ProblemText } from '../ui/problem.tsx';

const LOOK = {
  passed: { icon: DoneIcon, tone: 'good', word: 'reach.passed' },
  failed: { icon: ProblemIcon, tone: 'bad', word: 'reach.failed' },
  unknown: { icon: HelpIcon, tone: 'muted', word: 'reach.unknown' },
} as const;

/** "Can others reach me?" in four steps, each with what was measured and what to try next. */
export function ReachTestSection({ canAct }: { canAct: boolean }) {
  const i18n = useI18n();
  const { t, format } = i18n;
  const client = useClient();
  const [test, setTest] = useState<ReachTest | undefined>(undefined);
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  const run = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      setTest(await client.testReach());
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <section aria-labelledby="reach-heading">
      <h2 id="reach-heading">{t('reach.title')}</h2>
      <p className="section-note">{t('reach.note')}</p>
      <p className="reach-run">
        <button type="button" className="button" disabled={!canAct || isBusy} onClick={() => void run()}>
          {isBusy ? <BusyIcon aria-hidden className="spin" /> : null}
          <span>{t(test === undefined ? 'reach.run' : 'reach.again')}</span>
        </button>
        {test === undefined ? null : (
          <span className="muted">{t('reach.at', { time: format.timeOfDay(test.at) })}</span>
        )}
      </p>
      {failure === undefined ? null : (
        <p className="with-icon bad" role="alert">
          <ProblemIcon aria-hidden />
          <span>{failureText(i18n, failure)}</span>
        </p>
      )}
      {test === undefined ? null : (
        <>
          <Announced key={test.at} text={summary(test, i18n)} />
          <ol className="reach-steps" role="list">
            {test.steps.map((step) => (
              <Step key={step.step} step={step} test={test} />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

/** Each step with its answer, for who does not see them. */
function summary({ steps }: ReachTest, { t }: I18n): string {
  return steps.map(({ step, result }) => `${t(`reach.step.${step}`)}: ${t(LOOK[result].word)}`).join('. ');
}

function Step({ step, test }: { step: ReachStep; test: ReachTest }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { icon: Picture, tone, word } = LOOK[step.result];
  const next = nextKey(step, test);
  const measured = measuredText(step, i18n);
  return (
    <li>
      <p className={`with-icon ${tone}`}>
        <Picture aria-hidden />
        <strong>{t(word)}</strong>
      </p>
      <div>
        <p>{t(`reach.step.${step.step}`)}</p>
        {measured === undefined ? null : <p className="muted">{measured}</p>}
        {step.problem === null ? null : (
          <p className="muted">
            <ProblemText problem={step.problem} />
          </p>
        )}
        {next === undefined ? null : <p>{t(next, { port: String(test.listen.port) })}</p>}
      </div>
    </li>
  );
}

/** What was seen, as far as it was. */
function measuredText({ step, result, by, address, ms, file, bytes, at }: ReachStep, i18n: I18n) {
  const { t, format } = i18n;
  const name = isolate(by ?? '');
  if (step === 'found') {
    if (file === null) return undefined;
    const params = { file: isolate(file), name, time: format.seconds(ms ?? 0) };
    return t(result === 'passed' ? 'reach.measured.found' : 'reach.measured.sought', params);
  }
  if (step === 'fetched' && address !== null) {
    const params = {
      name,
      file: isolate(file ?? ''),
      address: isolate(address),
      size: format.bytes(bytes ?? 0),
      time: format.seconds(ms ?? 0),
    };
    return t(result === 'passed' ? 'reach.measured.chunk' : 'reach.measured.tried', params);
  }
  if (step === 'fetched') {
    if (at === null) return undefined;
    return t('reach.measured.fetched', {
      name,
      file: isolate(file ?? ''),
      size: format.bytes(bytes ?? 0),
      time: format.moment(at, Date.now()),
    });
  }
  if (address === null) return undefined;
  const dialled = { name, address: isolate(address), when: at === null ? '' : format.moment(at, Date.now()) };
  // The port is about whether anything answers, the key about who does.
  if (step === 'key') return t(`reach.measured.key.${result}`, dialled);
  if (ms !== null) return t('reach.measured.answered', { ...dialled, time: format.seconds(ms) });
  return t(result === 'passed' ? 'reach.measured.open' : 'reach.measured.dialled', dialled);
}

/** The next thing to try; undefined: nothing is wrong. */
function nextKey(one: ReachStep, { listen }: ReachTest): MessageKey | undefined {
  const { step, result, by, file } = one;
  if (result === 'passed') return undefined;
  switch (step) {
    case 'port':
      if (result === 'unknown') return by === null ? 'reach.next.nohome' : 'reach.next.notyet';
      return /^(?:127\.|localhost$|::1$)/.test(listen.host) ? 'reach.next.loopback' : 'reach.next.port';
    case 'key':
      return result === 'failed' ? 'reach.next.key' : 'reach.next.answer';
    case 'found':
      return result === 'failed'
        ? 'reach.next.found'
        : file === null
          ? 'reach.next.nofiles'
          : 'reach.next.first';
    case 'fetched':
      return fetchedNextKey(one);
  }
}

/** What to try when no stranger had a chunk. */
function fetchedNextKey({ problem, by, file }: ReachStep): MessageKey {
  switch (problem?.code) {
    case undefined:
      return file === null && by === null ? 'reach.next.nofiles' : 'reach.next.first';
    case 'unknown_message':
      return 'reach.next.old';
    case 'no_slot':
      return 'reach.next.full';
    case 'rate_limited':
      return 'reach.next.soon';
    case 'no_supernode':
      return 'reach.next.nohome';
    case 'timeout':
    case 'source_stalled':
      return 'reach.next.slow';
    case 'bad_chunk':
    case 'bad_proof':
    case 'file_changed':
      return 'reach.next.bad';
    default:
      return 'reach.next.fetched';
  }
}
