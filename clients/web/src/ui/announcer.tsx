import { createContext, use, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';

/** A screen reader is given at most one message in this time; the newest wins. */
const QUIET_MS = 3000;

const AnnounceContext = createContext<(text: string) => void>(() => undefined);

/** The page's one live region. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [text, setText] = useState('');
  const waiting = useRef<string | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const announce = useCallback((next: string) => {
    if (timer.current !== undefined) {
      waiting.current = next;
      return;
    }
    setText(next);
    const quiet = () => {
      timer.current = undefined;
      if (waiting.current === undefined) return;
      setText(waiting.current);
      waiting.current = undefined;
      timer.current = setTimeout(quiet, QUIET_MS);
    };
    timer.current = setTimeout(quiet, QUIET_MS);
  }, []);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="visually-hidden" aria-live="polite" role="status">
        {text}
      </div>
    </AnnounceContext>
  );
}

/** Says a text that is on the page, when it comes and whenever it is another: the page has one live region, not one for each. */
export function Announced({ text }: { text: string }) {
  const announce = useAnnounce();
  useEffect(() => {
    announce(text);
  }, [announce, text]);
  return null;
}

export function useAnnounce(): (text: string) => void {
  return use(AnnounceContext);
}
