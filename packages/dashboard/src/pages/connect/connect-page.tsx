import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { sessionQuery } from '../../api/session.ts';
import { summaryQuery } from '../../api/summary.ts';
import { SampleNotice } from '../users/sample-notice.tsx';
import { Endpoints } from './endpoints.tsx';
import { SnippetTabs } from './snippet-tabs.tsx';
import { PageTitle } from '../../ui/page/page-title.tsx';

/** Shows how to connect an application. */
export function ConnectPage(): ReactElement {
  const session = useQuery(sessionQuery());
  const summary = useQuery(summaryQuery({}));
  return (
    <div className="page connect">
      <div className="page-head">
        <PageTitle title="Connect" />
        <h1>Connect an application</h1>
      </div>
      {summary.data?.sample === true && <SampleNotice />}
      <p className="page-lead">
        Any OpenTelemetry exporter can send here. One line names the user, and every call below it belongs to
        that user.
      </p>
      <Endpoints />
      <SnippetTabs keyRequired={session.data?.required === true} />
    </div>
  );
}
