import type { KeyboardEvent as ReactKeyboardEvent } from 'react';

/**
 * Whether a key belongs to an input method that is composing (Chinese, Japanese, Korean): its Enter chooses a
 * candidate and must not search. Some browsers end the composition first and only the key code 229 tells.
 */
export function isComposing(event: ReactKeyboardEvent | KeyboardEvent): boolean {
  const native = 'nativeEvent' in event ? event.nativeEvent : event;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells in those browsers
  return native.isComposing || native.keyCode === 229;
}

/** Whether what has the focus takes letters, so that a one-letter shortcut must keep out. */
export function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName))
  );
}
