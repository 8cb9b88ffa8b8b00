import { describe, expect, it } from 'vitest';
import { USED, resolved } from '../../testing/make-trace.ts';
import type { ShortSpan } from '../../testing/make-trace.ts';

const call = USED;

const CASES: readonly { name: string; spans: readonly ShortSpan[]; expected: Record<string, string> }[] = [
  {
    name: 'a user on the call itself takes precedence over all others',
    spans: [
      { id: 'r', user: 'root' },
      { id: 'c', parent: 'r', user: 'own', call },
    ],
    expected: { 't:c': 'counted, own, own' },
  },
  {
    name: 'the nearest ancestor takes precedence',
    spans: [
      { id: 'r', user: 'root' },
      { id: 'm', parent: 'r', user: 'near' },
      { id: 'n', parent: 'm' },
      { id: 'c', parent: 'n', call },
    ],
    expected: { 't:c': 'counted, near, ancestor' },
  },
  {
    name: 'the only user of the trace, if no ancestor names one',
    spans: [{ id: 'r' }, { id: 's', parent: 'r', user: 'only' }, { id: 'c', parent: 'r', call }],
    expected: { 't:c': 'counted, only, trace' },
  },
  {
    name: 'no user, if the trace names two',
    spans: [
      { id: 'r' },
      { id: 's', parent: 'r', user: 'one' },
      { id: 'x', parent: 'r', user: 'two' },
      { id: 'c', parent: 'r', call },
    ],
    expected: { 't:c': 'counted, none' },
  },
  {
    name: 'no user at all',
    spans: [{ id: 'c', call }],
    expected: { 't:c': 'counted, none' },
  },
  {
    name: 'a parent that was not received (yet)',
    spans: [
      { id: 'c', parent: 'missing', call },
      { id: 's', parent: 'other', user: 'only' },
    ],
    expected: { 't:c': 'counted, only, trace' },
  },
  {
    name: 'a verified ancestor takes precedence over a claim on the call',
    spans: [
      { id: 'r', user: 'real' },
      { id: 'c', parent: 'r', user: 'stated', claimed: true, call },
    ],
    expected: { 't:c': 'counted, real, claimed, ancestor' },
  },
  {
    name: 'a verified user anywhere in the trace takes precedence over a claim on the call',
    spans: [
      { id: 'r' },
      { id: 's', parent: 'r', user: 'real' },
      { id: 'c', parent: 'r', user: 'stated', claimed: true, call },
    ],
    expected: { 't:c': 'counted, real, claimed, trace' },
  },
  {
    name: 'a verified user of the trace takes precedence over a nearer claim',
    spans: [
      { id: 'r', user: 'real' },
      { id: 'm', parent: 'r', user: 'stated', claimed: true },
      { id: 'c', parent: 'm', call },
    ],
    expected: { 't:c': 'counted, real, trace' },
  },
  {
    name: 'a claim counts if the trace has two verified users',
    spans: [
      { id: 'r', user: 'stated', claimed: true },
      { id: 's', parent: 'r', user: 'one' },
      { id: 'x', parent: 'r', user: 'two' },
      { id: 'c', parent: 'r', call },
    ],
    expected: { 't:c': 'counted, stated, claimed, ancestor' },
  },
  {
    name: 'the only user of the trace may be claimed',
    spans: [
      { id: 'r' },
      { id: 's', parent: 'r', user: 'stated', claimed: true },
      { id: 'c', parent: 'r', call },
    ],
    expected: { 't:c': 'counted, stated, claimed, trace' },
  },
  {
    name: 'an id that is claimed and verified is one user',
    spans: [
      { id: 'r' },
      { id: 's', parent: 'r', user: 'u', claimed: true },
      { id: 'x', parent: 'r', user: 'u' },
      { id: 'c', parent: 'r', call },
    ],
    expected: { 't:c': 'counted, u, trace' },
  },
  {
    name: 'spans that are their own ancestors',
    spans: [
      { id: 'a', parent: 'b', user: 'u' },
      { id: 'b', parent: 'a' },
      { id: 'c', parent: 'b', call },
      { id: 'd', parent: 'd', call: { ...USED, models: ['other'] } },
    ],
    expected: { 't:c': 'counted, u, trace', 't:d': 'counted, u, trace' },
  },
  {
    name: 'user_none on the call, below a user',
    spans: [
      { id: 'r', user: 'u' },
      { id: 'c', parent: 'r', none: true, call },
    ],
    expected: { 't:c': 'counted, user_none' },
  },
  {
    name: 'user_none on an ancestor takes precedence over the trace’s only user',
    spans: [
      { id: 'r', user: 'u' },
      { id: 'n', parent: 'r', none: true },
      { id: 'c', parent: 'n', call },
    ],
    expected: { 't:c': 'counted, user_none' },
  },
  {
    name: 'a user below user_none',
    spans: [
      { id: 'n', none: true },
      { id: 'm', parent: 'n', user: 'u' },
      { id: 'c', parent: 'm', call },
    ],
    expected: { 't:c': 'counted, u, ancestor' },
  },
  {
    name: 'the resource, after every ancestor',
    spans: [
      { id: 'r', user: 'u', resourceUser: 'host' },
      { id: 'c', parent: 'r', resourceUser: 'host', call },
      { id: 'd', resourceUser: 'host', call: { ...USED, startMs: 9000, endMs: 9001 } },
    ],
    expected: { 't:c': 'counted, u, ancestor', 't:d': 'counted, host, resource' },
  },
  {
    name: 'user_none takes precedence over the resource',
    spans: [{ id: 'c', none: true, resourceUser: 'host', call }],
    expected: { 't:c': 'counted, user_none' },
  },
  {
    name: 'the resource of another process, as the trace’s only user',
    spans: [
      { id: 'r', resourceUser: 'host' },
      { id: 'c', parent: 'r', call },
    ],
    expected: { 't:c': 'counted, host, trace' },
  },
  {
    name: 'the thread of the nearest ancestor, even if it has another user',
    spans: [
      { id: 'r', user: 'u', thread: 'far' },
      { id: 'm', parent: 'r', thread: 'near' },
      { id: 'c', parent: 'm', call },
    ],
    expected: { 't:c': 'counted, u, ancestor, thread near' },
  },
  {
    name: 'users of another trace do not count',
    spans: [
      { id: 'c', call },
      { id: 's', in: 'other', user: 'u' },
    ],
    expected: { 't:c': 'counted, none' },
  },
  {
    name: 'one span delivered twice',
    spans: [
      { id: 'r', user: 'u' },
      { id: 'c', parent: 'r', call },
      { id: 'c', parent: 'r', call },
      { id: 'r', user: 'u' },
    ],
    expected: { 't:c': 'counted, u, ancestor' },
  },
];

describe('the owner of a call', () => {
  it.each(CASES)('$name', ({ spans, expected }) => {
    expect(resolved(spans)).toEqual(expected);
    expect(resolved(spans.toReversed())).toEqual(expected);
  });
});
