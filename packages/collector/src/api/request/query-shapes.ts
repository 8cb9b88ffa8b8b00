import { Type } from './schema.ts';

import { CALL_FILTER_NAMES } from '../../storage/read/query/filters.ts';
import type { CallFilterName } from '../../storage/read/query/filters.ts';

/** `from` and `to`. */
export const RANGE_QUERY = {
  from: Type.Optional(
    Type.String({
      description:
        'ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour.',
    }),
  ),
  to: Type.Optional(
    Type.String({
      description:
        'ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now.',
    }),
  ),
};

const VALUES = Type.Optional(
  Type.Array(Type.String(), { description: 'Can be repeated; any of the values matches.' }),
);

/** Filters of calls. */
export const FILTER_QUERY = Object.fromEntries(CALL_FILTER_NAMES.map((name) => [name, VALUES])) as Record<
  CallFilterName,
  typeof VALUES
>;

/** Filters of users, in addition to `prop.KEY=value`. */
export const USER_FILTER_QUERY = {
  q: Type.Optional(
    Type.String({ maxLength: 1024, description: 'Part of an id, name, e-mail address or property.' }),
  ),
  group: VALUES,
};

/** The scope of figures: a range, and filters of calls and users. */
export const SCOPE_QUERY = { ...RANGE_QUERY, ...FILTER_QUERY, ...USER_FILTER_QUERY };

/** The page of a list. */
export const LIST_QUERY = {
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 8192, description: '`nextCursor` of the previous page.' })),
};

export const ORDER = Type.Enum(['asc', 'desc']);

/** Only calls with a user, or only those without. */
export const ATTRIBUTED = Type.Optional(
  Type.Boolean({
    description:
      'true: only calls with a user; false: only calls without a user, except calls of system services that `service` does not name.',
  }),
);

/** The id of a user, a group or a thread in a path. */
export const ID_PARAMS = Type.Object({ id: Type.String({ minLength: 1, maxLength: 1024 }) });

/** The id of a setting of a project, in a path. */
export const NAME_PARAMS = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
