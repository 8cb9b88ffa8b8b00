import type { ReactElement } from 'react';
import type { UserDetail } from '../../api/users.ts';
import { plainValue } from '../../format/plain-value.ts';
import { Ago } from '../../ui/time/ago.tsx';
import { SkeletonRows } from '../../ui/page/skeleton.tsx';
import type { SharedSearch } from '../../url/page-search.ts';
import { SubjectLink } from '../../ui/subject-link.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

/** Properties and facts of a user. */
export function UserFacts(props: {
  readonly user: UserDetail | undefined;
  readonly shared: SharedSearch;
}): ReactElement {
  const { user, shared } = props;
  return (
    <section className="card" aria-label="About">
      <div className="card-head">
        <h2>About</h2>
      </div>
      <div className="card-body">
        {user === undefined ? <SkeletonRows /> : <Facts user={user} shared={shared} />}
      </div>
    </section>
  );
}

function Facts(props: { readonly user: UserDetail; readonly shared: SharedSearch }): ReactElement {
  const { user, shared } = props;
  const shown = new Set(['name', 'email', 'avatar', 'group']);
  const others = Object.entries(user.props).filter(([key]) => !shown.has(key));
  return (
    <dl className="facts">
      <dt>Email</dt>
      <dd className="row">
        <span className="clamped">{user.email ?? '—'}</span>
        {user.email !== null && <CopyButton text={user.email} label="Copy email" />}
      </dd>
      <dt>Group</dt>
      <dd className="clamped">
        {user.group === null ? '—' : <SubjectLink of="group" id={user.group} name={null} shared={shared} />}
      </dd>
      {others.map(([key, value]) => (
        <PropLine key={key} name={key} value={value} />
      ))}
      <dt>First seen</dt>
      <dd>
        <Ago time={user.firstSeen} />
      </dd>
      <dt>Last seen</dt>
      <dd>
        <Ago time={user.lastSeen} />
      </dd>
      {user.aliasesSince.length > 0 && (
        <>
          <dt>Also known as</dt>
          <dd>
            <ul>
              {user.aliasesSince.map((alias) => (
                <li key={alias.id}>
                  <code>{alias.id}</code>{' '}
                  <span className="faint">
                    since <Ago time={alias.at} />
                  </span>
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
    </dl>
  );
}

function PropLine({ name, value }: { readonly name: string; readonly value: unknown }): ReactElement {
  return (
    <>
      <dt className="truncate">{name}</dt>
      <dd className="clamped" dir="auto">
        {plainValue(value)}
      </dd>
    </>
  );
}
