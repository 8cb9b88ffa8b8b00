/** Width classes for the columns of a list: a phone, a small window, or a large window. */
export type PageWidth = 'narrow' | 'medium' | 'wide';

/** Media queries for the width classes. */
export const pageWidths = { narrow: '(max-width: 740px)', medium: '(max-width: 1239px)' } as const;

/** Returns the current width class. */
export function readPageWidth(): PageWidth {
  if (window.matchMedia(pageWidths.narrow).matches) return 'narrow';
  return window.matchMedia(pageWidths.medium).matches ? 'medium' : 'wide';
}
