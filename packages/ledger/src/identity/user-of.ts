import { MAX_PROPS, MAX_PROP_LENGTH } from '@userspan/core/internal';
import { ATTR_USER_EMAIL, ATTR_USER_NAME, ATTR_USER_TRUST, USER_PROP_PREFIX } from '@userspan/core/semconv';
import type { User, UserProp } from '@userspan/core';
import { IDENTITY_DIALECTS } from '../dialects/all.ts';
import { NameIndex } from '../reading/name-index.ts';
import { own, readObject, readText } from '../reading/read-attribute.ts';
import type { Attributes, Span } from '../span.ts';
import { checkId } from './check-id.ts';
import type { CheckedId, RefusedReason } from './check-id.ts';
import { identityRules } from './identity-rules.ts';
import type { IdentityOrder, IdentityRules } from './identity-rules.ts';

/** The user that a span names. */
export interface UserOnSpan {
  /** The user that the span itself names. */
  readonly user?: User;
  /** Props that the span removes with a `null`. */
  readonly removedProps?: readonly string[];
  /** Whether the sender is unverified, such as a browser. */
  readonly claimed: boolean;
  /** The user in the span's resource, used if nothing nearer names a user. */
  readonly resourceUser?: User;
  /** Why the preferred id of the span was refused. */
  readonly refused?: string;
  /** The reason as a fixed word. */
  readonly refusedReason?: RefusedReason;
  /** Ids of an installation or account that the span has in addition to its user's e-mail address. */
  readonly otherIds?: readonly string[];
}

/** Further inputs to the user of a span. */
export interface IdentityContext {
  readonly resource?: Attributes;
  /** Name of the instrumentation scope. */
  readonly scope?: string;
  readonly traceId?: string;
  /** Default: {@link identityRules} without options. */
  readonly rules?: IdentityRules;
}

const DEFAULT_RULES: IdentityRules = identityRules();
const METADATA_KEYS = IDENTITY_DIALECTS.flatMap((dialect) => dialect.metadataKeys);
const METADATA_USER_ID_KEYS = ['user_id', 'userId', 'userid', 'langfuse_user_id', 'user.id'];
/** Attributes for the tenant: Datadog's `account.id`, the organization of coding agents, then those of dialects. */
const GROUP_KEYS = [
  'account.id',
  'organization.id',
  ...IDENTITY_DIALECTS.flatMap((dialect) => dialect.groupKeys ?? []),
];

/** Names of user properties in applications' own metadata, for properties whose plain name would be ambiguous. */
const METADATA_PROPS = {
  name: ['user_name', 'userName', 'user.name'],
  email: ['user_email', 'userEmail', 'user.email'],
  group: ['user_group', 'userGroup', 'user.group'],
} as const;
type MetadataProp = keyof typeof METADATA_PROPS;
const METADATA_PROP_NAMES = Object.entries(METADATA_PROPS) as [MetadataProp, readonly string[]][];

/** The attributes with such an entry of metadata. */
function metadataAttributes(prop: MetadataProp): readonly string[] {
  return IDENTITY_DIALECTS.flatMap(({ metadataPrefixes = [] }) =>
    metadataPrefixes.flatMap((prefix) => METADATA_PROPS[prop].map((name) => prefix + name)),
  );
}

const PROP_KEYS: readonly (readonly [key: string, prop: string])[] = [
  ['user.full_name', 'name'],
  [ATTR_USER_NAME, 'name'],
  [ATTR_USER_EMAIL, 'email'],
];

