/**
 * How a service that was joined by a pin stays trusted while its key changes (RFC 7469, "Public Key Pinning", without its
 * trust on first use: the first pins come with an invite).
 *
 * ```
 *   invite: pins A, B ──▶ auth proves A, and says "A, B, C" ──▶ auth proves B, and says "B, C" …
 * ```
 */
import { MAX_PINS } from '@banyan/proto';
import Type, { type Static } from 'typebox';

const Pins = Type.Array(Type.String(), { maxItems: MAX_PINS });

/** What is kept of pins over restarts. */
export const KeptPins = Type.Object({
  /** Those of the invite or the settings that the others came from. */
  given: Pins,
  /** Those that count, as auth last named them. */
  now: Pins,
});
export type KeptPins = Static<typeof KeptPins>;

/**
 * The pins to begin with: given ones that are new here (an invite after a key was replaced in a hurry) count, else those
 * that auth has named since. Undefined: nothing is pinned.
 */
export function beginWithPins(given: readonly string[], kept: KeptPins | undefined): KeptPins | undefined {
  if (given.length === 0) return kept;
  const isSame = kept?.given.length === given.length && kept.given.every((pin, at) => pin === given[at]);
  return isSame ? kept : { given: [...given], now: [...given] };
}

/**
 * The pins after auth named its own over a connection that `pins` vouched for; without any they stay.
 *
 * @returns undefined when not one of `pins` is among them: whoever proved a key must name it (RFC 7469 section 2.5), so that a
 *   slip of an operator locks nobody out
 */
export function followPins(pins: KeptPins, named: readonly string[] | undefined): KeptPins | undefined {
  if (named === undefined) return pins;
  return named.some((pin) => pins.now.includes(pin)) ? { ...pins, now: [...named] } : undefined;
}
