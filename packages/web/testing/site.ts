import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request for something other than the page. */
export interface Visit {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A span as it arrived, its attributes as plain values. */
export interface ArrivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly kind: number;
  readonly status: unknown;
  readonly attributes: Record<string, unknown>;
}

/** A site with one page, a collector at `/v1/traces`, and an API below `/api` that any origin may call. */
export interface Site {
  readonly origin: string;
  readonly visits: Visit[];
  /** What the collector answers: a status, or silence for ever. */
  collector: { status: number; headers?: Record<string, string> };
  spans(): ArrivedSpan[];
  close(): Promise<void>;
}

/** Starts a site whose page runs `script`. */
export async function openSite(script: string): Promise<Site> {
  const visits: Visit[] = [];
  const site = { collector: { status: 200 } as Site['collector'] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      if (path === '/' || path.startsWith('/page')) {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<!doctype html><meta charset=utf-8><div id=root></div><script src=/app.js></script>');
        return;
      }
      if (path === '/app.js') {
        response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' });
        response.end(script);
        return;
      }
      if (path === '/favicon.ico') {
        response.writeHead(204).end();
        return;
      }
      const body = Buffer.concat(chunks).toString('utf8');
      if (method !== 'OPTIONS') visits.push({ method, path, headers, body });
      const cors = {
        'access-control-allow-origin': headers.origin ?? '*',
        'access-control-allow-headers': 'authorization, content-type, traceparent, baggage',
        'access-control-allow-methods': '*',
      };
      const isCollector = path === '/v1/traces' && method === 'POST';
      const status = isCollector ? site.collector.status : path.startsWith('/api/fail') ? 503 : 200;
      response.writeHead(status, { ...cors, ...(isCollector ? site.collector.headers : {}) });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(site, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    spans: () => visits.filter(({ path }) => path === '/v1/traces').flatMap(({ body }) => spansOf(body)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

interface Otlp {
  resourceSpans: {
    scopeSpans: { spans: (Omit<ArrivedSpan, 'attributes'> & { attributes: KeyValue[] })[] }[];
  }[];
}

interface KeyValue {
  key: string;
  value: {
    stringValue?: string;
    intValue?: string;
    doubleValue?: number;
    boolValue?: boolean;
    arrayValue?: { values: KeyValue['value'][] };
  };
}

function spansOf(body: string): ArrivedSpan[] {
  const { resourceSpans } = JSON.parse(body) as Otlp;
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map(({ name, traceId, spanId, kind, status, attributes }) => ({
      name,
      traceId,
      spanId,
      kind,
      status,
      attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)])),
    }));
}

function plain({ stringValue, intValue, doubleValue, boolValue, arrayValue }: KeyValue['value']): unknown {
  if (arrayValue !== undefined) return arrayValue.values.map(plain);
  return stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? doubleValue ?? boolValue;
}
