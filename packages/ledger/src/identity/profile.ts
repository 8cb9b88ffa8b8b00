import type { UserProp } from '@userspan/core';
import type { Span } from '../span.ts';
import type { UserOnSpan } from './user-of.ts';

/** Maximum number of props of a profile; the latest are kept. */
const MAX_PROFILE_PROPS = 256;

/** The latest value of a prop. */
export interface ProfileProp {
  /** `null` if it was removed. */
  readonly value: UserProp | null;
  /** Start of the span that set it, nanoseconds since the Unix epoch. */
  readonly atUnixNano: bigint;
  /** Whether an unverified sender set it. */
  readonly claimed: boolean;
}

/** What spans tell about a user. */
export interface Profile {
  readonly userId: string;
  readonly firstSeenUnixNano: bigint;
  readonly lastSeenUnixNano: bigint;
  /** Whether a verified sender has named this user at least once. */
  readonly verified: boolean;
  readonly props: ReadonlyMap<string, ProfileProp>;
}

/**
 * What one span tells about its user; `undefined` if it names none. The user is seen from the span's start to its end.
 */
export function profileOf(
  span: Pick<Span, 'startTimeUnixNano' | 'endTimeUnixNano'>,
  onSpan: UserOnSpan,
): Profile | undefined {
  const { user, claimed, removedProps = [] } = onSpan;
  if (user === undefined) return undefined;
  const at = span.startTimeUnixNano;
  const props = new Map<string, ProfileProp>();
  for (const [name, value] of Object.entries(user.props)) props.set(name, { value, atUnixNano: at, claimed });
  for (const name of removedProps) props.set(name, { value: null, atUnixNano: at, claimed });
  const end = span.endTimeUnixNano > at ? span.endTimeUnixNano : at;
  return { userId: user.id, firstSeenUnixNano: at, lastSeenUnixNano: end, verified: !claimed, props };
}

/**
 * Merges two profiles of one user. Neither the order nor repetition matters.
 *
 * Each prop has the value of its latest span. A verified value takes precedence over a claimed one of any time.
 * `lastSeen` only increases, `firstSeen` only decreases.
 */
export function mergeProfiles(first: Profile, second: Profile): Profile {
  const merged = openProfile(first);
  absorb(merged, second);
  return merged;
}

/** A mutable profile, into which others can be merged. */
export interface OpenProfile extends Profile {
  userId: string;
  firstSeenUnixNano: bigint;
  lastSeenUnixNano: bigint;
  verified: boolean;
  props: Map<string, ProfileProp>;
}

/** A mutable copy of a profile. */
export function openProfile(profile: Profile): OpenProfile {
  return { ...profile, props: new Map(profile.props) };
}

/** As {@link mergeProfiles}, in place. For callers that merge a profile for every span. */
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

/** The current props, without removed ones. */
export function currentProps(profile: Profile): Readonly<Record<string, UserProp>> {
  const standing: [string, UserProp][] = [];
  for (const [name, { value }] of profile.props) if (value !== null) standing.push([name, value]);
  return Object.fromEntries(standing.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a prop replaces another. A total order, so that the result does not depend on the order of arrival. */
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
