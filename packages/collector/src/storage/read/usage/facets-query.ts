import { Sql } from '../../engine/sql.ts';
import { JSON_TEXT_AT } from '../query/filters.ts';
import type { RecentAnswers } from '../query/recent-answers.ts';
import { withProfileTable } from '../users/tables/profile-table.ts';
import { withPropTable } from '../users/tables/prop-table.ts';

/** Values for filters, the most frequent first. */
export interface Facets {
  readonly models: readonly string[];
  readonly services: readonly string[];
  readonly tags: readonly string[];
  readonly providers: readonly string[];
  readonly operations: readonly string[];
  readonly groups: readonly string[];
  /** Values by the key of a property, as a filter takes them: `5` is both the number and the text. */
  readonly props: Readonly<Record<string, readonly string[]>>;
}

const MAX_VALUES = 100;
const MAX_KEYS = 50;
const MAX_PER_KEY = 20;

type Column = 'model' | 'service' | 'provider' | 'operation' | 'arrayJoin(tags)';

async function valuesOf(answers: RecentAnswers, project: string, column: Column): Promise<string[]> {
  const rows = await answers.query<{ value: string }>(
    `SELECT ${column} AS value FROM totals_quarter WHERE project = {project:String} AND ${new Sql(answers).isShown}
     GROUP BY value HAVING value != '' AND sum(calls) > 0 ORDER BY sum(calls) DESC, value LIMIT ${MAX_VALUES}`,
    { project },
  );
  return rows.map((row) => row.value);
}

interface PropRow {
  readonly key: string;
  readonly stated: string;
}

async function propsOf(answers: RecentAnswers, project: string): Promise<Facets['props']> {
  const rows = await withPropTable(answers, project, (table) => {
    const source =
      table === undefined
        ? `SELECT p.1 AS prop, substring(p.2, ${JSON_TEXT_AT}) AS stated FROM (
             SELECT arrayJoin(CAST(maxMap(props), 'Array(Tuple(String, String))')) AS p
             FROM profiles WHERE project = {project:String} GROUP BY user_id)`
        : `SELECT prop, stated FROM ${table}`;
    return answers.query<PropRow>(
      `SELECT key, stated FROM (
         SELECT prop AS key, stated, count() AS n FROM (${source})
         GROUP BY key, stated HAVING stated != 'null' ORDER BY n DESC, key, stated LIMIT ${MAX_PER_KEY} BY key
       ) LIMIT ${MAX_KEYS * MAX_PER_KEY}`,
      { project },
    );
  });
  const props = new Map<string, Set<string>>();
  for (const { key, stated } of rows) {
    const value = stated.startsWith('"') ? (JSON.parse(stated) as string) : stated;
    const values = props.get(key);
    if (values) values.add(value);
    else if (props.size < MAX_KEYS) props.set(key, new Set([value]));
  }
  return Object.fromEntries([...props].map(([key, values]) => [key, [...values]]));
}

async function groupsOf(answers: RecentAnswers, project: string): Promise<string[]> {
  const rows = await withProfileTable(
    answers,
    project,
    (table) => {
      const source =
        table === undefined
          ? `SELECT substring(max(\`group\`), ${JSON_TEXT_AT}) AS stated FROM profiles WHERE project = {project:String} GROUP BY user_id`
          : `SELECT user_group AS stated FROM ${table}`;
      return answers.query<{ stated: string }>(
        `SELECT stated FROM (${source})
         GROUP BY stated HAVING stated NOT IN ('', 'null') ORDER BY count() DESC, stated LIMIT ${MAX_VALUES}`,
        { project },
      );
    },
    'soon',
  );
  return rows.map(({ stated }) => String(JSON.parse(stated)));
}

/** The values that filters of a project can take. In a large project those of users may be seconds old. */
export async function readFacets(answers: RecentAnswers, project: string): Promise<Facets> {
  const [models, services, tags, providers, operations, groups, props] = await Promise.all([
    valuesOf(answers, project, 'model'),
    valuesOf(answers, project, 'service'),
    valuesOf(answers, project, 'arrayJoin(tags)'),
    valuesOf(answers, project, 'provider'),
    valuesOf(answers, project, 'operation'),
    groupsOf(answers, project),
    propsOf(answers, project),
  ]);
  return { models, services, tags, providers, operations, groups, props };
}
