import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { removeSample } from '../../api/user-changes.ts';
import { useIsAdmin } from '../../api/session.ts';
import { reasonOf } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { reloadFigures } from '../../api/figures.ts';

/** Says that there is sample data, with a button to remove it. */
export function SampleNotice(): ReactElement {
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const removal = useMutation({
    mutationFn: removeSample,
    onSuccess: () => reloadFigures(client),
  });
  return (
    <div className="note row spread wrap short-note" role="note">
      <span>
        <strong>Sample data</strong> is included.
        <span className="yields"> It is marked “sample” in the list.</span>
        {removal.isError && <span className="bad"> It could not be removed: {reasonOf(removal.error)}</span>}
      </span>
      {isAdmin && (
        <button
          type="button"
          className="button"
          aria-label="Remove sample data"
          disabled={removal.isPending}
          onClick={() => removal.mutate()}
        >
          <Icon name="trash" />
          Remove<span className="yields"> sample data</span>
        </button>
      )}
    </div>
  );
}
