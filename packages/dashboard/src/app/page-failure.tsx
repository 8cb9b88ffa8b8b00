import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { isCodeFailure } from '../ui/lazy-part.tsx';

/** A page that broke, or whose code did not arrive, says so and can be tried again. */
export function PageFailure({ error, reset }: ErrorComponentProps): ReactElement {
  const router = useRouter();
  // A browser does not ask again for a module that failed to load; everything one sees is in the URL.
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
