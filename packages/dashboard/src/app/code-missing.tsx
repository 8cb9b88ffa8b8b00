import type { ReactElement } from 'react';
import { Dialog } from '../ui/overlay/dialog.tsx';
import { FailureNotice } from '../ui/failure-notice.tsx';

/** Stands where a dialog would, whose code did not arrive. */
export function CodeMissing({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <Dialog title="Not loaded" onClose={onClose}>
      <FailureNotice
        what="The code of this dialog"
        error={new Error('The collector did not send it.')}
        onRetry={() => window.location.reload()}
      />
    </Dialog>
  );
}
