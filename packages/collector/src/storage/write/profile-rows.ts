import { MAX_PROPS, MAX_PROP_LENGTH } from '@userspan/core/internal';
import type { UserOnSpan } from '@userspan/ledger';

import { boundedName, boundedNs } from './call-row.ts';
import { withDoubleLength } from './columns/number-columns.ts';
import type { RowBuffer } from './row-buffer.ts';

/** Props with a column of their own. */
export const NAMED_PROPS = ['name', 'email', 'avatar', 'group'] as const;

/** Everything that a span tells about its user. */
interface SpanProps {
  readonly props: Readonly<Record<string, unknown>> | undefined;
  readonly removed: readonly string[] | undefined;
  readonly isClaimed: boolean;
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
 * Encodes a prop for the store: `<1 verified, 0 claimed><nanoseconds, 19 digits><JSON>`. The greatest string is used,
 * so the latest event wins independent of the order of arrival, and a value from a server takes precedence over one
 * from a browser.
 */
export function encodeProp(value: unknown, atNs: bigint, isClaimed: boolean): string {
  const text = typeof value === 'string' && !value.isWellFormed() ? value.toWellFormed() : value;
  return `${isClaimed ? 0 : 1}${String(boundedNs(atNs)).padStart(NS_DIGITS, '0')}${JSON.stringify(text)}`;
}

/** Decodes a prop; `undefined` if it was never set or was removed. */
export function decodeProp(encoded: string | undefined): string | number | boolean | undefined {
  if (encoded === undefined || encoded.length <= NS_DIGITS + 1) return undefined;
  const value: unknown = JSON.parse(encoded.slice(NS_DIGITS + 1));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}

const FIRST_USERS = 64;
const NO_PROPS: ReadonlyMap<string, string> = new Map();

/**
 * Collects the users of a batch with their props, one row per user.
 *
 * Most users of a batch have one span. Their props are kept as the span has them, and everything else is in arrays of
 * numbers, because objects that live as long as a batch are expensive for the garbage collector.
 */
export class ProfileRows {
  /** Numbers of users, by project and id. */
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #ids: string[] = [];
  readonly #projects: string[] = [];
  #firsts = new BigInt64Array(FIRST_USERS);
  #lasts = new BigInt64Array(FIRST_USERS);
  readonly #isVerified: boolean[] = [];
  /** Props of each user's first span, and when the latest span had them. */
  readonly #props: SpanProps['props'][] = [];
  #propsAt = new BigInt64Array(FIRST_USERS);
  readonly #removed: SpanProps['removed'][] = [];
  /** Merged props of users whose spans have different props. */
  readonly #merged = new Map<number, Map<string, PropValue>>();

  seen(project: string, onSpan: UserOnSpan, startNs: bigint, endNs: bigint): void {
    const { user, claimed, removedProps: removed } = onSpan;
    if (user === undefined) return;
    const first = boundedNs(startNs);
    // A span may end before its start if the clock was set back in between.
    const last = endNs < startNs ? first : boundedNs(endNs);
    const numbers = this.#numbersOf(project);
    const number = numbers.get(user.id);
    if (number === undefined) {
      numbers.set(user.id, this.#begin(project, onSpan, user, first, last));
      return;
    }
    if (this.#hasOnly(number, onSpan)) {
      if (first > (this.#propsAt[number] ?? first)) this.#propsAt[number] = first;
    } else {
      setAll(this.#mergedOf(number), { props: user.props, removed, isClaimed: claimed, atNs: first });
    }
    if (last > (this.#lasts[number] ?? last)) this.#lasts[number] = last;
    if (first < (this.#firsts[number] ?? first)) this.#firsts[number] = first;
    if (!claimed) this.#isVerified[number] = true;
  }

  writeTo(rows: RowBuffer): void {
    for (const [number, id] of this.#ids.entries()) {
      const named = NAMED_PROPS.map(() => '');
      let others: Map<string, string> | undefined;
      for (const [name, value] of this.#merged.get(number) ?? this.#propsOf(number)) {
        const place = (NAMED_PROPS as readonly string[]).indexOf(name);
        if (place < 0) (others ??= new Map()).set(name, encode(value));
        else named[place] = encode(value);
      }
      rows.add('profiles', [
        this.#projects[number] ?? '',
        id,
        this.#firsts[number] ?? 0n,
        this.#lasts[number] ?? 0n,
        this.#isVerified[number] === true ? 1 : 0,
        ...named,
        others ?? NO_PROPS,
      ]);
    }
  }

  #begin(
    project: string,
    { claimed, removedProps }: UserOnSpan,
    { id, props }: NonNullable<UserOnSpan['user']>,
    first: bigint,
    last: bigint,
  ): number {
    const number = this.#ids.push(id) - 1;
    this.#projects.push(project);
    this.#props.push(props);
    this.#removed.push(removedProps);
    this.#isVerified.push(!claimed);
    if (number === this.#firsts.length) {
      this.#firsts = withDoubleLength(this.#firsts);
      this.#lasts = withDoubleLength(this.#lasts);
      this.#propsAt = withDoubleLength(this.#propsAt);
    }
    this.#propsAt[number] = first;
    this.#firsts[number] = first;
    this.#lasts[number] = last;
    return number;
  }

  #numbersOf(project: string): Map<string, number> {
    let numbers = this.#numbers.get(project);
    if (numbers === undefined) {
      numbers = new Map();
      this.#numbers.set(project, numbers);
    }
    return numbers;
  }

  /** Whether all spans of the user so far have the same props as this one, and come from senders of the same kind. */
  #hasOnly(number: number, { user, claimed, removedProps }: UserOnSpan): boolean {
    return (
      removedProps === undefined &&
      this.#removed[number] === undefined &&
      this.#isVerified[number] === !claimed &&
      !this.#merged.has(number) &&
      areSame(this.#props[number], user?.props)
    );
  }

  #mergedOf(number: number): Map<string, PropValue> {
    let merged = this.#merged.get(number);
    if (merged === undefined) {
      merged = this.#propsOf(number);
      this.#merged.set(number, merged);
    }
    return merged;
  }

  /** The props of a user whose spans have the same ones so far. */
  #propsOf(number: number): Map<string, PropValue> {
    const props = new Map<string, PropValue>();
    setAll(props, {
      props: this.#props[number],
      removed: this.#removed[number],
      isClaimed: this.#isVerified[number] !== true,
      atNs: this.#propsAt[number] ?? 0n,
    });
    return props;
  }
}

function areSame(a: SpanProps['props'] = {}, b: SpanProps['props'] = {}): boolean {
  for (const name in a) if (a[name] !== b[name]) return false;
  for (const name in b) if (a[name] !== b[name]) return false;
  return true;
}

function setAll(into: Map<string, PropValue>, { props, removed, isClaimed, atNs }: SpanProps): void {
  for (const name in props) {
    if (Object.hasOwn(props, name)) set(into, name, props[name], atNs, isClaimed);
  }
  for (const name of removed ?? []) set(into, name, null, atNs, isClaimed);
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

/** Compares like the store, and encodes values only if the times are equal. */
function isLater(next: PropValue, before: PropValue): boolean {
  if (next.isClaimed !== before.isClaimed) return before.isClaimed;
  if (next.atNs !== before.atNs) return next.atNs > before.atNs;
  return next.value !== before.value && encode(next) > encode(before);
}
