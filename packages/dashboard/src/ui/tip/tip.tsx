import { createContext, useContext, type ReactElement, type ReactNode } from 'react';

/**
 * Whether Tab comes to the tips inside: to those of the row one is at, and not to the hundreds of a list. Outside of
 * lists to all.
 */
export const TipsInReach = createContext(true);

/**
 * What says more about a word or a figure: shown when the pointer rests on it, when it has the focus, and read by screen
 * readers; {@link TipLayer} does that. On a control of its own `data-tip` does the same.
 */
export function Tip(props: {
  /** Lines of plain text; without any this is only its children. */
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
