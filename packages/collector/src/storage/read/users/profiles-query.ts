import { decodeProp, NAMED_PROPS } from '../../write/profile-rows.ts';
import type { Store } from '../../engine/store.ts';
import type { AnswerSource } from '../query/recent-answers.ts';

/** The profile of a user. */
export interface ProfileJson {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly avatar: string | null;
  readonly group: string | null;
  readonly props: Readonly<Record<string, string | number | boolean>>;
  /** Whether only browsers have sent this id. */
  readonly claimed: boolean;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

interface ProfileRow {
  readonly user_id: string;
  readonly first_: string;
  readonly last_: string;
  readonly verified_: number;
  readonly name_: string;
  readonly email_: string;
  readonly avatar_: string;
  readonly group_: string;
  readonly props_: Readonly<Record<string, string>>;
}

const COLUMNS = `user_id, min(first_ns) AS first_, max(last_ns) AS last_, max(verified) AS verified_,
  ${NAMED_PROPS.map((name) => `max(\`${name}\`) AS ${name}_`).join(', ')}, maxMap(props) AS props_`;

/** A stored time in the format of the API. */
export function showTime(ns: string): string {
  return new Date(Number(BigInt(ns) / 1_000_000n)).toISOString();
}

function textOf(encoded: string): string | null {
  const value = decodeProp(encoded);
  return value === undefined ? null : String(value);
}

function profileOf(row: ProfileRow): ProfileJson {
  const props: [string, string | number | boolean][] = [];
  for (const [name, encoded] of Object.entries(row.props_)) {
    const value = decodeProp(encoded);
    if (value !== undefined) props.push([name, value]);
  }
  return {
    id: row.user_id,
    name: textOf(row.name_),
    email: textOf(row.email_),
    avatar: textOf(row.avatar_),
    group: textOf(row.group_),
    props: Object.fromEntries(props.sort(([a], [b]) => (a < b ? -1 : 1))),
    claimed: row.verified_ === 0,
    firstSeen: showTime(row.first_),
    lastSeen: showTime(row.last_),
  };
}

/** Time of the newest value in a user's profile, in nanoseconds. It is in the future if a clock was ahead. */
export async function readNewestProp(store: Store, project: string, id: string): Promise<bigint> {
  const [row] = await store.query<{ newest: string }>(
    `SELECT max(arrayMax(arrayMap(value -> toInt64OrZero(substring(value, 2, 19)),
       arrayConcat(mapValues(props), [${NAMED_PROPS.map((name) => `\`${name}\``).join(', ')}])))) AS newest
     FROM profiles WHERE project = {project:String} AND user_id = {id:String}`,
    { project, id },
  );
  return BigInt(row?.newest ?? 0);
}

/** Maximum number of ids per query, because parameters are part of its text. */
const MAX_IDS = 10_000;

/** The profiles of these users. Ids without a profile are left out. */
export async function readProfiles(
  source: Pick<AnswerSource, 'query'>,
  project: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ProfileJson>> {
  const profiles = new Map<string, ProfileJson>();
  for (let at = 0; at < ids.length; at += MAX_IDS) {
    const rows = await source.query<ProfileRow>(
      `SELECT ${COLUMNS} FROM profiles WHERE project = {project:String} AND user_id IN {ids:Array(String)} GROUP BY user_id`,
      { project, ids: ids.slice(at, at + MAX_IDS) },
    );
    for (const row of rows) profiles.set(row.user_id, profileOf(row));
  }
  return profiles;
}

/** The next profiles after an id, ordered by id. Call it repeatedly with the last id to read all profiles. */
export async function readProfilesAfter(
  store: Store,
  project: string,
  id: string,
  limit: number,
): Promise<readonly ProfileJson[]> {
  // In the table's order, so that each page reads only its own rows.
  const rows = await store.query<ProfileRow>(
    `SELECT ${COLUMNS} FROM profiles WHERE project = {project:String} AND user_id > {id:String}
     GROUP BY user_id ORDER BY user_id LIMIT {limit:UInt32} SETTINGS optimize_aggregation_in_order = 1`,
    { project, id, limit },
  );
  return rows.map(profileOf);
}

/** The profile for an id without a stored one. */
export function bareProfile(id: string): ProfileJson {
  return {
    id,
    name: null,
    email: null,
    avatar: null,
    group: null,
    props: {},
    claimed: false,
    firstSeen: null,
    lastSeen: null,
  };
}
