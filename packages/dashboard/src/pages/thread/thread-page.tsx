import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactElement } from 'react';
import { threadQuery, type ThreadDetail } from '../../api/threads.ts';
import { ApiFailure } from '../../api/failure.ts';
import { NotFound } from '../../app/not-found.tsx';
import { formatCount } from '../../format/count.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import { readShared, type SharedSearch, type ThreadSearch } from '../../url/page-search.ts';
import { MessageFormSwitch, type MessageForm } from './message-form.tsx';
import { MessageText } from './message-text.tsx';
import { ThreadAside } from './thread-aside.tsx';
import { ThreadNav } from './thread-nav.tsx';
import { TranscriptView } from './transcript-view.tsx';
import { transcriptOf } from './transcript.ts';
import './thread.css';
import { usePageSearch } from '../../url/use-page-search.ts';

/** One conversation, with its costs beside it. */
export function ThreadPage(): ReactElement {
  const search = usePageSearch('/thread');
  return search.id === '' ? <NotFound /> : <ThreadView search={search} />;
}

function ThreadView({ search }: { readonly search: ThreadSearch }): ReactElement {
  const thread = useQuery(threadQuery(search.id));
  const isMissing = thread.error instanceof ApiFailure && thread.error.status === 404;
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title={`Thread ${search.id}`} />
        <div className="row">
          <span className="faint">Thread</span>
          <h1 className="mono truncate">{search.id}</h1>
          <CopyButton text={search.id} label="Copy thread id" />
        </div>
        {(thread.data !== undefined || search.list !== undefined) && (
          <ThreadNav search={search} userId={thread.data?.userId ?? null} />
        )}
      </div>
      {isMissing && (
        <div className="card nothing">
          <strong>No call carries this thread id.</strong>
          <span>It may have been erased with its user, or deleted by retention.</span>
        </div>
      )}
      {thread.isError && !isMissing && (
        <FailureNotice what="The thread" error={thread.error} onRetry={() => void thread.refetch()} />
      )}
      {thread.isPending && <SkeletonRows />}
      {thread.data !== undefined && <Conversation thread={thread.data} shared={readShared(search)} />}
    </div>
  );
}

function Conversation(props: { readonly thread: ThreadDetail; readonly shared: SharedSearch }): ReactElement {
  const { thread, shared } = props;
  const transcript = useMemo(() => transcriptOf(thread), [thread]);
  const [form, setForm] = useState<MessageForm>('formatted');
  const { system, turns, hasContent } = transcript;
  return (
    <div className="thread-columns">
      <section className="card thread-card" aria-label="Transcript">
        <div className="card-head">
          <h2>Transcript</h2>
          {hasContent && <MessageFormSwitch form={form} onChange={setForm} />}
        </div>
        <div className="card-body">
          {!hasContent && (
            <p className="note">
              Messages are not stored. Content is off until{' '}
              <code>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true</code> is set where the
              application runs, and the collector runs with <code>--content</code>.
            </p>
          )}
          {system !== undefined && (
            <details className="transcript-system">
              <summary className="muted">System instructions</summary>
              <MessageText text={system} isPlain />
            </details>
          )}
          <TranscriptView turns={turns} shared={shared} isPlain={form === 'plain'} />
          {thread.callCount > thread.calls.length && (
            <p className="note">
              The oldest {formatCount(thread.calls.length)} of {formatCount(thread.callCount)} calls are
              shown.
            </p>
          )}
        </div>
      </section>
      <ThreadAside thread={thread} transcript={transcript} shared={shared} />
    </div>
  );
}
