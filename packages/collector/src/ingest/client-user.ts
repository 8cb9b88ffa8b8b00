import { MAX_ID_LENGTH, MAX_PROP_LENGTH, MAX_PROPS, propAttribute } from '@userspan/core/internal';
import { ATTR_USER_ID } from '@userspan/core/semconv';
import type { ClientValue } from './client-span.ts';
import { objectOf } from './read-client-json.ts';

/** A user that a client names. Props are pairs, because their names come from the client. */
export interface ClientUser {
  readonly id: string;
  readonly props: readonly (readonly [name: string, value: string | number | boolean])[];
}

const MAX_NAME_LENGTH = 128;

/** Reads an id (a string or integer) and an object of properties; `undefined` without an id. */
export function clientUserOf(id: unknown, properties: unknown): ClientUser | undefined {
  const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
  if (typeof text !== 'string' || text === '') {
    return undefined;
  }
  const props: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(objectOf(properties) ?? {})) {
    if (name !== '' && name.length <= MAX_NAME_LENGTH && props.length < MAX_PROPS && isPropValue(value)) {
      props.push([name, value]);
    }
  }
  // Shortens an id that is too long to one character above the limit, so that it is later refused with a reason.
  return { id: text.slice(0, MAX_ID_LENGTH + 1), props };
}

/** The attributes of a user, with its props. */
export function userPairs(
  user: ClientUser | undefined,
): readonly (readonly [key: string, value: ClientValue])[] {
  return user === undefined
    ? []
    : [[ATTR_USER_ID, user.id], ...user.props.map(([name, value]) => [propAttribute(name), value] as const)];
}

function isPropValue(value: unknown): value is string | number | boolean {
  return typeof value === 'string'
    ? value.length <= MAX_PROP_LENGTH
    : typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
