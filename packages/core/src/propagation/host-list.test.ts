import { SpanKind } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { hostList } from './host-list.ts';
import { peerHost } from './peer-host.ts';

test.each([
  ['internal.example', 'internal.example', true],
  ['internal.example', 'INTERNAL.example.', true],
  ['Internal.Example', 'internal.example', true],
  ['internal.example', 'a.internal.example', false],
  ['*.internal.example', 'a.internal.example', true],
  ['*.internal.example', 'b.a.internal.example', true],
  ['*.internal.example', 'internal.example', false],
  ['*.internal.example', 'evilinternal.example', false],
  ['*.internal.example', '.internal.example', false],
  ['*.internal.example', 'a.internal.example.evil.com', false],
  ['127.0.0.1', '127.0.0.1', true],
  ['[::1]', '::1', true],
  ['localhost', 'localhost', true],
])('the entry %s matches the host %s: %s', (entry, host, held) => {
  const span = {
    kind: SpanKind.CLIENT,
    attributes: { 'server.address': host.includes('::') ? `[${host}]` : host },
    isRecording: () => true,
  };
  const found = peerHost(span as never);
  expect(found !== undefined && hostList([entry])(found)).toBe(held);
});

test.each([
  '*',
  '*.',
  '',
  'http://a.example',
  'a.example:80',
  'a.*.example',
  '*a.example',
  'a b',
  '-a.example',
  7,
  null,
  'a..b',
])('rejects the entry %j', (entry) => {
  expect(() => hostList([entry as string])).toThrow(/send\.to has/);
});

test('rejects values that are not a list', () => {
  expect(() => hostList('a.example' as never)).toThrow(/send\.to must be a list/);
});

const client = SpanKind.CLIENT;
test.each([
  ['server.address', client, { 'server.address': 'a.example' }, 'a.example'],
  ['url.full', client, { 'url.full': 'https://A.example:8443/x?y#z' }, 'a.example'],
  [
    'server.address and url.full',
    client,
    { 'server.address': 'a.example', 'url.full': 'https://a.example/' },
    'a.example',
  ],
  [
    'attribute names of older conventions',
    client,
    { 'net.peer.name': 'a.example', 'http.url': 'http://a.example', 'http.host': 'a.example:80' },
    'a.example',
  ],
  ['IPv6', client, { 'url.full': 'http://[::1]:80/' }, '::1'],
  [
    'two different hosts',
    client,
    { 'server.address': 'a.example', 'url.full': 'https://b.example/' },
    undefined,
  ],
  [
    'a host name in the user information of the URL',
    client,
    { 'url.full': 'https://a.example@b.example/' },
    'b.example',
  ],
  ['a host name after a backslash', client, { 'url.full': 'https://b.example\\@a.example/' }, 'b.example'],
  ['a host name in the path of the URL', client, { 'url.full': 'https://b.example/@a.example' }, 'b.example'],
  ['an invalid URL', client, { 'url.full': '/x', 'server.address': 'a.example' }, undefined],
  ['an address that is not a string', client, { 'server.address': 7 }, undefined],
  ['nothing', client, {}, undefined],
  ['a server span, which has no peer', SpanKind.SERVER, { 'server.address': 'a.example' }, undefined],
  ['an internal span, which has no peer', SpanKind.INTERNAL, { 'server.address': 'a.example' }, undefined],
  ['a producer span', SpanKind.PRODUCER, { 'server.address': 'a.example' }, 'a.example'],
])('reads the host that a span is sent to from %s', (_, kind, attributes, host) => {
  expect(peerHost({ kind, attributes, isRecording: () => true } as never)).toBe(host);
});

test('an unsampled span has no peer host', () => {
  expect(
    peerHost({ kind: client, attributes: { 'server.address': 'a' }, isRecording: () => false } as never),
  ).toBeUndefined();
  expect(peerHost(undefined)).toBeUndefined();
});
