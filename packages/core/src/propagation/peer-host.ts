import type { Span } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';

import { ATTR_SERVER_ADDRESS } from '../semconv.ts';

/** Attributes in which client instrumentations, new and old, record the host that they are about to call. */
const ADDRESS_ATTRIBUTES = [ATTR_SERVER_ADDRESS, 'net.peer.name', 'http.host'] as const;
const URL_ATTRIBUTES = ['url.full', 'http.url'] as const;

/**
 * The host that a client span is about to call; undefined when it cannot be known.
 *
 * Undefined for a span that is no client, for an unsampled one (it has no attributes), and when two attributes
 * disagree: the caller must then assume the worst.
 */
export function peerHost(span: Span | undefined): string | undefined {
  if (span === undefined || !span.isRecording()) return undefined;
  const { kind, attributes } = span as { kind?: unknown; attributes?: Readonly<Record<string, unknown>> };
  if ((kind !== SpanKind.CLIENT && kind !== SpanKind.PRODUCER) || attributes === undefined) return undefined;
  let host: string | undefined;
  for (const name of ADDRESS_ATTRIBUTES) {
    const address = attributes[name];
    if (address === undefined) continue;
    const named = typeof address === 'string' ? hostOfUrl(`http://${address}`) : undefined;
    if (named === undefined || (host !== undefined && host !== named)) return undefined;
    host = named;
  }
  for (const name of URL_ATTRIBUTES) {
    const url = attributes[name];
    if (url === undefined) continue;
    const named = typeof url === 'string' ? hostOfUrl(url) : undefined;
    if (named === undefined || (host !== undefined && host !== named)) return undefined;
    host = named;
  }
  return host;
}

/** Scheme, optional user information (which may hold an `@` of its own), then an IPv6 address in brackets or a name. */
const URL_HOST = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#\\]*@)?(\[[^\]/?#\\]*\]|[^:/?#\\]+)(?::\d*)?(?:[/?#\\]|$)/i;

function hostOfUrl(url: string): string | undefined {
  const host = URL_HOST.exec(url)?.[1];
  return host === undefined ? undefined : normalizeHost(host);
}

/** Lower case, without brackets and without the dot that may close a full name. */
export function normalizeHost(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const name = bare.endsWith('.') ? bare.slice(0, -1) : bare;
  return name.toLowerCase();
}
