import { startTransition, useCallback, useEffect, useState } from 'react';
import { useArrival } from './arriving.tsx';

/** What came of a question. */
export type Answer<T> =
  | { readonly state: 'known'; readonly value: T }
  /** For `failureText`, so that its words follow the language. */
  | { readonly state: 'failed'; readonly error: unknown };

/** Where a question stands. */
export type Asked<T> = { readonly state: 'asking' } | Answer<T>;

const ASKING = { state: 'asking' } as const;

/**
 * Asks a service, and leaves the question when the component goes. The face around it waits for the first answer.
 *
 * @param question - another one is asked anew; the last answer stays meanwhile
 * @param ask - is not compared: `question` says what it asks for
 */
export function useAnswer<T>(
  question: unknown,
  ask: (signal: AbortSignal) => Promise<T>,
): {
  readonly answer: Answer<T> | undefined;
  /** The answer is of a question before this one, or there is none yet. */
  readonly isBusy: boolean;
  again(): void;
} {
  const [round, setRound] = useState(0);
  const [held, setHeld] = useState<{
    readonly question: unknown;
    readonly round: number;
    readonly answer: Answer<T>;
  }>();
  useEffect(() => {
    const leave = new AbortController();
    const hold = (answer: Answer<T>) => {
      if (leave.signal.aborted) return;
      startTransition(() => {
        setHeld({ question, round, answer });
      });
    };
    ask(leave.signal).then(
      (value) => {
        hold({ state: 'known', value });
      },
      (error: unknown) => {
        hold({ state: 'failed', error });
      },
    );
    return () => {
      leave.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is asked for is in the question
  }, [question, round]);
  useArrival(held !== undefined);
  const again = useCallback(() => {
    setRound((before) => before + 1);
  }, []);
  const isBusy = held === undefined || held.question !== question || held.round !== round;
  return { answer: held?.answer, isBusy, again };
}

/**
 * Asks once, and shows no answer but that of this question.
 *
 * @param ask - another one (see `useCallback`) is asked anew
 */
export function useAsked<T>(ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const { answer, isBusy } = useAnswer(ask, ask);
  return answer === undefined || isBusy ? ASKING : answer;
}
