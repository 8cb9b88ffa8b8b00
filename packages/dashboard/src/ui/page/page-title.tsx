import type { ReactElement } from 'react';

/** The title of the page for the browser's tab and history. React moves it to the `head` element. */
export function PageTitle({ title }: { readonly title: string }): ReactElement {
  return <title>{`${title} · Userspan`}</title>;
}
