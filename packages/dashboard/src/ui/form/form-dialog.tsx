import type { FormEvent, ReactElement, ReactNode } from 'react';
import { Dialog } from '../overlay/dialog.tsx';

/** A dialog to fill in: what went wrong stands below, Cancel and the actions at its foot. */
export function FormDialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  /** Something was typed. */
  readonly onChange?: () => void;
  /** Why the action failed, as a sentence. */
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
