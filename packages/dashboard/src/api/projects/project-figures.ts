import { queryOptions } from '@tanstack/react-query';
import type { Answer } from '../answer.ts';
import { apiPath, getJson, type Query } from '../request.ts';
import type { Summary } from '../summary.ts';

/** The figures of one project in a range. */
export interface ProjectFigures {
  readonly summary: Summary;
  /** Number of users, groups etc. for which a rule currently fires. */
  readonly firing: number;
}

/** The figures of a project of the session. `project` is undefined on a collector without tokens. */
export function projectQuery(project: string | undefined, query: Query) {
  return queryOptions({
    queryKey: ['live', 'project', project ?? '', query],
    queryFn: async ({ signal }): Promise<ProjectFigures> => {
      const [summary, states] = await Promise.all([
        getJson<Summary>(apiPath(['summary'], query), signal, project),
        getJson<Answer<'listAlertStates'>>(apiPath(['alert-states'], { limit: 1 }), signal, project),
      ]);
      return { summary, firing: states.active };
    },
    refetchInterval: 15_000,
  });
}
