import type { UserProp } from '@userspan/core';
import type { Span } from '../span.ts';
import type { UserOnSpan } from './user-of.ts';

/** Most props that a profile keeps; the ones said last stay. */
const MAX_PROFILE_PROPS = 256;

/** A prop as it was said last. */
export interface ProfileProp {
  /** `null` where it was taken back. */
  readonly value: UserProp | null;
  /** When it was said: start of the span, nanoseconds since the Unix epoch. */
  readonly atUnixNano: bigint;
  /** Only a browser said so. */
  readonly claimed: boolean;
}

/** What is known of a user, as far as spans have said it. */
export interface Profile {
  readonly userId: string;
  readonly firstSeenUnixNano: bigint;
  readonly lastSeenUnixNano: bigint;
  /** A server has named this user at least once. */
  readonly verified: boolean;
  readonly props: ReadonlyMap<string, ProfileProp>;
}

/** What one span says of its user; `undefined` when it names none. A user is seen from its start to its end. */
export function profileOf(
  span: Pick<Span, 'startTimeUnixNano' | 'endTimeUnixNano'>,
  said: UserOnSpan,
): Profile | undefined {
  const { user, claimed, removedProps = [] } = said;
  if (user === undefined) return undefined;
  const at = span.startTimeUnixNano;
  const props = new Map<string, ProfileProp>();
  for (const [name, value] of Object.entries(user.props)) props.set(name, { value, atUnixNano: at, claimed });
  for (const name of removedProps) props.set(name, { value: null, atUnixNano: at, claimed });
  const end = span.endTimeUnixNano > at ? span.endTimeUnixNano : at;
  return { userId: user.id, firstSeenUnixNano: at, lastSeenUnixNano: end, verified: !claimed, props };
}

/**
 * Puts two profiles of one user together. The order does not matter, and neither does saying a thing twice.
 *
 * Each prop is as it was said last by the time of the event; what a server said beats what a browser claims, whenever it
 * was said. `lastSeen` never goes backwards, `firstSeen` never forwards.
 */
export function mergeProfiles(first: Profile, second: Profile): Profile {
  const merged = openProfile(first);
  absorb(merged, second);
  return merged;
}

/** A profile that others can be put into. */
export interface OpenProfile extends Profile {
  userId: string;
  firstSeenUnixNano: bigint;
  lastSeenUnixNano: bigint;
  verified: boolean;
  props: Map<string, ProfileProp>;
}

/** A copy that others can be put into. */
export function openProfile(profile: Profile): OpenProfile {
  return { ...profile, props: new Map(profile.props) };
}

/** As {@link mergeProfiles}, in place: for what merges a profile with every span. */
export function absorb(profile: OpenProfile, more: Profile): void {
  if (more.userId < profile.userId) profile.userId = more.userId;
  if (more.firstSeenUnixNano < profile.firstSeenUnixNano) profile.firstSeenUnixNano = more.firstSeenUnixNano;
  if (more.lastSeenUnixNano > profile.lastSeenUnixNano) profile.lastSeenUnixNano = more.lastSeenUnixNano;
  profile.verified ||= more.verified;
  for (const [name, prop] of more.props) {
    const known = profile.props.get(name);
    if (known === undefined || isNewer(prop, known)) profile.props.set(name, prop);
  }
  if (profile.props.size > MAX_PROFILE_PROPS) profile.props = keepLatest(profile.props);
}

/** The props that stand: the removed ones are left out. */
export function currentProps(profile: Profile): Readonly<Record<string, UserProp>> {
  const standing: [string, UserProp][] = [];
  for (const [name, { value }] of profile.props) if (value !== null) standing.push([name, value]);
  return Object.fromEntries(standing.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A total order, so that any two agree on who is newer. */
function isNewer(prop: ProfileProp, known: ProfileProp): boolean {
  if (prop.claimed !== known.claimed) return known.claimed;
  if (prop.atUnixNano !== known.atUnixNano) return prop.atUnixNano > known.atUnixNano;
  return rank(prop.value) > rank(known.value);
}

function rank(value: UserProp | null): string {
  return `${typeof value}:${String(value)}`;
}

function keepLatest(props: ReadonlyMap<string, ProfileProp>): Map<string, ProfileProp> {
  const latest = [...props].sort(([aName, a], [bName, b]) => {
    if (isNewer(a, b)) return -1;
    if (isNewer(b, a)) return 1;
    return aName < bName ? -1 : 1;
  });
  return new Map(latest.slice(0, MAX_PROFILE_PROPS));
}
