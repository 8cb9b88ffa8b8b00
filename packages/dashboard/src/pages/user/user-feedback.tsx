import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Query } from '../../api/request.ts';
import { feedbackQuery, type Feedback } from '../../api/threads.ts';
import { CsvButton } from '../../list/csv-button.tsx';
import { EmptyList } from '../../list/empty-list.tsx';
import { useRange } from '../../range/use-range.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { FeedbackLine } from '../../ui/feedback-line.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { readShared, type SharedSearch, type UserSearch } from '../../url/page-search.ts';
import { rangeQuery, type TimeRange } from '../../url/range.ts';
import { staleProps } from '../../ui/stale.ts';
import { plainFields } from '../../table/column.ts';

const fields = plainFields<Feedback>(
  'at',
  'target',
  'targetId',
  'threadId',
  'thumb',
  'score',
  'comment',
  'traceId',
);

/** The button that saves the feedback of a user as a file. */
export function FeedbackCsv({ path }: { readonly path: string }): ReactElement {
  return <CsvButton rows={path} fields={fields} fileName="feedback.csv" />;
}

/** The feedback of a user, newest first. */
export function UserFeedback({ search }: { readonly search: UserSearch }): ReactElement {
  const { range } = useRange();
  const feedback = useInfiniteQuery({
    ...feedbackQuery(feedbackRequest(search, range)),
    placeholderData: keepPreviousData,
  });
  const rows = feedback.data?.pages.flatMap(({ data }) => data);
  const shared = readShared(search);
  return (
    <div {...staleProps(feedback.isPlaceholderData, 'card-body stack')}>
      {feedback.isError && (
        <FailureNotice what="The feedback" error={feedback.error} onRetry={() => void feedback.refetch()} />
      )}
      {feedback.isPending && <SkeletonRows />}
      {rows?.length === 0 && (
        <EmptyList what="feedback" filters="none">
          <span>
            An application records it with <code>trackFeedback(target, {'{ thumb, score, comment }'})</code>.
          </span>
        </EmptyList>
      )}
      {rows?.map((one) => (
        <FeedbackLine
          key={`${one.traceId} ${one.spanId}`}
          feedback={one}
          shared={shared}
          about={<Target feedback={one} shared={shared} />}
        />
      ))}
      {feedback.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={feedback.isFetchingNextPage}
          onClick={() => void feedback.fetchNextPage()}
        >
          Show more
        </button>
      )}
    </div>
  );
}

/** The parameters of the list of feedback. */
export function feedbackRequest(search: UserSearch, range: TimeRange): Query {
  return { ...rangeQuery(range), user: search.id };
}

/** The thread or run of feedback. */
function Target({
  feedback,
  shared,
}: {
  readonly feedback: Feedback;
  readonly shared: SharedSearch;
}): ReactElement {
  const { target, targetId, threadId } = feedback;
  const thread = target === 'thread' ? targetId : threadId;
  const [, trace, span] = /^([0-9a-f]{32})-([0-9a-f]{16})$/u.exec(targetId) ?? [];
  if (thread !== null) {
    return (
      <Link to="/thread" search={{ ...shared, id: thread }} className="link truncate">
        {target === 'thread' ? 'on the thread' : `on a ${target} of a thread`}
      </Link>
    );
  }
  if (target === 'run' && trace !== undefined && span !== undefined) {
    return (
      <Link to="/call" search={{ ...shared, trace, span }} className="link">
        on a run
      </Link>
    );
  }
  return (
    <span className="truncate">
      on a {target} <code>{targetId}</code>
    </span>
  );
}
