import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { FailureNotice } from '../ui/failure-notice.tsx';

/** A page that broke, or whose code did not arrive, says so and can be tried again. */
export function PageFailure({ error, reset }: ErrorComponentProps): ReactElement {
  return (
    <div className="page">
      <FailureNotice what="This page" error={error} onRetry={reset} />
    </div>
  );
}
