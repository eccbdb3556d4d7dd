import { useDeferredValue, useEffect, useSyncExternalStore, type ComponentType, type ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { useArrival } from '../live/arriving.tsx';
import { Dialog } from './dialog.tsx';
import { BusyIcon, ProblemIcon, RetryIcon } from './icons.tsx';

/** What stands where the part will be: until it is here, or since it could not be loaded. */
type Meanwhile<Props> = (props: Props & { readonly again: (() => void) | undefined }) => ReactNode;

export type Later<Props> = ComponentType<Props>;

/** Of every part: fetches it. */
const fetches: (() => Promise<unknown>)[] = [];

/**
 * Fetches all parts that come later, one after the other, so that none is missing when the daemon goes away. What cannot be
 * loaded now is asked for again when it is shown.
 */
export async function fetchParts(): Promise<void> {
  for (const fetchPart of fetches) await fetchPart();
}

/**
 * A face of the page in a script of its own. Until it is here nothing else moves; when it cannot be loaded, it says so and
 * offers to load again.
 *
 * @param load - imports it; called anew after a failure
 */
export function laterFace<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  return later(load, ({ again }) =>
    again === undefined ? (
      <Loading />
    ) : (
      <div className="panel">
        <NotLoaded again={again} />
      </div>
    ),
  );
}

/** A dialog in a script of its own, as {@link laterFace}. What stands in for it is a dialog as well. */
export function laterDialog<Props extends { readonly onClose: () => void }>(
  load: () => Promise<ComponentType<Props>>,
): Later<Props> {
  return later(load, function StandIn({ again, onClose }) {
    const { t } = useI18n();
    return (
      <Dialog title={t(again === undefined ? 'later.loading' : 'later.failed.title')} onClose={onClose}>
        {again === undefined ? <Loading /> : <NotLoaded again={again} isTitled />}
      </Dialog>
    );
  });
}

function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  StandIn: Meanwhile<Props>,
): Later<Props> {
  let part: ComponentType<Props> | undefined;
  let hasFailed = false;
  let fetching: Promise<void> | undefined;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  /** Never rejects. */
  const fetchPart = () =>
    (fetching ??= load().then(
      (loaded) => {
        part = loaded;
        tell();
      },
      () => {
        fetching = undefined;
        hasFailed = true;
        tell();
      },
    ));
  const again = () => {
    hasFailed = false;
    tell();
    void fetchPart();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  fetches.push(fetchPart);
  return function Later(props: Props) {
    // One that has just come is drawn in pieces; one that was here stands at once.
    const Part = useDeferredValue(useSyncExternalStore(subscribe, () => part));
    const isMissing = useSyncExternalStore(subscribe, () => hasFailed);
    useEffect(() => {
      // A failure that nobody saw, of fetching ahead, is no reason to trouble anybody.
      if (part === undefined) again();
    }, []);
    return Part === undefined ? (
      <StandIn {...props} again={isMissing ? again : undefined} />
    ) : (
      <Part {...props} />
    );
  };
}

function Loading() {
  const { t } = useI18n();
  useArrival(false);
  return (
    <p className="searching">
      <BusyIcon aria-hidden className="spin" />
      {t('later.loading')}
    </p>
  );
}

function NotLoaded({ again, isTitled = false }: { again: () => void; isTitled?: boolean }) {
  const { t } = useI18n();
  return (
    <>
      {isTitled ? null : (
        <>
          <ProblemIcon aria-hidden className="panel-icon" />
          <h1>{t('later.failed.title')}</h1>
        </>
      )}
      <p role="alert">{t('later.failed.text')}</p>
      <p>
        <button type="button" className="button button-main" onClick={again}>
          <RetryIcon aria-hidden />
          <span>{t('later.again')}</span>
        </button>
      </p>
    </>
  );
}
