import type { IncomingMessage } from 'node:http';

const ABSOLUTE_TARGET = /^https?:\/\/([^/?#]*)(.*)$/i;

/**
 * The path and query of a request's target. Where a client sends a whole URL, as clients of proxies do, the host in it takes
 * the place of the `Host` header before anything is decided by that: RFC 9112, section 3.2.2.
 */
export function takeTargetHost({ url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const [, host, rest = ''] = ABSOLUTE_TARGET.exec(url) ?? [];
  if (host === undefined) return url;
  headers.host = host;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
