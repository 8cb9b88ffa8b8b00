import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { Icon } from '../icon.tsx';

/**
 * A modal `dialog` element, which keeps the focus inside, closes on Escape and hides the rest of the page from screen
 * readers.
 */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly className?: string;
  readonly hideTitle?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const { title, onClose, className, hideTitle = false, children } = props;
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    element.current?.showModal();
    // The browser focuses the first button, which closes the dialog. The first field is more useful.
    const first =
      element.current?.querySelector<HTMLElement>('[data-first]') ?? element.current?.querySelector('input');
    first?.focus();
  }, []);
  return (
    <dialog
      ref={element}
      className={className === undefined ? 'dialog' : `dialog ${className}`}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === element.current) element.current.close();
      }}
    >
      <div className={hideTitle ? 'hidden-visually' : 'dialog-head'}>
        <h2 id={titleId}>{title}</h2>
        {!hideTitle && (
          <button
            type="button"
            className="button quiet icon-only small"
            aria-label="Close"
            onClick={() => element.current?.close()}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {children}
    </dialog>
  );
}
