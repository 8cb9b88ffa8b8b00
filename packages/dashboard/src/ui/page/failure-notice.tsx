import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ApiFailure } from '../../api/failure.ts';
import { Icon } from '../icon.tsx';

/** Says what failed and why, with a button to try again. */
export function FailureNotice(props: {
  readonly what: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}): ReactElement {
  const { what, error, onRetry } = props;
  return (
    <div className="failure" role="alert">
      <Icon name="warn" />
      <div>
        <strong>{what} could not be loaded.</strong>
        <p>
          {reasonOf(error)}
          {error instanceof ApiFailure && (
            <>
              <br />
              <code className="faint">
                {error.request}
                {error.status > 0 && ` ${error.status}`}
              </code>
            </>
          )}
        </p>
      </div>
      <button type="button" className="button" onClick={onRetry}>
        <Icon name="refresh" />
        Try again
      </button>
    </div>
  );
}

/** Shows a notice for each failed part of a page, by its name. */
export function FailureNotices(props: {
  readonly parts: Readonly<Record<string, Pick<UseQueryResult, 'isError' | 'error' | 'refetch'>>>;
}): ReactElement {
  const failed = Object.entries(props.parts).filter(([, { isError }]) => isError);
  return (
    <>
      {failed.map(([what, { error, refetch }]) => (
        <FailureNotice key={what} what={what} error={error} onRetry={() => void refetch()} />
      ))}
    </>
  );
}

/** Returns the message of an error for display. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something unexpected happened.';
}
