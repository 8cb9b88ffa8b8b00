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
  readonly props: Map<string, string>;
}

const NS_DIGITS = 19;
const MAX_PROPS = 64;
const MAX_VALUE = 4096;

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
    const { user } = said;
    if (user === undefined) return;
    const profile = this.#profile(project, user.id, boundedNs(startNs));
    const last = boundedNs(endNs);
    if (last > profile.last) profile.last = last;
    if (boundedNs(startNs) < profile.first) profile.first = boundedNs(startNs);
    if (!said.claimed) profile.verified = 1;
    for (const name in user.props) {
      if (Object.hasOwn(user.props, name)) this.#say(profile, name, user.props[name], startNs, said.claimed);
    }
    for (const name of said.removedProps ?? []) this.#say(profile, name, null, startNs, said.claimed);
  }

  writeTo(rows: RowBuffer): void {
    for (const { project, id, first, last, verified, props } of this.#profiles.values()) {
      const named = NAMED_PROPS.map((name) => props.get(name) ?? '');
      const others = [...props].filter(([name]) => !(NAMED_PROPS as readonly string[]).includes(name));
      rows.add('profiles', [project, id, String(first), String(last), verified, ...named, new Map(others)]);
    }
  }

  #profile(project: string, id: string, atNs: bigint): Profile {
    const key = `${project}\0${id}`;
    let profile = this.#profiles.get(key);
    if (profile === undefined) {
      profile = { project, id, first: atNs, last: atNs, verified: 0, props: new Map() };
      this.#profiles.set(key, profile);
    }
    return profile;
  }

  #say(profile: Profile, name: string, value: unknown, atNs: bigint, isClaimed: boolean): void {
    if (typeof value === 'string' && value.length > MAX_VALUE) return;
    const key = boundedName(name);
    const said = encodeProp(value, atNs, isClaimed);
    const before = profile.props.get(key);
    if (before === undefined && profile.props.size >= MAX_PROPS) return;
    if (before === undefined || said > before) profile.props.set(key, said);
  }
}
