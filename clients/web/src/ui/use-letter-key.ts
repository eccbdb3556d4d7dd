import { useEffect, useEffectEvent } from 'react';
import { isPageKey, letterKeys } from './keys.ts';

/**
 * A single character that does something from anywhere on the page, unless somebody types or has turned such keys off.
 *
 * @param key - in lower case
 */
export function useLetterKey(key: string, act: () => void): void {
  const onPress = useEffectEvent(act);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== key || !letterKeys.areOn() || !isPageKey(event)) return;
      event.preventDefault();
      onPress();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  }, [key]);
}
