import type { FormEvent, ReactElement, ReactNode } from 'react';
import { Dialog } from '../overlay/dialog.tsx';

/** A dialog with a form, an error message below it, and Cancel and other buttons at the bottom. */
export function FormDialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  /** Called when a field changes. */
  readonly onChange?: () => void;
  /** Error message of the failed action. */
  readonly failure: string | undefined;
  readonly actions: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const { title, onClose, onSubmit, onChange, failure, actions, children } = props;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} onChange={onChange}>
        <div className="dialog-body stack">
          {children}
          {failure !== undefined && (
            <p className="bad" role="alert">
              {failure}
            </p>
          )}
        </div>
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          {actions}
        </div>
      </form>
    </Dialog>
  );
}
