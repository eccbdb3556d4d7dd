import { BanyanError, isErrorCode } from './errors.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import { cutBytes } from './names.ts';
import type { ErrorMessage } from './messages.ts';

/** The error that a remote's Error message stands for; a code that is not known here becomes `internal`. */
export function errorFromMessage(
  message: Pick<ErrorMessage, 'code' | 'message' | 'retryAfterMs'>,
): BanyanError {
  return new BanyanError(
    isErrorCode(message.code) ? message.code : 'internal',
    message.message || undefined,
    {
      ...(message.retryAfterMs > 0 ? { retryAfterMs: message.retryAfterMs } : {}),
    },
  );
}

/** The Error message that tells a remote of `error`; causes and stacks stay at home. */
export function messageFromError(error: BanyanError, fatal = false): Omit<ErrorMessage, 'alternates'> {
  return {
    code: error.code,
    message: cutBytes(error.message, MAX_MESSAGE_BYTES),
    retryAfterMs: Math.min(0xffffffff, Math.max(0, Math.ceil(error.retryAfterMs ?? 0))),
    fatal,
  };
}
