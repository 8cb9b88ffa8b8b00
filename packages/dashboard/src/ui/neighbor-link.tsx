import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Icon } from './icon.tsx';

/** A link to the previous or next row of a list. Without `target`, at the ends of the list, it is disabled. */
export function NeighborLink(props: {
  readonly label: string;
  readonly hint: string;
  readonly icon: 'left' | 'right';
  /** The row's name, and where it is shown. */
  readonly target: { readonly name: string; readonly link: Pick<LinkProps, 'to' | 'search'> } | undefined;
}): ReactElement {
  const { label, hint, icon, target } = props;
  if (target === undefined) {
    return (
      <button type="button" className="button quiet icon-only" aria-label={label} disabled>
        <Icon name={icon} />
      </button>
    );
  }
  return (
    <Link
      {...target.link}
      replace
      className="button quiet icon-only"
      aria-label={`${label}: ${target.name}`}
      data-tip={`${target.name} (${hint})`}
    >
      <Icon name={icon} />
    </Link>
  );
}
