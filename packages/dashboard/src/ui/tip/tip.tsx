import { createContext, useContext, type ReactElement, type ReactNode } from 'react';

/** Whether Tab reaches the tooltips inside. In a list only those of the current row can be reached, and elsewhere all. */
export const TipsInReach = createContext(true);

/**
 * Adds a tooltip to a text or figure, which {@link TipLayer} shows on hover and focus and to screen readers. Controls
 * can have the attribute `data-tip` instead.
 */
export function Tip(props: {
  /** The tooltip as lines of plain text; without it only the children are rendered. */
  readonly text: string | undefined;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}): ReactElement {
  const { text, className, children } = props;
  const inReach = useContext(TipsInReach);
  if (text === undefined)
    return className === undefined ? <>{children}</> : <span className={className}>{children}</span>;
  return (
    <span
      className={className === undefined ? 'tip' : `tip ${className}`}
      data-tip={text}
      tabIndex={inReach ? 0 : undefined}
    >
      {children}
    </span>
  );
}
