import type { Span } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';

import { ATTR_SERVER_ADDRESS } from '../semconv.ts';

/** Attributes in which old and new client instrumentations record the host that they are about to call. */
const ADDRESS_ATTRIBUTES = [ATTR_SERVER_ADDRESS, 'net.peer.name', 'http.host'] as const;
const URL_ATTRIBUTES = ['url.full', 'http.url'] as const;

/**
 * The host that a client span is about to call; undefined if it is unknown.
 *
 * It is unknown if the span is not a client span, if it is not sampled (and so has no attributes), or if two attributes
 * disagree. The caller must then treat the host as not allowed.
 */
export function peerHost(span: Span | undefined): string | undefined {
  if (span === undefined || !span.isRecording()) return undefined;
  const { kind, attributes } = span as { kind?: unknown; attributes?: Readonly<Record<string, unknown>> };
  if ((kind !== SpanKind.CLIENT && kind !== SpanKind.PRODUCER) || attributes === undefined) return undefined;
  const addresses = ADDRESS_ATTRIBUTES.map((name) => asUrl(attributes[name]));
  const urls = [...addresses, ...URL_ATTRIBUTES.map((name) => attributes[name])];
  const hosts = new Set(urls.filter((url) => url !== undefined).map(hostOfUrl));
  const [host] = hosts;
  return hosts.size === 1 ? host : undefined;
}

function asUrl(address: unknown): unknown {
  return typeof address === 'string' ? `http://${address}` : address;
}

/** Scheme, optional user information (which may contain an `@`), then an IPv6 address in brackets or a name. */
const URL_HOST = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#\\]*@)?(\[[^\]/?#\\]*\]|[^:/?#\\]+)(?::\d*)?(?:[/?#\\]|$)/i;

/** `undefined` for what is not a URL with a host. */
function hostOfUrl(url: unknown): string | undefined {
  const host = typeof url === 'string' ? URL_HOST.exec(url)?.[1] : undefined;
  return host === undefined ? undefined : normalizeHost(host);
}

/** Converts a host to lower case and removes brackets and a trailing dot. */
export function normalizeHost(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const name = bare.endsWith('.') ? bare.slice(0, -1) : bare;
  return name.toLowerCase();
}