/** Reads the user that a span itself names, in any dialect. Id and props come from the same span. */
export function userOf(attributes: Attributes, context: IdentityContext = {}): UserOnSpan {
  const { resource, scope, traceId, rules = DEFAULT_RULES } = context;
  const claimed = own(attributes, ATTR_USER_TRUST) === 'claimed';
  const order = rules.orderOf(resource === undefined ? undefined : readText(resource, 'service.name'), scope);
  const { keys } = order;
  const named = indexOf(keys).namesByField(attributes);
  const found = findId(attributes, named, keys, traceId);
  const resourceUser = resource === undefined ? undefined : userOfResource(resource, keys);
  const base: UserOnSpan = resourceUser === undefined ? { claimed } : { claimed, resourceUser };
  if (found === undefined) return base;
  if ('refused' in found) return { ...base, refused: found.refused, refusedReason: found.reason };
  const { props, removed } = readProps(attributes, named);
  const impersonalIds = impersonalIdsOf(attributes, order);
  // The user in the resource takes precedence over the id of an installation or account.
  const person = impersonalIds.includes(found.id) ? resourceUser : undefined;
  const user =
    person === undefined ? { id: found.id, props } : { id: person.id, props: { ...person.props, ...props } };
  const otherIds = isAddress(user.id) ? impersonalIds.filter((id) => id !== user.id && !isAddress(id)) : NONE;
  // Not `{ ...base, user }`, because on Node 20 an object that gets a field after a spread has its own hidden class.
  const onSpan: { -readonly [field in keyof UserOnSpan]: UserOnSpan[field] } = { user, claimed };
  if (resourceUser !== undefined) onSpan.resourceUser = resourceUser;
  if (removed.length > 0) onSpan.removedProps = removed;
  if (otherIds.length > 0) onSpan.otherIds = otherIds;
  return onSpan;
}

/** The ids of an installation or an account that a span has. */
function impersonalIdsOf(attributes: Attributes, { impersonalKeys }: IdentityOrder): readonly string[] {
  if (impersonalKeys.length === 0) return NONE;
  const ids = impersonalKeys.map((key) => checkId(own(attributes, key), key));
  return ids.flatMap((checked) => (checked !== undefined && 'id' in checked ? [checked.id] : []));
}

/** Whether an id is an e-mail address. Only an address certainly belongs to one person; other ids may be shared. */
function isAddress(id: string): boolean {
  return /^[^@\s]+@[^@\s]+$/.test(id);
}

/** Reads the user of a span, with its resource, scope and trace. */
export function userOfSpan(
  { attributes, resource, scope, traceId }: Span,
  rules?: IdentityRules,
): UserOnSpan {
  return userOf(attributes, { resource, scope: scope.name, traceId, rules: rules ?? DEFAULT_RULES });
}

/** Cache by resource, which all spans of an OTLP request or of a process share. */
const resourceUsers = new WeakMap<
  Attributes,
  { readonly keys: readonly string[]; readonly user: User | undefined }
>();

function userOfResource(resource: Attributes, keys: readonly string[]): User | undefined {
  const known = resourceUsers.get(resource);
  if (known?.keys === keys) return known.user;
  const named = indexOf(keys).namesByField(resource);
  const found = findId(resource, named, keys, undefined);
  const user =
    found === undefined || 'refused' in found
      ? undefined
      : { id: found.id, props: readProps(resource, named).props };
  resourceUsers.set(resource, { keys, user });
  return user;
}

const NONE: readonly string[] = [];
type IdentityField = 'id' | 'metadata' | 'groupKey' | MetadataProp;
/** For each field, the attributes that a span has, in order of precedence. */
type Named = { readonly [field in IdentityField]?: readonly string[] };
const indexes = new WeakMap<readonly string[], NameIndex<IdentityField>>();

function indexOf(keys: readonly string[]): NameIndex<IdentityField> {
  let index = indexes.get(keys);
  if (index === undefined) {
    index = new NameIndex({
      id: keys,
      metadata: METADATA_KEYS,
      groupKey: GROUP_KEYS,
      name: metadataAttributes('name'),
      email: metadataAttributes('email'),
      group: metadataAttributes('group'),
    });
    indexes.set(keys, index);
  }
  return index;
}

