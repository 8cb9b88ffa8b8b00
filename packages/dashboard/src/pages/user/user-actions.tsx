import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import { dropHiddenFigures } from '../../api/figures.ts';
import { apiPath } from '../../api/request.ts';
import { useIsAdmin } from '../../api/session.ts';
import type { UserDetail } from '../../api/users.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuItem } from '../../ui/overlay/menu.tsx';
import { readShared, type UserSearch } from '../../url/page-search.ts';
import { AliasDialog } from './alias-dialog.tsx';
import { EraseDialog } from './erase-dialog.tsx';

/** All actions for a user: export, alert, budget, alias and erase. They require the permission to make changes. */
export function UserActions(props: {
  readonly id: string;
  readonly user: UserDetail | undefined;
  readonly search: UserSearch;
}): ReactElement | null {
  const { id, user, search } = props;
  const [dialog, setDialog] = useState<'alias' | 'erase'>();
  const navigate = useNavigate();
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const close = (): void => setDialog(undefined);
  if (!isAdmin) return null;
  return (
    <>
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            className="button icon-only"
            aria-label="Actions"
            disabled={user === undefined}
          >
            <Icon name="more" />
          </button>
        }
      >
        <MenuItem icon="download" onSelect={() => window.location.assign(apiPath(['users', id, 'export']))}>
          Export everything (JSON lines)
        </MenuItem>
        <MenuItem
          icon="alerts"
          onSelect={() =>
            void navigate({ to: '/alerts', search: { ...readShared(search), user: id, new: 'rule' } })
          }
        >
          Alert on this user…
        </MenuItem>
        <MenuItem
          icon="budgets"
          onSelect={() =>
            void navigate({ to: '/budgets', search: { ...readShared(search), user: id, new: 'budget' } })
          }
        >
          Set a budget…
        </MenuItem>
        <MenuItem icon="merge" onSelect={() => setDialog('alias')}>
          Merge with another id…
        </MenuItem>
        <MenuItem icon="trash" danger onSelect={() => setDialog('erase')}>
          Erase…
        </MenuItem>
      </Menu>
      {dialog === 'alias' && user !== undefined && <AliasDialog user={user} onClose={close} />}
      {dialog === 'erase' && user !== undefined && (
        <EraseDialog
          user={user}
          onClose={(erased) => {
            close();
            if (!erased) return;
            void navigate({ to: '/', search: readShared(search) }).then(() => dropHiddenFigures(client));
          }}
        />
      )}
    </>
  );
}
