import type { ReactElement } from 'react';

/** The name of the page in the browser's tab and history; React puts it into the head. */
export function PageTitle({ title }: { readonly title: string }): ReactElement {
  return <title>{`${title} · Userspan`}</title>;
}
