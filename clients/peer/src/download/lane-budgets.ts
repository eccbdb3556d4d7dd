/**
 * What lanes may read under a limit: the main loop shares it out, lanes read within what they were given.
 *
 * ```
 *   lane: allowance used up ── held, owed ──▶ throttle: waits for its turn ── allow, bytes ──▶ lane reads on
 * ```
 */
import type { Throttle } from '../bandwidth/throttle.ts';
import { ALLOWANCE_BYTES } from './constants.ts';
import type { LaneEvent, RequestEvent } from './lane-messages.ts';

/** Where decisions go. */
export interface LaneBudgetHandlers {
  /** To the lane of a request. */
  readonly allow: (request: number, bytes: number) => void;
  /** To whoever started it: it is freed. */
  readonly tell: (event: RequestEvent) => void;
}

/** The budgets of all requests of a process. */
export interface LaneBudgets {
  /** @param transfer - the download that it belongs to; '' for what belongs to none in particular */
  begin(request: number, transfer: string): void;
  /** Takes an event of a lane in, after whoever started the request. */
  note(event: Exclude<LaneEvent, { type: 'closed' }>): void;
  /** The limit was switched on or off: whoever waits reads on by itself, nobody owes anything. */
  reset(): void;
}

interface Budget {
  readonly transfer: string;
  /** Bytes granted and not yet read. */
  left: number;
  stopWaiting: (() => void) | undefined;
}

/** Makes budgets of nobody. */
export function createLaneBudgets(throttle: Throttle, handlers: LaneBudgetHandlers): LaneBudgets {
  const budgets = new Map<number, Budget>();

  const wait = (request: number, budget: Budget, owed: number): void => {
    budget.stopWaiting?.();
    budget.stopWaiting = throttle.want(budget.transfer, owed + ALLOWANCE_BYTES, (bytes) => {
      budget.stopWaiting = undefined;
      budget.left += bytes;
      handlers.allow(request, bytes);
      handlers.tell({ type: 'freed', request });
    });
  };

  return {
    begin: (request, transfer) => void budgets.set(request, { transfer, left: 0, stopWaiting: undefined }),
    note(event) {
      const budget = budgets.get(event.request);
      if (budget === undefined) return;
      if (event.type === 'progress') {
        if (throttle.isLimited) budget.left -= event.bytes;
      } else if (event.type === 'held') {
        // The lane knows best: it also counts what a mirror sent before what was asked for.
        budget.left = -event.owed;
        wait(event.request, budget, event.owed);
      } else if (event.type === 'settled') {
        budgets.delete(event.request);
        budget.stopWaiting?.();
        // What it read beyond its grants is paid by those after it, what it left is theirs.
        throttle.charge(budget.transfer, -budget.left);
      }
    },
    reset() {
      for (const [request, budget] of budgets) {
        budget.left = 0;
        if (budget.stopWaiting === undefined) continue;
        budget.stopWaiting();
        budget.stopWaiting = undefined;
        handlers.tell({ type: 'freed', request });
      }
    },
  };
}
