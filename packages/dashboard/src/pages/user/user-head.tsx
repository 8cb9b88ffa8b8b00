import type { ReactElement } from 'react';
import type { UserDetail } from '../../api/users.ts';
import { Avatar } from '../../ui/avatar/avatar.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Tip } from '../../ui/tip/tip.tsx';
import './user.css';

/** Shows name and id of a user, and whether a server confirmed them. */
export function UserHead(props: {
  readonly id: string;
  readonly user: UserDetail | undefined;
}): ReactElement {
  const { id, user } = props;
  return (
    <div className="user-head">
      <Avatar id={id} name={user?.name ?? undefined} picture={user?.avatar ?? undefined} size={40} />
      <div className="user-head-words">
        <div className="row user-head-name">
          <h1 className="truncate">{user?.name ?? id}</h1>
          {user !== undefined &&
            (user.claimed ? (
              <Tip className="badge warn" text="Only a browser has sent this id. A browser can claim any id.">
                claimed
              </Tip>
            ) : (
              <Tip className="badge" text="A server has sent this id.">
                <Icon name="verified" />
                verified
              </Tip>
            ))}
          {user?.props['sample'] === true && <span className="badge accent">sample</span>}
        </div>
        <div className="row faint">
          <code className="truncate">{id}</code>
          <CopyButton text={id} label="Copy user id" />
        </div>
      </div>
    </div>
  );
}