function findId(
  attributes: Attributes,
  named: Named,
  keys: readonly string[],
  traceId: string | undefined,
): CheckedId | undefined {
  let refused: CheckedId | undefined;
  const take = (value: unknown, key: string): CheckedId | undefined => {
    const checked = checkId(key.endsWith('email') ? asAddress(value) : value, key, traceId);
    if (checked !== undefined && 'id' in checked) return checked;
    refused ??= checked;
    return undefined;
  };
  // An e-mail address comes last in the built-in order, so ids in metadata precede it.
  const isLast = keys.at(-1) === ATTR_USER_EMAIL;
  for (const key of named.id ?? NONE) {
    if (isLast && key === ATTR_USER_EMAIL) continue;
    const id = take(own(attributes, key), key);
    if (id !== undefined) return id;
  }
  for (const key of named.metadata ?? NONE) {
    const metadata = readObject(attributes, key);
    if (metadata === undefined) continue;
    for (const name of METADATA_USER_ID_KEYS) {
      const id = take(own(metadata, name), `${key}.${name}`);
      if (id !== undefined) return id;
    }
  }
  const email = isLast ? take(own(attributes, ATTR_USER_EMAIL), ATTR_USER_EMAIL) : undefined;
  return email ?? refused;
}

/** Normalizes an e-mail address that is used as an id. Case does not matter, because one mailbox is one person. */
function asAddress(value: unknown): unknown {
  return typeof value === 'string' ? value.trim().toLowerCase() : value;
}

const PLAIN = { enumerable: true, configurable: true, writable: true };

function readProps(
  attributes: Attributes,
  named: Named,
): { props: Record<string, UserProp>; removed: string[] } {
  const props: Record<string, UserProp> = {};
  const removed: string[] = [];
  let count = 0;
  const set = (prop: string, value: UserProp): void => {
    if (!Object.hasOwn(props, prop)) count += 1;
    if (prop === '__proto__') Object.defineProperty(props, prop, { ...PLAIN, value });
    else props[prop] = value;
  };
  const take = (prop: string, value: unknown): void => {
    if (count + removed.length >= MAX_PROPS) return;
    if (value === null) removed.push(prop);
    else if (isProp(value)) set(prop, value);
    else if (typeof value === 'bigint') set(prop, Number(value));
  };
  for (const [key, prop] of PROP_KEYS) if (Object.hasOwn(attributes, key)) take(prop, attributes[key]);
  const group = Object.hasOwn(props, 'group') ? undefined : groupByKey(attributes, named);
  if (group !== undefined) take('group', group);
  for (const key in attributes) {
    if (
      key.startsWith(USER_PROP_PREFIX) &&
      Object.hasOwn(attributes, key) &&
      key.length > USER_PROP_PREFIX.length
    ) {
      take(key.slice(USER_PROP_PREFIX.length), attributes[key]);
    }
  }
  for (const [prop, names] of METADATA_PROP_NAMES) {
    if (Object.hasOwn(props, prop) || removed.includes(prop)) continue;
    const value = inMetadata(attributes, named, prop, names);
    if (value !== undefined) take(prop, value);
  }
  return { props, removed };
}

/** The first valid group among the keys. */
function groupByKey(attributes: Attributes, named: Named): string | undefined {
  for (const key of named.groupKey ?? NONE) {
    const group = readText(attributes, key);
    const checked = checkId(group, key);
    if (checked !== undefined && 'id' in checked) return group;
  }
  return undefined;
}

/** A property in the application's own metadata, which has either an attribute for each entry or one for all. */
function inMetadata(
  attributes: Attributes,
  named: Named,
  prop: MetadataProp,
  names: readonly string[],
): string | undefined {
  for (const key of named[prop] ?? NONE) {
    const text = readText(attributes, key);
    if (text !== undefined) return text;
  }
  for (const key of named.metadata ?? NONE) {
    const metadata = readObject(attributes, key);
    const name =
      metadata === undefined ? undefined : names.find((each) => readText(metadata, each) !== undefined);
    if (metadata !== undefined && name !== undefined) return readText(metadata, name);
  }
  return undefined;
}

function isProp(value: unknown): value is UserProp {
  if (typeof value === 'string') return value.length <= MAX_PROP_LENGTH;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
