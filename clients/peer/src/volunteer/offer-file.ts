/** What the owner offers, kept over restarts in a file that only the owner may read. */
import { readFile } from 'node:fs/promises';
import { checkHours, DEFAULT_CAPS, VolunteerCaps, WeeklyHours, type VolunteerOffer } from '@banyan/proto';
import type { Log } from '@banyan/kit';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { writePrivateFile } from '../private-file.ts';

const KeptOffer = Type.Object({
  offered: Type.Boolean(),
  caps: VolunteerCaps,
  region: Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()]),
  hours: Type.Array(WeeklyHours),
});
export type KeptOffer = Static<typeof KeptOffer>;

/** Nothing is offered before the owner does. */
export const NO_OFFER: KeptOffer = { offered: false, caps: DEFAULT_CAPS, region: null, hours: [] };

/** The offer with what a change names. @throws BanyanError `invalid_request` for hours that make no sense */
export function changedOffer(before: KeptOffer, { caps, region, hours }: VolunteerOffer): KeptOffer {
  hours?.forEach(checkHours);
  return {
    ...before,
    caps: { ...before.caps, ...caps },
    ...(region === undefined ? {} : { region }),
    ...(hours === undefined ? {} : { hours }),
  };
}

/** A file that is missing or damaged offers nothing: consent is never guessed. */
export async function readOffer(file: string, log: Log): Promise<KeptOffer> {
  try {
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (!Value.Check(KeptOffer, kept)) throw new TypeError('this is no offer of this version');
    kept.hours.forEach(checkHours);
    return kept;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn(
        { err, file },
        'the offer of this host cannot be read: nothing is offered until it is said again',
      );
    return NO_OFFER;
  }
}

/** @throws BanyanError `disk_full`, `disk_failed` */
export function writeOffer(file: string, offer: KeptOffer): Promise<void> {
  return writePrivateFile(file, JSON.stringify(offer));
}
