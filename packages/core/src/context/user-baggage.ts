import type { Baggage, Context } from '@opentelemetry/api';
import { propagation } from '@opentelemetry/api';

import { LazyBaggage } from './lazy-baggage.ts';
import { ATTR_USER_EMAIL, ATTR_USER_HASH, ATTR_USER_ID, ATTR_USER_NAME } from '../semconv.ts';

/** At most half of the 8,192 bytes and 64 members that W3C guarantees, so that there is room for other members. */
const MAX_BYTES = 4096;
const MAX_MEMBERS = 32;

/** Names and values, side by side. */
export interface MemberList {
  readonly names: readonly string[];
  readonly values: readonly (string | number | boolean)[];
}

/** Whether a baggage member is one of ours. Everything below `userspan.` is. */
export function isUserMember(name: string): boolean {
  return (
    name === ATTR_USER_ID ||
    name === ATTR_USER_NAME ||
    name === ATTR_USER_EMAIL ||
    name === ATTR_USER_HASH ||
    name.startsWith('userspan.')
  );
}

/** The context without our members; others stay, metadata included. The same context when there are none of ours. */
export function withoutUserMembers(context: Context): Context {
  const baggage = propagation.getBaggage(context);
  if (baggage === undefined) return context;
  const kept = withoutUser(baggage);
  if (kept === baggage) return context;
  return kept === undefined ? propagation.deleteBaggage(context) : propagation.setBaggage(context, kept);
}

/**
 * A context whose members of ours are exactly these. Members on which a propagator could fail are left out, never
 * shortened.
 *
 * The baggage is created when it is read. `isAllowed` is called at each read; if it returns false, our members are left
 * out.
 */
export function withUserMembers(
  context: Context,
  members: MemberList,
  isAllowed: () => boolean = () => true,
): Context {
  const before = propagation.getBaggage(context);
  const others = (): Baggage | undefined => (before === undefined ? undefined : withoutUser(before));
  const baggage = new LazyBaggage(
    () => joined(others(), members),
    () => others() ?? propagation.createBaggage(),
    isAllowed,
  );
  return propagation.setBaggage(context, baggage);
}

/** Our members in a baggage, by name. */
export function userMembers(baggage: Baggage | undefined): Record<string, string> {
  const members: Record<string, string> = Object.create(null) as Record<string, string>;
  if (baggage === undefined) return members;
  for (const [name, entry] of baggage.getAllEntries()) if (isUserMember(name)) members[name] = entry.value;
  return members;
}

/** The context with one more member. */
export function addMember(context: Context, name: string, value: string): Context {
  const baggage = propagation.getBaggage(context) ?? propagation.createBaggage();
  return propagation.setBaggage(context, baggage.setEntry(name, { value }));
}

function joined(others: Baggage | undefined, { names, values }: MemberList): Baggage {
  let baggage = others ?? propagation.createBaggage();
  let bytes = 0;
  let count = 0;
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] as string;
    const value = String(values[i]);
    const size = encodedLength(name) + encodedLength(value) + 2;
    if (value.length === 0 || Number.isNaN(size) || bytes + size > MAX_BYTES || count === MAX_MEMBERS)
      continue;
    bytes += size;
    count += 1;
    baggage = baggage.setEntry(name, { value });
  }
  return baggage;
}

/** The baggage without our members: undefined if no member is left, the same object if none was ours. */
function withoutUser(baggage: Baggage): Baggage | undefined {
  const entries = baggage.getAllEntries();
  const ours: string[] = [];
  for (const [name] of entries) if (isUserMember(name)) ours.push(name);
  if (ours.length === 0) return baggage;
  return ours.length === entries.length ? undefined : baggage.removeEntries(...ours);
}

/**
 * Bytes after percent-encoding; NaN if the string has a control character or lone surrogate, on which propagators
 * throw.
 */
function encodedLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f) return Number.NaN;
    if (unit < 0x80) bytes += isUnreserved(unit) ? 1 : 3;
    else if (unit < 0x800) bytes += 6;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 9;
    else {
      const next = text.charCodeAt(i + 1);
      if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return Number.NaN;
      bytes += 12;
      i += 1;
    }
  }
  return bytes;
}

function isUnreserved(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a);
}
