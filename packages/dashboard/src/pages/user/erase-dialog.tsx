import { dropHiddenFigures } from '../../api/figures.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { eraseUser, type ErasureReceipt } from '../../api/user-changes.ts';
import type { UserDetail } from '../../api/users.ts';
import { formatCount, plural } from '../../format/count.ts';
import { plainValue } from '../../format/plain-value.ts';
import { Dialog } from '../../ui/overlay/dialog.tsx';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { FormDialog } from '../../ui/form/form-dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { saveFile } from '../../ui/save-file.ts';

/** Permanently erases a user after the id was typed, and shows the receipt. */
export function EraseDialog(props: {
  readonly user: UserDetail;
  readonly onClose: (erased: boolean) => void;
}): ReactElement {
  const { user, onClose } = props;
  const [typed, setTyped] = useState('');
  const client = useQueryClient();
  const erasure = useMutation({
    mutationFn: () => eraseUser(user.id),
    // The page of the user remains unchanged until the receipt is closed.
    onSuccess: () => dropHiddenFigures(client),
  });
  const close = (): void => onClose(erasure.isSuccess);
  if (erasure.data !== undefined) return <Receipt receipt={erasure.data} onClose={close} />;
  return (
    <FormDialog
      title={`Erase ${user.name ?? user.id}`}
      onClose={close}
      onSubmit={() => {
        if (typed === user.id) erasure.mutate();
      }}
      failure={erasure.isError ? `The erasure was not confirmed: ${reasonOf(erasure.error)}` : undefined}
      actions={
        <button type="submit" className="button danger" disabled={typed !== user.id || erasure.isPending}>
          <Icon name="trash" />
          Erase
        </button>
      }
    >
      <p>
        {plural(user.calls, 'call')}, {plural(user.threads, 'thread')}, every span and property of this user
        go, from the log and from what waits to be forwarded too. Spans that arrive late are dropped. This
        cannot be taken back.
      </p>
      <Field
        label={
          <>
            Type <code>{user.id}</code> to erase
          </>
        }
        className="mono"
        autoComplete="off"
        value={typed}
        onText={setTyped}
      />
    </FormDialog>
  );
}

function Receipt(props: { readonly receipt: ErasureReceipt; readonly onClose: () => void }): ReactElement {
  const { receipt, onClose } = props;
  return (
    <Dialog title="Erased" onClose={onClose}>
      <div className="dialog-body stack">
        <p className="muted">
          Keep this receipt. It proves the erasure and contains the user only as a hash.
        </p>
        <dl className="facts">
          <dt>Receipt</dt>
          <dd>
            <code>{receipt.receipt}</code>
          </dd>
          <dt>User (SHA-256)</dt>
          <dd>
            <code>{receipt.user}</code>
          </dd>
          <dt>At</dt>
          <dd>{receipt.at}</dd>
          {Object.entries(receipt.deleted).map(([what, count]) => (
            <DeletedLine key={what} what={what} count={count} />
          ))}
        </dl>
      </div>
      <div className="dialog-foot">
        <button
          type="button"
          className="button"
          onClick={() =>
            saveFile(
              `erasure-${receipt.receipt}.json`,
              'application/json',
              JSON.stringify(receipt, undefined, 2),
            )
          }
        >
          <Icon name="download" />
          Save receipt
        </button>
        <button type="button" className="button primary" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}

function DeletedLine({ what, count }: { readonly what: string; readonly count: unknown }): ReactElement {
  return (
    <>
      <dt>{what}</dt>
      <dd className="number" style={{ textAlign: 'left' }}>
        {typeof count === 'number' ? formatCount(count) : plainValue(count)}
      </dd>
    </>
  );
}
