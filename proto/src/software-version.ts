/** Versions of Banyan (Semantic Versioning 2.0.0) as numbers that compare as they do. */

/** As programs name themselves: `banyan/0.1.0 (peer)`. */
const SOFTWARE = /^banyan\/(\d{1,4})\.(\d{1,4})\.(\d{1,4})(-[\dA-Za-z.-]+)?(?=$|[\s+])/;
const RELEASE = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/;
/** One more than the greatest of each of the three numbers. */
const PLACE = 10_000;
/** What comes before a release is less than it, and more than the release before. */
const BEFORE_RELEASE = 0.5;

/** Policies that ask for this ask for nothing. */
export const NO_VERSION = '0.0.0';

const numberOf = ([, major, minor, patch]: RegExpExecArray): number =>
  (Number(major) * PLACE + Number(minor)) * PLACE + Number(patch);

/** Of a release, as `0.2.0`; undefined: it is none. */
export function releaseNumber(release: string): number | undefined {
  const parts = RELEASE.exec(release);
  return parts === null ? undefined : numberOf(parts);
}

/** Of a program by its own words; undefined: it names no version of Banyan. */
export function softwareNumber(software: string): number | undefined {
  const parts = SOFTWARE.exec(software);
  return parts === null ? undefined : numberOf(parts) - (parts[4] === undefined ? 0 : BEFORE_RELEASE);
}

/** A number of {@link releaseNumber} or {@link softwareNumber} as people write the version. */
export function versionText(number: number): string {
  const release = Math.ceil(number);
  const text = [
    Math.floor(release / PLACE / PLACE),
    Math.floor(release / PLACE) % PLACE,
    release % PLACE,
  ].join('.');
  return release === number ? text : `${text}-pre`;
}
