import { displayText } from '@banyan/proto';
import { Fragment } from 'react';
import { marks } from './marks.ts';

/** Longest name that is drawn; what file systems allow is 255 bytes, peers may claim more. */
const MAX_SHOWN = 300;

/**
 * Text of somebody else, safe to look at: cleaned of controls and bidi overrides, isolated so that its
 * direction stays its own, and never markup.
 */
export function Name({
  text,
  words = [],
  className,
}: {
  text: string;
  words?: readonly string[];
  className?: string;
}) {
  const clean = displayText(text, MAX_SHOWN);
  return (
    <bdi className={className} title={clean.length > 40 ? clean : undefined}>
      {words.length === 0
        ? clean
        : marks(clean, words).map((piece, i) =>
            piece.marked ? <mark key={i}>{piece.text}</mark> : <Fragment key={i}>{piece.text}</Fragment>,
          )}
    </bdi>
  );
}
