import {
  MAX_ID_LENGTH,
  MAX_PROPS,
  MAX_PROPS_LENGTH,
  MAX_PROP_LENGTH,
  MAX_PROP_NAME_LENGTH,
} from './identity-limits.ts';
import type { User, UserProp } from './user.ts';
import { warnOnce } from '../process/warn-once.ts';
import { isWellFormed, toWellFormed } from '../text/well-formed.ts';

/** Maximum number of names that are read. An object can have any number. */
const MAX_NAMES = 1024;

// oxlint-disable-next-line no-control-regex -- finding them is its purpose
const CONTROL = /[\u0000-\u001F\u007F]/;

/**
 * Checks an id and its props and makes them a `User`, or `undefined` when the id is not a valid user id.
 *
 * A number or bigint id becomes a decimal string. An invalid prop (an object, NaN, over 4,096 characters) is dropped
 * with one warning; `undefined` and `null` props are left out. Never throws, even if a getter does.
 */
export function toUser(id: unknown, props?: unknown): User | undefined {
  const text = toId(id);
  return text === undefined ? undefined : { id: text, props: toProps(props) };
}

/** Checks the id of a user, thread or message. Returns undefined and warns once if it is invalid. */
export function toId(id: unknown): string | undefined {
  const text = typeof id === 'string' ? id : numberText(id);
  if (text === undefined || text.length === 0) {
    warnOnce('id', 'an id must be a non-empty string or a number; it is ignored.');
    return undefined;
  }
  if (text.length > MAX_ID_LENGTH || !isWellFormed(text)) {
    warnOnce(
      'id-form',
      `an id must be well-formed Unicode of at most ${MAX_ID_LENGTH} characters; it is ignored.`,
    );
    return undefined;
  }
  return text;
}

function numberText(id: unknown): string | undefined {
  if (typeof id === 'bigint' || Number.isSafeInteger(id)) return String(id);
  return undefined;
}

const NO_PROPS: Readonly<Record<string, UserProp>> = /* @__PURE__ */ Object.freeze({});

function toProps(props: unknown): Readonly<Record<string, UserProp>> {
  if (props === undefined || props === null) return NO_PROPS;
  const kept: Record<string, UserProp> = {};
  try {
    if (typeof props !== 'object' || Array.isArray(props)) {
      warnOnce('props', 'user props must be an object such as { name, email }; they are dropped.');
      return NO_PROPS;
    }
    copyProps(props as Record<string, unknown>, kept);
  } catch {
    warnOnce('props-throw', 'reading user props threw; the remaining props are dropped.');
  }
  return Object.freeze(kept);
}

function copyProps(props: Record<string, unknown>, kept: Record<string, UserProp>): void {
  let count = 0;
  let length = 0;
  for (const name of Object.keys(props).slice(0, MAX_NAMES)) {
    const raw = props[name];
    if (raw === undefined || raw === null) continue;
    const value = toProp(raw);
    if (value === undefined || !isPropName(name)) {
      warnOnce(
        'prop',
        `a user prop must be a string of at most ${MAX_PROP_LENGTH} characters, a finite number or a boolean, under a plain name; others are dropped.`,
      );
      continue;
    }
    length += name.length + (typeof value === 'string' ? value.length : 8);
    if (count === MAX_PROPS || length > MAX_PROPS_LENGTH) {
      warnOnce(
        'props-many',
        `a user has at most ${MAX_PROPS} props of ${MAX_PROPS_LENGTH} characters together; the others are dropped.`,
      );
      return;
    }
    kept[name] = value;
    count += 1;
  }
}

function toProp(value: unknown): UserProp | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_PROP_LENGTH ? undefined : toWellFormed(value);
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'boolean':
      return value;
    default:
      return undefined;
  }
}

/** Cache of names that passed the check. */
const goodNames = new Set<string>();

function isPropName(name: string): boolean {
  if (goodNames.has(name)) return true;
  const isGood =
    name.length > 0 &&
    name.length <= MAX_PROP_NAME_LENGTH &&
    name !== '__proto__' &&
    isWellFormed(name) &&
    !CONTROL.test(name);
  if (isGood && goodNames.size < 512) goodNames.add(name);
  return isGood;
}
