import { MAX_PROPS, MAX_PROP_LENGTH } from '@userspan/core/internal';
import type { UserOnSpan } from '@userspan/ledger';

import { boundedName, boundedNs } from './call-row.ts';
import type { RowBuffer } from './row-buffer.ts';

/** Props with a column of their own. */
export const NAMED_PROPS = ['name', 'email', 'avatar', 'group'] as const;

interface Profile {
  readonly project: string;
  readonly id: string;
  first: bigint;
  last: bigint;
  verified: 0 | 1;
  /** The props of one span: most users of a batch have no second span. */
  readonly only: SpanProps;
  /** The props of all spans, as soon as there are two. */
  props?: Map<string, PropValue>;
}

/** Everything that a span says about its user. */
interface SpanProps {
  readonly onSpan: UserOnSpan;
  readonly atNs: bigint;
}

/** The latest value of a prop: a value from a server takes precedence over one from a browser. */
interface PropValue {
  readonly isClaimed: boolean;
  readonly atNs: bigint;
  readonly value: unknown;
}

const NS_DIGITS = 19;

/**
 * A prop as the store keeps it: `<1 verified, 0 claimed><nanoseconds, 19 digits><JSON>`. The greatest text counts, so
 * the latest event wins whatever the order of arrival, and a value from a server takes precedence over one from a browser.
 */
export function encodeProp(value: unknown, atNs: bigint, isClaimed: boolean): string {
  const text = typeof value === 'string' && !value.isWellFormed() ? value.toWellFormed() : value;
  return `${isClaimed ? 0 : 1}${String(boundedNs(atNs)).padStart(NS_DIGITS, '0')}${JSON.stringify(text)}`;
}

/** The value of a prop of the store; `undefined` where it was never set, or was removed. */
export function decodeProp(encoded: string | undefined): string | number | boolean | undefined {
  if (encoded === undefined || encoded.length <= NS_DIGITS + 1) return undefined;
  const value: unknown = JSON.parse(encoded.slice(NS_DIGITS + 1));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}

/** Gathers the users of a batch with their props; one row for each user. */
export class ProfileRows {
  /** By project and user. */
  readonly #profiles = new Map<string, Map<string, Profile>>();

  seen(project: string, onSpan: UserOnSpan, startNs: bigint, endNs: bigint): void {
    const { user, claimed } = onSpan;
    if (user === undefined) return;
    const first = boundedNs(startNs);
    // A clock that was set back while the span ran ends it before its start.
    const last = endNs < startNs ? first : boundedNs(endNs);
    let profiles = this.#profiles.get(project);
    if (profiles === undefined) {
      profiles = new Map();
      this.#profiles.set(project, profiles);
    }
    const profile = profiles.get(user.id);
    if (profile === undefined) {
      const only = { onSpan, atNs: first };
      profiles.set(user.id, { project, id: user.id, first, last, verified: claimed ? 0 : 1, only });
      return;
    }
    if (last > profile.last) profile.last = last;
    if (first < profile.first) profile.first = first;
    if (!claimed) profile.verified = 1;
    profile.props ??= propsOf(profile.only);
    setAll(profile.props, { onSpan, atNs: first });
  }

  writeTo(rows: RowBuffer): void {
    for (const profiles of this.#profiles.values()) {
      for (const profile of profiles.values()) {
        writeProfile(rows, profile);
      }
    }
  }
}

function writeProfile(rows: RowBuffer, { project, id, first, last, verified, only, props }: Profile): void {
  const encoded = new Map<string, string>();
  for (const [name, value] of props ?? propsOf(only)) encoded.set(name, encode(value));
  const named = NAMED_PROPS.map((name) => encoded.get(name) ?? '');
  for (const name of NAMED_PROPS) encoded.delete(name);
  rows.add('profiles', [project, id, String(first), String(last), verified, ...named, encoded]);
}

function propsOf(only: SpanProps): Map<string, PropValue> {
  const props = new Map<string, PropValue>();
  setAll(props, only);
  return props;
}

function setAll(props: Map<string, PropValue>, { onSpan, atNs }: SpanProps): void {
  const of = onSpan.user?.props;
  for (const name in of) {
    if (Object.hasOwn(of, name)) set(props, name, of[name], atNs, onSpan.claimed);
  }
  for (const name of onSpan.removedProps ?? []) set(props, name, null, atNs, onSpan.claimed);
}

function encode({ value, atNs, isClaimed }: PropValue): string {
  return encodeProp(value, atNs, isClaimed);
}

function set(
  props: Map<string, PropValue>,
  name: string,
  value: unknown,
  atNs: bigint,
  isClaimed: boolean,
): void {
  if (typeof value === 'string' && value.length > MAX_PROP_LENGTH) return;
  const key = boundedName(name);
  const next = { isClaimed, atNs, value };
  const before = props.get(key);
  if (before === undefined && props.size >= MAX_PROPS) return;
  if (before === undefined || isLater(next, before)) props.set(key, next);
}

/** Compares as the store does, and encodes only where the times are equal. */
function isLater(next: PropValue, before: PropValue): boolean {
  if (next.isClaimed !== before.isClaimed) return before.isClaimed;
  if (next.atNs !== before.atNs) return next.atNs > before.atNs;
  return next.value !== before.value && encode(next) > encode(before);
}
