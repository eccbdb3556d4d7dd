/** Who is signed in, the line to auth, and grave acts: what asks for the password once more when the sign-in is no longer fresh. */
import { isBanyanError, type ConsoleSession } from '@banyan/proto';
import type { ConsoleClient, LinkState } from '@banyan/sdk/browser';
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import { useLine } from '../live/use-line.ts';
import { FreshDialog } from './fresh-dialog.tsx';

interface ConsoleContext {
  readonly client: ConsoleClient;
  readonly session: ConsoleSession | undefined;
  readonly setSession: (session: ConsoleSession | undefined) => void;
  /**
   * Does a grave act; where the sign-in is no longer fresh, after it was made so.
   *
   * @returns what the act gave; undefined when the person thought better of it
   */
  readonly grave: <T>(act: () => Promise<T>) => Promise<T | undefined>;
}

const Context = createContext<ConsoleContext | undefined>(undefined);
const LinkContext = createContext<LinkState>('idle');

interface Asking {
  readonly answer: (isFresh: boolean) => void;
}

export function ConsoleProvider({ client, children }: { client: ConsoleClient; children: ReactNode }) {
  const [session, setSession] = useState<ConsoleSession | undefined>(undefined);
  const [asking, setAsking] = useState<Asking | undefined>(undefined);

  const grave = useCallback(async <T,>(act: () => Promise<T>): Promise<T | undefined> => {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!isBanyanError(error) || error.code !== 'stale_login') throw error;
        const isFresh = await new Promise<boolean>((resolve) => {
          setAsking({ answer: resolve });
        });
        if (!isFresh) return undefined;
      }
    }
  }, []);

  const link = useLine(client);
  const value = useMemo(() => ({ client, session, setSession, grave }), [client, session, grave]);
  return (
    <Context value={value}>
      <LinkContext value={link}>{children}</LinkContext>
      {asking === undefined ? null : (
        <FreshDialog
          client={client}
          session={session}
          onSession={setSession}
          onEnd={(isFresh) => {
            setAsking(undefined);
            asking.answer(isFresh);
          }}
        />
      )}
    </Context>
  );
}

export function useConsole(): ConsoleContext {
  const context = use(Context);
  if (context === undefined) throw new Error('useConsole outside ConsoleProvider');
  return context;
}

export function useLink(): LinkState {
  return use(LinkContext);
}

/** Whether this person may act, and the service can be told. */
export function useMayAct(): boolean {
  const { session } = useConsole();
  return useLink() === 'open' && session?.role === 'operator';
}
