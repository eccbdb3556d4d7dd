import { useSyncExternalStore, type KeyboardEvent as ReactKeyboardEvent } from 'react';

/**
 * Whether a key belongs to an input method that is composing (Chinese, Japanese, Korean): its Enter chooses a
 * candidate and must not search. Some browsers end the composition first and only the key code 229 tells.
 */
export function isComposing(event: ReactKeyboardEvent | KeyboardEvent): boolean {
  const native = 'nativeEvent' in event ? event.nativeEvent : event;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells in those browsers
  return native.isComposing || native.keyCode === 229;
}

/** Inputs that no letter is typed into. */
const PRESSED = /^(?:button|checkbox|color|file|image|radio|range|reset|submit)$/;

/** Whether what has the focus takes letters, so that a one-letter shortcut must keep out. */
export function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !PRESSED.test(target.type);
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:textarea|select)$/i.test(target.tagName))
  );
}

/** Whether a key, pressed anywhere, may be a shortcut of the page: nobody took it, no text is typed, no dialog is open. */
export function isPageKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isComposing(event))
    return false;
  return !takesText(event.target) && document.querySelector('dialog[open]') === null;
}

const STORAGE_KEY = 'banyan.letter-keys';
const listeners = new Set<() => void>();
let areLettersOn: boolean | undefined;

/**
 * Whether single characters are shortcuts. They get in the way of who dictates or uses a switch, so they can be turned off
 * (WCAG 2.1.4); that is remembered in this browser.
 */
export const letterKeys = {
  areOn(): boolean {
    try {
      areLettersOn ??= localStorage.getItem(STORAGE_KEY) !== 'off';
    } catch {
      areLettersOn = true; // Storage is refused in some private windows.
    }
    return areLettersOn;
  },
  turn(on: boolean): void {
    areLettersOn = on;
    try {
      localStorage.setItem(STORAGE_KEY, on ? 'on' : 'off');
    } catch {
      // It then holds for as long as the page is open.
    }
    for (const listener of listeners) listener();
  },
};

/** {@link letterKeys} for what shows whether they are on. */
export function useLetterKeys(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, letterKeys.areOn);
}
