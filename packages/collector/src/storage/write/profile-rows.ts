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
  /** What one span said: most users of a batch have no second. */
  readonly only: SaidTogether;
  /** What all said, as soon as there are two. */
  props?: Map<string, Said>;
}

/** Everything that a span says about its user. */
interface SaidTogether {
  readonly said: UserOnSpan;
  readonly atNs: bigint;
}

/** The latest word on a prop: what a server said stands above what a browser claims. */
interface Said {
  readonly isClaimed: boolean;
  readonly atNs: bigint;
  readonly value: unknown;
}

const NS_DIGITS = 19;

/**
 * A prop as the store keeps it: `<1 verified, 0 claimed><nanoseconds, 19 digits><JSON>`. The greatest text counts, so
 * the latest event wins whatever the order of arrival, and what a server said stands above what a browser claims.
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

/** Gathers who was seen and what was said about them; one row for each user. */
export class ProfileRows {
  readonly #profiles = new Map<string, Profile>();

  seen(project: string, said: UserOnSpan, startNs: bigint, endNs: bigint): void {
    const { user, claimed } = said;
    if (user === undefined) return;
    const first = boundedNs(startNs);
    // A clock that was set back while the span ran ends it before its start.
    const last = endNs < startNs ? first : boundedNs(endNs);
    const key = `${project}\0${user.id}`;
    const profile = this.#profiles.get(key);
    if (profile === undefined) {
      const only = { said, atNs: first };
      this.#profiles.set(key, { project, id: user.id, first, last, verified: claimed ? 0 : 1, only });
      return;
    }
    if (last > profile.last) profile.last = last;
    if (first < profile.first) profile.first = first;
    if (!claimed) profile.verified = 1;
    profile.props ??= propsOf(profile.only);
    sayAll(profile.props, { said, atNs: first });
  }

  writeTo(rows: RowBuffer): void {
    for (const { project, id, first, last, verified, only, props } of this.#profiles.values()) {
      const encoded = new Map<string, string>();
      for (const [name, said] of props ?? propsOf(only)) encoded.set(name, encode(said));
      const named = NAMED_PROPS.map((name) => encoded.get(name) ?? '');
      for (const name of NAMED_PROPS) encoded.delete(name);
      rows.add('profiles', [project, id, String(first), String(last), verified, ...named, encoded]);
    }
  }
}

function propsOf(only: SaidTogether): Map<string, Said> {
  const props = new Map<string, Said>();
  sayAll(props, only);
  return props;
}

function sayAll(props: Map<string, Said>, { said, atNs }: SaidTogether): void {
  const of = said.user?.props;
  for (const name in of) {
    if (Object.hasOwn(of, name)) say(props, name, of[name], atNs, said.claimed);
  }
  for (const name of said.removedProps ?? []) say(props, name, null, atNs, said.claimed);
}

function encode({ value, atNs, isClaimed }: Said): string {
  return encodeProp(value, atNs, isClaimed);
}

function say(props: Map<string, Said>, name: string, value: unknown, atNs: bigint, isClaimed: boolean): void {
  if (typeof value === 'string' && value.length > MAX_PROP_LENGTH) return;
  const key = boundedName(name);
  const said = { isClaimed, atNs, value };
  const before = props.get(key);
  if (before === undefined && props.size >= MAX_PROPS) return;
  if (before === undefined || isLater(said, before)) props.set(key, said);
}

/** Goes by the texts that the store compares, but makes them only where time does not tell. */
function isLater(said: Said, before: Said): boolean {
  if (said.isClaimed !== before.isClaimed) return before.isClaimed;
  if (said.atNs !== before.atNs) return said.atNs > before.atNs;
  return said.value !== before.value && encode(said) > encode(before);
}
