import { Type } from 'typebox';

import { CALL_FILTER_NAMES } from '../../storage/read/query/filters.ts';
import type { CallFilterName } from '../../storage/read/query/filters.ts';

/** `from` and `to`. */
export const RANGE_QUERY = {
  from: Type.Optional(
    Type.String({
      description:
        'ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour.',
    }),
  ),
  to: Type.Optional(
    Type.String({
      description:
        'ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now.',
    }),
  ),
};

const VALUES = Type.Optional(
  Type.Array(Type.String(), { description: 'May be repeated: any of the values.' }),
);

/** Which calls. */
export const FILTER_QUERY = Object.fromEntries(CALL_FILTER_NAMES.map((name) => [name, VALUES])) as Record<
  CallFilterName,
  typeof VALUES
>;

/** Which users; beside these, `prop.KEY=value`. */
export const USER_FILTER_QUERY = {
  q: Type.Optional(
    Type.String({ maxLength: 1024, description: 'Part of an id, a name, an email or a property.' }),
  ),
  group: VALUES,
};

/** What the figures of a page can be limited to: a range, calls and users. */
export const SCOPE_QUERY = { ...RANGE_QUERY, ...FILTER_QUERY, ...USER_FILTER_QUERY };

/** Which page of a list. */
export const LIST_QUERY = {
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 8192, description: '`nextCursor` of the page before.' })),
};

export const ORDER = Type.Enum(['asc', 'desc']);

/** Only calls with a user, or only those without. */
export const ATTRIBUTED = Type.Optional(
  Type.Boolean({
    description:
      'Only calls that have a user, or only those that have none; then without those of services that count as system, unless `service` names them.',
  }),
);

/** The id of a user, a group or a thread in a path. */
export const ID_PARAMS = Type.Object({ id: Type.String({ minLength: 1, maxLength: 1024 }) });

/** The name that a project gave to something of its settings, in a path. */
export const NAME_PARAMS = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
