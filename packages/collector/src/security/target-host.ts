import type { IncomingMessage } from 'node:http';

const ABSOLUTE_TARGET = /^https?:\/\/([^/?#]*)(.*)$/i;

/**
 * The path and query of a request's target. If a client sends a full URL, as clients of proxies do, its host replaces
 * the `Host` header before any decision (RFC 9112, section 3.2.2).
 */
export function takeTargetHost({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const [, host, rest = ''] = ABSOLUTE_TARGET.exec(url) ?? [];
  if (host === undefined) return url;
  headers.host = host;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
