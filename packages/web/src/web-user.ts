import {
  MAX_ID_LENGTH,
  MAX_PROPS,
  MAX_PROPS_LENGTH,
  MAX_PROP_LENGTH,
  MAX_PROP_NAME_LENGTH,
} from '@userspan/core/internal';
import type { User, UserProp, UserProps } from '@userspan/core';

import { warnOnce } from './warn.ts';
import { toWellFormed } from './well-formed.ts';

/** Checks an id and its props; `undefined` for an invalid id. Never throws. */
export function toWebUser(id: unknown, props: UserProps | undefined): User | undefined {
  const text = typeof id === 'bigint' || Number.isSafeInteger(id) ? String(id) : id;
  if (typeof text !== 'string' || text === '' || text.length > MAX_ID_LENGTH || toWellFormed(text) !== text) {
    warnOnce(`a user id must be a string of 1 to ${MAX_ID_LENGTH} characters or a number; no user was set.`);
    return undefined;
  }
  return { id: text, props: readProps(props) };
}

function readProps(props: UserProps | undefined): Record<string, UserProp> {
  const kept: Record<string, UserProp> = {};
  let room = MAX_PROPS_LENGTH;
  let count = 0;
  for (const name of Object.keys(props ?? {})) {
    const value = readProp(props, name);
    if (value === null) continue;
    const length = name.length + String(value).length;
    const isName = name !== '' && name !== '__proto__' && name.length <= MAX_PROP_NAME_LENGTH;
    if (value === undefined || !isName || length > room || count === MAX_PROPS) {
      warnOnce(
        'user props are texts, finite numbers or booleans, not too many and not too long; others are dropped.',
      );
      continue;
    }
    kept[toWellFormed(name)] = value;
    room -= length;
    count += 1;
  }
  return kept;
}

/** The value of a prop: `null` if there is none, `undefined` if it is invalid. */
function readProp(props: UserProps | undefined, name: string): UserProp | null | undefined {
  try {
    const value = props?.[name] ?? null;
    return value === null ? null : toProp(value);
  } catch {
    return undefined;
  }
}

function toProp(value: unknown): UserProp | undefined {
  if (typeof value === 'string') return value.length > MAX_PROP_LENGTH ? undefined : toWellFormed(value);
  if (typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
