import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { aliasUser, unaliasUser } from '../../api/user-changes.ts';
import type { UserDetail } from '../../api/users.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Field } from '../../ui/form/field.tsx';
import { FormDialog } from '../../ui/form/form-dialog.tsx';
import { useNavigate } from '@tanstack/react-router';
import { usePageSearch } from '../../url/use-page-search.ts';
import { reloadFigures } from '../../api/figures.ts';

/** Merges two ids into one user, including past figures, and can undo that. */
export function AliasDialog(props: {
  readonly user: UserDetail;
  readonly onClose: () => void;
}): ReactElement {
  const { user, onClose } = props;
  const [known, setKnown] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = usePageSearch('/user');
  const merge = useMutation({
    mutationFn: () => aliasUser(user.id, known),
    onSuccess: async () => {
      await reloadFigures(client);
      onClose();
      await navigate({ to: '/user', search: { ...search, id: known } });
    },
  });
  const split = useMutation({
    mutationFn: unaliasUser,
    onSuccess: () => reloadFigures(client),
  });
  const failure = merge.error ?? split.error;
  return (
    <FormDialog
      title="Merge with another id"
      onClose={onClose}
      onSubmit={() => merge.mutate()}
      failure={failure === null ? undefined : reasonOf(failure)}
      actions={
        <button
          type="submit"
          className="button primary"
          disabled={known === '' || known === user.id || merge.isPending}
        >
          Merge
        </button>
      }
    >
      <p className="muted">
        All past and future calls of <code>{user.id}</code> count for the user that you enter. You can undo
        this.
      </p>
      <Field label="Id of the known user" className="mono" value={known} onText={setKnown} />
      {user.aliasesSince.length > 0 && (
        <div className="field">
          <span className="label">Merged into this user</span>
          <ul>
            {user.aliasesSince.map((alias) => (
              <li key={alias.id} className="row spread">
                <code>{alias.id}</code>
                <button
                  type="button"
                  className="button small"
                  disabled={split.isPending}
                  onClick={() => split.mutate(alias.id)}
                >
                  Take back
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </FormDialog>
  );
}
