import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { formatCount } from '../../format/count.ts';
import { SearchBox } from '../../ui/form/search-box.tsx';
import { AlertLink } from '../alerts/alert-link.tsx';
import type { UsersSearch } from '../../url/page-search.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import { CsvButton } from './csv-button.tsx';
import { FilterMenu } from './filter-menu.tsx';

/** Search, filters, columns, and the list as a file. */
export function UsersToolbar(props: {
  readonly search: UsersSearch;
  readonly columns: readonly string[];
  readonly csvPath: string;
  readonly total: number | undefined;
}): ReactElement {
  const { search, columns, csvPath, total } = props;
  const navigate = useNavigate({ from: '/' });
  return (
    <div className="toolbar">
      <SearchBox
        label="Search users by id, name or email"
        placeholder={
          total === undefined
            ? 'Search users'
            : `Search ${formatCount(total)} ${total === 1 ? 'user' : 'users'}`
        }
        value={search.q ?? ''}
        onSearch={(text) =>
          void navigate({
            search: (now) => ({ ...now, q: text === '' ? undefined : text }),
            replace: true,
            resetScroll: false,
          })
        }
      />
      <FilterMenu search={search} />
      <span className="toolbar-space" />
      <AlertLink search={search} />
      <ColumnsMenu columns={columns} />
      <CsvButton path={csvPath} columns={columns} />
    </div>
  );
}
