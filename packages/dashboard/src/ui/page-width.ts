/** How much room the columns of a list have: those of a telephone, of a small window, or all they want. */
export type PageWidth = 'narrow' | 'medium' | 'wide';

/** Where one becomes the other. */
export const pageWidths = { narrow: '(max-width: 740px)', medium: '(max-width: 1239px)' } as const;

/** The width now. */
export function readPageWidth(): PageWidth {
  if (window.matchMedia(pageWidths.narrow).matches) return 'narrow';
  return window.matchMedia(pageWidths.medium).matches ? 'medium' : 'wide';
}
