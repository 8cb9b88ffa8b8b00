import type { ReactElement } from 'react';
import { StatCell } from '../../ui/stat-strip.tsx';
import { SubjectOfUrl, type SubjectViewProps } from './subject-of-url.tsx';
import { SubjectPage, type Subject } from './subject-page.tsx';

const subject: Subject = {
  filter: 'tag',
  kind: 'tags',
  noun: 'Feature',
  users: 'Users',
  parts: ['users', 'groups', 'models', 'services'],
  splits: ['model', 'group', 'service'],
};

const noMargin = 'None: revenue is stored by user or group, not by feature.';

/** One feature, which is a tag of calls: users, cost and latency. */
export function FeaturePage(): ReactElement {
  return <SubjectOfUrl path="/feature" view={FeatureView} />;
}

function FeatureView({ id, search }: SubjectViewProps): ReactElement {
  return (
    <SubjectPage
      subject={subject}
      id={id}
      search={search}
      figures={<StatCell label="Margin" value={<p className="faint stat-reason">{noMargin}</p>} />}
    />
  );
}
