import { MAX_ID_LENGTH, MAX_PROPS, MAX_PROP_LENGTH } from '@userspan/core/internal';
import { ATTR_USER_EMAIL, ATTR_USER_NAME, ATTR_USER_TRUST, USER_PROP_PREFIX } from '@userspan/core/semconv';
import type { User, UserProp } from '@userspan/core';
import { WHO_DIALECTS } from '../dialects/all.ts';
import { own, readObject } from '../reading/read-attribute.ts';
import type { Attributes } from '../span.ts';

/** In unicode mode a surrogate of a pair is no match: only lone ones are. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Who a span says it is for. */
export interface UserOnSpan {
  readonly user?: User;
  /** Props that the span takes back with a `null`. */
  readonly removedProps?: readonly string[];
  /** A browser said so. */
  readonly claimed: boolean;
  /** The user that the span's resource names, for spans that nothing nearer names a user of. */
  readonly resourceUserId?: string;
  /** Why an id was not taken. */
  readonly refused?: string;
}

const USER_ID_KEYS: readonly string[] = WHO_DIALECTS.flatMap((dialect) => dialect.userIdKeys);
const METADATA_KEYS: readonly string[] = WHO_DIALECTS.flatMap((dialect) => dialect.metadataKeys);
const METADATA_USER_ID_KEYS = ['user_id', 'userId', 'userid', 'langfuse_user_id', 'user.id'];

const PROP_KEYS: readonly (readonly [key: string, prop: string])[] = [
  ['user.full_name', 'name'],
  [ATTR_USER_NAME, 'name'],
  [ATTR_USER_EMAIL, 'email'],
];

/** Reads the user that a span names itself, whichever dialect it speaks. Id and props come from the same span. */
export function userOf(attributes: Attributes): UserOnSpan {
  const claimed = own(attributes, ATTR_USER_TRUST) === 'claimed';
  const found = findId(attributes);
  if (found === undefined) return { claimed };
  if ('refused' in found) return { claimed, refused: found.refused };
  const { props, removed } = readProps(attributes);
  const user = { id: found.id, props };
  return removed.length === 0 ? { user, claimed } : { user, claimed, removedProps: removed };
}

function findId(attributes: Attributes): { id: string } | { refused: string } | undefined {
  let refused: { refused: string } | undefined;
  for (const key of USER_ID_KEYS) {
    const checked = checkId(own(attributes, key), key);
    if (checked !== undefined && 'id' in checked) return checked;
    refused ??= checked;
  }
  for (const key of METADATA_KEYS) {
    const metadata = readObject(attributes, key);
    if (metadata === undefined) continue;
    for (const name of METADATA_USER_ID_KEYS) {
      const checked = checkId(own(metadata, name), `${key}.${name}`);
      if (checked !== undefined && 'id' in checked) return checked;
      refused ??= checked;
    }
  }
  return refused;
}

/** An id is stored whole, or refused with the reason. */
export function checkId(value: unknown, key: string): { id: string } | { refused: string } | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'bigint') return { id: String(value) };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value)
      ? { id: String(value) }
      : { refused: `${key} is a number that is no whole number` };
  }
  if (typeof value !== 'string') return { refused: `${key} is not a text` };
  if (value.length > MAX_ID_LENGTH) return { refused: `${key} is longer than ${MAX_ID_LENGTH} characters` };
  if (LONE_SURROGATE.test(value)) return { refused: `${key} is not well-formed Unicode` };
  return { id: value };
}

function readProps(attributes: Attributes): { props: Record<string, UserProp>; removed: string[] } {
  const props = new Map<string, UserProp>();
  const removed: string[] = [];
  const take = (prop: string, value: unknown): void => {
    if (props.size + removed.length >= MAX_PROPS) return;
    if (value === null) removed.push(prop);
    else if (isProp(value)) props.set(prop, value);
    else if (typeof value === 'bigint') props.set(prop, Number(value));
  };
  for (const [key, prop] of PROP_KEYS) if (Object.hasOwn(attributes, key)) take(prop, attributes[key]);
  for (const key of Object.keys(attributes)) {
    if (key.startsWith(USER_PROP_PREFIX) && key.length > USER_PROP_PREFIX.length) {
      take(key.slice(USER_PROP_PREFIX.length), attributes[key]);
    }
  }
  return { props: Object.fromEntries(props), removed };
}

function isProp(value: unknown): value is UserProp {
  if (typeof value === 'string') return value.length <= MAX_PROP_LENGTH;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
