import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { CheckIcon, CloseIcon, ProblemIcon } from './icons.tsx';

interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'problem';
  readonly text: string;
}

export interface Notices {
  /** Something worked; goes away by itself. */
  done(text: string): void;
  /** Something did not work; stays until dismissed. */
  problem(text: string): void;
}

const NoticesContext = createContext<Notices>({ done: () => undefined, problem: () => undefined });

const DONE_MS = 5000;
/** More would cover the page; the oldest goes. */
const MAX_NOTICES = 3;

export function NoticesProvider({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const nextId = useRef(1);

  const dismiss = useCallback((id: number) => {
    setNotices((before) => before.filter((notice) => notice.id !== id));
  }, []);
  const push = useCallback(
    (kind: Notice['kind'], text: string) => {
      const id = nextId.current++;
      setNotices((before) => [
        ...before.filter((notice) => notice.text !== text).slice(1 - MAX_NOTICES),
        { id, kind, text },
      ]);
      if (kind === 'done') setTimeout(dismiss, DONE_MS, id);
    },
    [dismiss],
  );
  const value = useMemo<Notices>(
    () => ({
      done: (text) => {
        push('done', text);
      },
      problem: (text) => {
        push('problem', text);
      },
    }),
    [push],
  );

  return (
    <NoticesContext value={value}>
      {children}
      <section className="notices" aria-label={t('notice.label')}>
        {notices.map((notice) => (
          <div
            key={notice.id}
            className={`notice notice-${notice.kind}`}
            role={notice.kind === 'problem' ? 'alert' : 'status'}
          >
            {notice.kind === 'problem' ? <ProblemIcon aria-hidden /> : <CheckIcon aria-hidden />}
            <p>{notice.text}</p>
            <button
              type="button"
              className="icon-button"
              aria-label={t('notice.dismiss')}
              onClick={() => {
                dismiss(notice.id);
              }}
            >
              <CloseIcon aria-hidden />
            </button>
          </div>
        ))}
      </section>
    </NoticesContext>
  );
}

export function useNotices(): Notices {
  return use(NoticesContext);
}
