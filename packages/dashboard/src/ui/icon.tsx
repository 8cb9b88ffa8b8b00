import type { ReactElement } from 'react';

/** SVG paths on a grid of 16 × 16, so that no icon package has to be loaded. */
const paths = {
  users:
    'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5c.3-2.4 2-4 4.5-4s4.2 1.6 4.5 4M10.5 2.8a2.5 2.5 0 0 1 0 4.5M12 9.8c1.5.5 2.4 1.9 2.6 3.7',
  features: 'M6.2 2.5l-1 11M10.8 2.5l-1 11M3 5.7h10.5M2.5 10.3H13',
  groups: 'M2.5 13.5v-9l5.5-2 5.5 2v9M6 13.5v-3h4v3M5.5 6.5h1M9.5 6.5h1',
  models: 'M8 1.8 13.5 5v6L8 14.2 2.5 11V5ZM8 8l5.5-3M8 8v6.2M8 8 2.5 5',
  threads: 'M2.5 3.5h11v7h-6l-3 2.7v-2.7h-2Z',
  calls: 'M2.5 4h7M2.5 8h11M2.5 12h7M11 2.5l2 1.5-2 1.5',
  prices: 'M8.2 1.8h5.3a.7.7 0 0 1 .7.7v5.3L8 14 2 8ZM11 5h.01',
  unattributed:
    'M8 7.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4ZM2.8 14c.4-2.6 2.4-4.2 5.2-4.2M11 10.2a1.5 1.5 0 1 1 2 1.4c-.4.2-.6.5-.6 1M12.4 14.4h.01',
  collector: 'M1.5 8.5h3l1.8-5 3 9.5 2-4.5h3.2',
  projects: 'M2.5 2.5h4.5v4.5h-4.5ZM9 2.5h4.5v4.5h-4.5ZM2.5 9h4.5v4.5h-4.5ZM9 9h4.5v4.5h-4.5Z',
  connect: 'M6 2v3M10 2v3M4 5h8v2.5a4 4 0 0 1-8 0ZM8 11.5V14',
  alerts: 'M4 11V7a4 4 0 0 1 8 0v4l1.5 1.5h-11ZM6.5 14.2h3',
  budgets: 'M2.5 4.5h11v8h-11ZM2.5 7h11M10.5 10h.01',
  margin: 'M2.5 2.5v11h11M5 10.5l3-3 2 2 3.5-4.5',
  billing: 'M4 1.8h8v12.4l-2-1.4-2 1.4-2-1.4-2 1.4ZM6.2 5h3.6M6.2 8h3.6',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  filter: 'M2 4h12M4.5 8h7M7 12h2',
  columns: 'M2.5 3h11v10h-11ZM6.2 3v10M9.8 3v10',
  download: 'M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11',
  calendar: 'M2.5 3.5h11v10h-11ZM2.5 6.5h11M5.5 2v3M10.5 2v3',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  copy: 'M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  left: 'M10 3 5 8l5 5',
  right: 'm6 3 5 5-5 5',
  chevron: 'm4 6 4 4 4-4',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  warn: 'M8 2 14.5 13.5h-13ZM8 6.5v3M8 11.6h.01',
  settings:
    'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM6 13.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  keyboard: 'M1.5 4h13v8h-13ZM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6',
  verified: 'M8 1.8 13 4v4c0 3-2 5-5 6.2C5 13 3 11 3 8V4ZM5.8 8l1.6 1.6 2.8-3',
  refresh: 'M13.5 8A5.5 5.5 0 1 1 11.6 3.8M13.5 2v3h-3',
  leave: 'M6.5 2.5h-4v11h4M6.5 8h7M10.5 5l3 3-3 3',
  plus: 'M8 3v10M3 8h10',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9',
  merge: 'M3 3v3c0 2.5 2 3.5 5 3.5h5M3 13v-1c0-1.5 1-2.5 2.5-2.5M10.5 7l2.7 2.5L10.5 12',
} as const;

export type IconName = keyof typeof paths;

/** A decorative icon. Its meaning is in the text or label beside it. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
