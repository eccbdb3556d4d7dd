/** Tells the home what this peer can give: when it comes there, and when that changed noticeably, at most every ten seconds. */
import { isOfferNews } from '@banyan/core';
import { UPLOAD_OFFER_INTERVAL_MS, type UploadOffer } from '@banyan/proto';
import type { Clock, Timer } from '@banyan/kit';

export interface OfferTellerComponents {
  readonly clock: Pick<Clock, 'monotonic' | 'setTimeout'>;
  /** As it is now. */
  readonly offer: () => UploadOffer;
  /** Which session with a home there is; another one after each connect. Undefined: none. */
  readonly home: () => string | undefined;
  readonly tell: (offer: UploadOffer) => void;
}

export interface OfferTeller {
  /** Something of the offer, or the home, may be different. */
  look(): void;
  stop(): void;
}

export function createOfferTeller({ clock, offer, home, tell }: OfferTellerComponents): OfferTeller {
  /** What was told last, to whom and when. */
  let told: { readonly offer: UploadOffer; readonly home: string; readonly at: number } | undefined;
  let timer: Timer | undefined;

  const look = (): void => {
    // Also while nobody is told: the rates of the moment are what it is made of.
    const now = offer();
    const to = home();
    if (told?.home !== to) {
      // A new home knows nothing, and waits for nothing.
      told = undefined;
      timer?.cancel();
      timer = undefined;
    }
    if (to === undefined || timer !== undefined) return;
    if (told !== undefined && !isOfferNews(told.offer, now)) return;
    const at = clock.monotonic();
    const wait = told === undefined ? 0 : told.at + UPLOAD_OFFER_INTERVAL_MS - at;
    if (wait <= 0) {
      told = { offer: now, home: to, at };
      tell(now);
      return;
    }
    // What it is by then is told, once.
    timer = clock.setTimeout(
      () => {
        timer = undefined;
        look();
      },
      wait,
      { keepAlive: false },
    );
  };

  return {
    look,
    stop() {
      timer?.cancel();
    },
  };
}
