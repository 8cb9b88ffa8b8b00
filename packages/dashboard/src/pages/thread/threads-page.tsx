import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { apiPath } from '../../api/request.ts';
import { threadsQuery } from '../../api/threads.ts';
import { useInfiniteRows } from '../../list/use-infinite-rows.ts';
import { RangePicker } from '../../range/range-picker.tsx';
import { useRange } from '../../range/use-range.ts';
import { ScopeBar } from '../../scope/scope-bar.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';
import { SearchBox } from '../../ui/form/search-box.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { readShared, threadListOf, type ThreadsSearch } from '../../url/page-search.ts';
import { threadsRequest } from './thread-list-request.ts';
import { ThreadsCsv, ThreadsTable } from './threads-table.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** All conversations, latest first. */
export function ThreadsPage(): ReactElement {
  const search = usePageSearch('/threads');
  const navigate = useNavigate();
  const { range } = useRange();
  const request = { ...threadsRequest(search, range), include: 'title' };
  const threads = useInfiniteRows(threadsQuery(request));
  const change = (next: ThreadsSearch): void => {
    void navigate({ to: '.', search: (now) => ({ ...now, ...next }), replace: true, resetScroll: false });
  };
  return (
    <div className="page">
      <div className="page-head">
        <PageTitle title="Threads" />
        <h1>Threads</h1>
        <RangePicker />
      </div>
      <ScopeBar search={{ ...readShared(search), q: undefined }} />
      <section className="card" aria-label="Threads">
        <div className="toolbar">
          <ThreadSearchBox search={search} onChange={change} />
          <Segments
            label="Which threads"
            value={search.only ?? 'all'}
            choices={[
              { key: 'all', label: 'All' },
              { key: 'errors', label: 'With errors' },
            ]}
            onChange={(key) => change({ only: key === 'all' ? undefined : key })}
          />
          {search.user !== undefined && (
            <button type="button" className="button" onClick={() => change({ user: undefined })}>
              <span className="truncate thread-filter">of {search.user}</span>
              <span aria-hidden="true">×</span>
              <span className="hidden-visually">: show threads of all users</span>
            </button>
          )}
          <span className="toolbar-space" />
          <ThreadsCsv path={apiPath(['threads'], request)} />
        </div>
        <ThreadsTable
          {...threads}
          shared={readShared(search)}
          list={threadListOf(search)}
          hasTitles
          sorting={{
            sort: search.sort ?? 'lastSeen',
            order: search.order ?? 'desc',
            onSort: (sort, order) => change({ sort: sort as ThreadsSearch['sort'], order }),
          }}
        />
      </section>
    </div>
  );
}

/** Finds threads by user, or by the text of their messages. */
function ThreadSearchBox(props: {
  readonly search: ThreadsSearch;
  readonly onChange: (next: ThreadsSearch) => void;
}): ReactElement {
  const { search, onChange } = props;
  const [by, setBy] = useState<'user' | 'content'>(search.content === undefined ? 'user' : 'content');
  const text = (by === 'user' ? search.q : search.content) ?? '';
  const find = (value: string, where: 'user' | 'content'): void => {
    const wanted = value === '' ? undefined : value;
    onChange(where === 'user' ? { q: wanted, content: undefined } : { q: undefined, content: wanted });
  };
  return (
    <>
      <SearchBox
        label={by === 'user' ? 'Search threads by user or id' : 'Search messages'}
        placeholder={by === 'user' ? 'Search user or thread' : 'Search messages'}
        value={text}
        onSearch={(value) => find(value, by)}
      />
      <Segments
        label="Where to search"
        value={by}
        choices={[
          { key: 'user', label: 'User, id' },
          { key: 'content', label: 'Content' },
        ]}
        onChange={(key) => {
          setBy(key);
          if (text !== '') find(text, key);
        }}
      />
    </>
  );
}
