import type { User } from '@userspan/core';
import { expect, it } from 'vitest';

import type { Cell } from './columns/column.ts';
import { encodeProp, ProfileRows } from './profile-rows.ts';
import type { RowBuffer } from './row-buffer.ts';

type Seen = Parameters<ProfileRows['seen']>;

const NAMES = ['name', 'email', 'plan', '__proto__'];
const VALUES = ['a', 'b', 7, true];

function pick<T>(list: readonly T[]): T {
  const picked = list[Math.floor(Math.random() * list.length)];
  if (picked === undefined) throw new Error('the list is empty');
  return picked;
}

/** The spans of users: most have the same props as the last one. */
function* randomSpans(count: number): Generator<Seen> {
  let props: User['props'] = {};
  for (let made = 0; made < count; made += 1) {
    if (Math.random() < 0.3)
      props = Object.fromEntries(
        NAMES.filter(() => Math.random() < 0.6).map((name) => [name, pick(VALUES)] as const),
      );
    const start = BigInt(Math.floor(Math.random() * 20));
    const onSpan = {
      user: { id: pick(['u', 'v', 'w']), props: { ...props } },
      claimed: Math.random() < 0.1,
      ...(Math.random() < 0.1 ? { removedProps: [pick(NAMES)] } : {}),
    };
    yield [pick(['p', 'q']), onSpan, start, start + BigInt(Math.floor(Math.random() * 5))];
  }
}

/** The cells of each user, by project and id. */
function writtenBy(spans: readonly Seen[]): ReadonlyMap<string, unknown> {
  const profiles = new ProfileRows();
  for (const span of spans) profiles.seen(...span);
  const written = new Map<string, unknown>();
  const rows: Pick<RowBuffer, 'add'> = {
    add: (_, [project, id, first, last, isVerified, name, email, avatar, group, others]: readonly Cell[]) => {
      const named = { name, email, avatar, group };
      written.set(`${project as string} ${id as string}`, {
        first,
        last,
        isVerified,
        props: new Map([
          ...Object.entries(named).filter(([, value]) => value !== ''),
          ...(others as Map<string, string>),
        ]),
      });
    },
  };
  profiles.writeTo(rows as RowBuffer);
  return written;
}

/** The same, with the greatest encoded value of each prop. */
function expectedOf(spans: readonly Seen[]): ReadonlyMap<string, unknown> {
  const found = new Map<
    string,
    { first: bigint; last: bigint; isVerified: number; props: Map<string, string> }
  >();
  for (const [project, { user, claimed, removedProps = [] }, start, end] of spans) {
    const key = `${project} ${user?.id ?? ''}`;
    const known = found.get(key) ?? {
      first: start,
      last: end,
      isVerified: 0,
      props: new Map<string, string>(),
    };
    found.set(key, known);
    if (start < known.first) known.first = start;
    if (end > known.last) known.last = end;
    if (!claimed) known.isVerified = 1;
    const values = [
      ...Object.entries(user?.props ?? {}),
      ...removedProps.map((name) => [name, null] as const),
    ];
    for (const [name, value] of values) {
      const encoded = encodeProp(value, start, claimed);
      if (encoded > (known.props.get(name) ?? '')) known.props.set(name, encoded);
    }
  }
  return found;
}

it('writes the greatest value of each prop, the first and the last time of random spans', () => {
  for (let run = 0; run < 300; run += 1) {
    const spans = [...randomSpans(1 + (run % 40))];
    expect(
      writtenBy(spans),
      JSON.stringify(spans, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).toEqual(expectedOf(spans));
  }
});
