import { windowScroll, type VirtualizerOptions } from '@tanstack/react-virtual';
import { useReducer, useState } from 'react';
import { flushSync } from 'react-dom';

type Options = Pick<VirtualizerOptions<Window, HTMLDivElement>, 'measureElement' | 'onChange' | 'scrollToFn'>;

/**
 * What keeps a virtual list from having the browser lay the page out within the task that draws it: rows are as high as it found when
 * it laid them out for the next frame, and one that is not as high as was expected is put right before that frame is painted.
 */
export function useUnforcedLayout(): Options {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const [options] = useState(() => {
    let isOff = false;
    let isPlaced = false;
    const made: Options = {
      measureElement: (element, entry, virtual) => {
        const index = virtual.indexFromElement(element);
        const expected =
          virtual.itemSizeCache.get(virtual.options.getItemKey(index)) ??
          virtual.measurementsCache[index]?.size ??
          0;
        const box = entry?.borderBoxSize[0];
        if (box === undefined) return expected;
        const height = Math.round(box.blockSize);
        isOff ||= height !== expected;
        return height;
      },
      onChange: () => {
        if (!isOff) return;
        isOff = false;
        flushSync(draw);
      },
      scrollToFn: (...to) => {
        // At first it scrolls to where the page is.
        if (isPlaced) windowScroll(...to);
        isPlaced = true;
      },
    };
    return made;
  });
  return options;
}
