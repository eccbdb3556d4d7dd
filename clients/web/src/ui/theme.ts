import { useSyncExternalStore } from 'react';

/** Light or dark as its owner chose in this browser, else as the system says. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORAGE_KEY = 'banyan.theme';
const listeners = new Set<() => void>();
let chosen: Theme | undefined;

export const theme = {
  get(): Theme {
    try {
      chosen ??= THEMES.find((one) => one === localStorage.getItem(STORAGE_KEY)) ?? 'system';
    } catch {
      chosen = 'system'; // Storage is refused in some private windows.
    }
    return chosen;
  },
  set(next: Theme): void {
    chosen = next;
    try {
      localStorage.setItem(STORAGE_KEY, next);
    } catch {
      // It then holds for as long as the page is open.
    }
    theme.apply();
    for (const listener of listeners) listener();
  },
  /** Tells the style sheet. */
  apply(): void {
    const { dataset } = document.documentElement;
    if (theme.get() === 'system') delete dataset['theme'];
    else dataset['theme'] = theme.get();
    // The window of an installed page, and the bars of a phone's browser, take its colour.
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
      const of = meta.dataset['theme'] ?? '';
      meta.media =
        theme.get() === 'system' ? `(prefers-color-scheme: ${of})` : theme.get() === of ? 'all' : 'not all';
    }
  },
};

/** {@link theme} for what shows which it is. */
export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, theme.get);
}
