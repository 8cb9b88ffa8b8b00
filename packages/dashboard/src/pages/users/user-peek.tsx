import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { tokensOf } from '../../api/figures.ts';
import { userQuery, type UserDetail } from '../../api/users.ts';
import { useKeys } from '../../app/use-keys.ts';
import { formatCompact, formatCount } from '../../format/count.ts';
import { useRange } from '../../range/use-range.ts';
import { FailureNotice } from '../../ui/page/failure-notice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Cost } from '../../ui/money.tsx';
import { Skeleton } from '../../ui/page/skeleton.tsx';
import { StatStrip } from '../../ui/stat-strip.tsx';
import { readShared } from '../../url/page-search.ts';
import { userScopeQuery } from '../../url/scope.ts';
import { MergedNote } from '../user/merged-note.tsx';
import { UserChart } from '../user/user-chart.tsx';
import { UserFacts } from '../user/user-facts.tsx';
import { UserHead } from '../user/user-head.tsx';
import { usePageSearch } from '../../url/use-page-search.ts';

/** The figures of one user beside the list. `j` and `k` change the user, and Escape closes it. */
export function UserPeek(props: {
  readonly id: string;
  readonly list: string | undefined;
  readonly onClose: () => void;
}): ReactElement {
  const { id, list, onClose } = props;
  const search = usePageSearch('/');
  const { range } = useRange();
  const user = useQuery(userQuery(id, userScopeQuery(search, range)));
  const shared = readShared(search);
  useKeys({ Escape: onClose });
  return (
    <aside className="side-sheet" aria-label={`User ${id}`}>
      <div className="stack peek">
        <div className="row spread">
          <UserHead id={user.data?.id ?? id} user={user.data} />
          <span className="row peek-actions">
            <Link to="/user" search={{ ...shared, id, list }} className="button">
              Open
            </Link>
            <button type="button" className="button quiet icon-only" aria-label="Close" onClick={onClose}>
              <Icon name="close" />
            </button>
          </span>
        </div>
        <MergedNote id={id} user={user.data} search={shared} />
        {user.isError && (
          <FailureNotice what="The user" error={user.error} onRetry={() => void user.refetch()} />
        )}
        {!user.isError && <PeekStats user={user.data} />}
        <UserChart search={{ ...shared, id }} fixed />
        {!user.isError && <UserFacts user={user.data} shared={shared} />}
      </div>
    </aside>
  );
}

const peekLabels = ['Cost', 'Calls', 'Tokens', 'Errors'];

function PeekStats({ user }: { readonly user: UserDetail | undefined }): ReactElement {
  if (user === undefined)
    return <StatStrip stats={peekLabels.map((label) => ({ label, value: <Skeleton width={56} /> }))} />;
  return (
    <StatStrip
      stats={[
        {
          label: 'Cost',
          value: <Cost of={user} />,
        },
        { label: 'Calls', value: formatCount(user.calls) },
        { label: 'Tokens', value: formatCompact(tokensOf(user)) },
        { label: 'Errors', value: formatCount(user.errors) },
      ]}
    />
  );
}
