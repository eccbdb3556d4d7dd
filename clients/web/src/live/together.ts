/**
 * What comes at about the same moment is drawn at once: the daemon says its figures of all views together, and each alone would
 * cost the page a render, a layout and a paint of its own.
 */
import type { View, ViewListener } from '@banyan/sdk/browser';

/** Frames that were sent together have come by then; nobody sees that they waited for each other. */
const TOGETHER_MS = 20;

let waiting: (() => void)[] = [];

function together(show: () => void): void {
  waiting.push(show);
  if (waiting.length > 1) return;
  setTimeout(() => {
    const all = waiting;
    waiting = [];
    for (const each of all) each();
  }, TOGETHER_MS);
}

/**
 * Opens a view whose listener hears a moment later, in one turn with what others hear meanwhile, in the order in which it came;
 * and nothing more once it is closed.
 */
export function openTogether<Frame>(
  open: (listener: ViewListener<Frame>) => View,
  listener: ViewListener<Frame>,
): View {
  let isOpen = true;
  const later = (show: () => void) => {
    together(() => {
      if (isOpen) show();
    });
  };
  const view = open({
    onFrame: (frame) => {
      later(() => {
        listener.onFrame(frame);
      });
    },
    onError: (failure) => {
      later(() => {
        listener.onError?.(failure);
      });
    },
  });
  return {
    ...view,
    close() {
      isOpen = false;
      view.close();
    },
  };
}
