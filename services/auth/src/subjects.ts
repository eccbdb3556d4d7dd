/** What calls and decisions are about: ids as somebody gives them, and what is said when there is nothing under them. */
import { BanyanError, isDeviceId } from '@banyan/proto';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is an account's id: no name is as long. */
export function isAccountId(text: string): boolean {
  return UUID.test(text);
}

/** A device id, also of a device that is not enrolled. @throws BanyanError `invalid_request` */
export function parseDeviceId(text: string): string {
  if (isDeviceId(text)) return text;
  throw new BanyanError('invalid_request', 'A device id has 43 characters of base64url. Copy the whole id.');
}

export function noSuchAccount(): BanyanError {
  return new BanyanError('not_found', 'There is no such account. Check the spelling of its name.');
}

/** A device that somebody names but nobody enrolled is no failed sign-in: 404, not 401. */
export function noSuchDevice(): BanyanError {
  return new BanyanError('not_found', 'There is no such device. Check its id with the list of devices.');
}
