import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { FailureNotice } from '../ui/page/failure-notice.tsx';
import { isCodeFailure } from '../ui/lazy-part.tsx';

/** Shown in place of a page that failed or whose code could not be loaded, with a button to try again. */
export function PageFailure({ error, reset }: ErrorComponentProps): ReactElement {
  const router = useRouter();
  // Browsers do not load a failed module again, so the page is reloaded; its state is in the URL.
  if (isCodeFailure(error)) {
    return (
      <div className="page">
        <FailureNotice
          what="The code of this page"
          error={
            new Error('The collector did not send it. It may have been restarted, or the network is down.')
          }
          onRetry={() => window.location.reload()}
        />
      </div>
    );
  }
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="page">
      <FailureNotice what="This page" error={error} onRetry={retry} />
    </div>
  );
}
