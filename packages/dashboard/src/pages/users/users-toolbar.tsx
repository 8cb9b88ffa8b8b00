import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useKeys } from '../../app/use-keys.ts';
import { formatCount } from '../../format/count.ts';
import { Icon } from '../../ui/icon.tsx';
import type { UsersSearch } from '../../url/page-search.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import { CsvButton } from './csv-button.tsx';
import { FilterMenu } from './filter-menu.tsx';

const typingMs = 150;

/** Search, filters, columns, and the list as a file. */
export function UsersToolbar(props: {
  readonly search: UsersSearch;
  readonly columns: readonly string[];
  readonly csvPath: string;
  readonly total: number | undefined;
}): ReactElement {
  const { search, columns, csvPath, total } = props;
  const navigate = useNavigate({ from: '/' });
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.q ?? '');
  useKeys({ '/': () => input.current?.select() });
  useEffect(() => setText(search.q ?? ''), [search.q]);
  useEffect(() => {
    if (text === (search.q ?? '')) return undefined;
    const timer = setTimeout(
      () =>
        void navigate({
          search: (now) => ({ ...now, q: text === '' ? undefined : text }),
          replace: true,
          resetScroll: false,
        }),
      typingMs,
    );
    return () => clearTimeout(timer);
  }, [navigate, search.q, text]);
  return (
    <div className="toolbar">
      <div className="search-field">
        <Icon name="search" />
        <input
          ref={input}
          className="input"
          type="search"
          aria-label="Search users by id, name or email"
          placeholder={
            total === undefined
              ? 'Search users'
              : `Search ${formatCount(total)} ${total === 1 ? 'user' : 'users'}`
          }
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        <kbd className="kbd">/</kbd>
      </div>
      <FilterMenu search={search} />
      <span className="toolbar-space" />
      <ColumnsMenu search={search} columns={columns} />
      <CsvButton path={csvPath} columns={columns} />
    </div>
  );
}
