import { Sql } from '../../engine/sql.ts';
import type { Store } from '../../engine/store.ts';

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

async function valuesOf(store: Store, project: string, column: Column): Promise<string[]> {
  const rows = await store.query<{ value: string }>(
    `SELECT ${column} AS value FROM totals_quarter WHERE project = {project:String} AND ${new Sql(store).isShown}
     GROUP BY value HAVING value != '' AND sum(calls) > 0 ORDER BY sum(calls) DESC, value LIMIT ${MAX_VALUES}`,
    { project },
  );
  return rows.map((row) => row.value);
}

interface PropRow {
  readonly key: string;
  readonly stated: string;
}

async function propsOf(store: Store, project: string): Promise<Facets['props']> {
  const rows = await store.query<PropRow>(
    `SELECT key, stated FROM (
       SELECT p.1 AS key, substring(p.2, 21) AS stated, count() AS n FROM (
         SELECT arrayJoin(CAST(maxMap(props), 'Array(Tuple(String, String))')) AS p
         FROM profiles WHERE project = {project:String} GROUP BY user_id
       ) GROUP BY key, stated HAVING stated != 'null' ORDER BY n DESC, key, stated LIMIT ${MAX_PER_KEY} BY key
     ) LIMIT ${MAX_KEYS * MAX_PER_KEY}`,
    { project },
  );
  const props = new Map<string, Set<string>>();
  for (const { key, stated } of rows) {
    const value = stated.startsWith('"') ? (JSON.parse(stated) as string) : stated;
    const values = props.get(key);
    if (values) values.add(value);
    else if (props.size < MAX_KEYS) props.set(key, new Set([value]));
  }
  return Object.fromEntries([...props].map(([key, values]) => [key, [...values]]));
}

async function groupsOf(store: Store, project: string): Promise<string[]> {
  const rows = await store.query<{ stated: string }>(
    `SELECT stated FROM (SELECT substring(max(\`group\`), 21) AS stated FROM profiles WHERE project = {project:String} GROUP BY user_id)
     GROUP BY stated HAVING stated NOT IN ('', 'null') ORDER BY count() DESC, stated LIMIT ${MAX_VALUES}`,
    { project },
  );
  return rows.map(({ stated }) => String(JSON.parse(stated)));
}

export async function readFacets(store: Store, project: string): Promise<Facets> {
  const [models, services, tags, providers, operations, groups, props] = await Promise.all([
    valuesOf(store, project, 'model'),
    valuesOf(store, project, 'service'),
    valuesOf(store, project, 'arrayJoin(tags)'),
    valuesOf(store, project, 'provider'),
    valuesOf(store, project, 'operation'),
    groupsOf(store, project),
    propsOf(store, project),
  ]);
  return { models, services, tags, providers, operations, groups, props };
}
