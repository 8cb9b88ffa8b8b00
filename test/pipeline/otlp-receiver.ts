import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A received span with flattened attributes. */
export interface ArrivedSpan {
  readonly name: string;
  readonly parent: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

interface WireAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        name: string;
        parentSpanId?: string;
        attributes: readonly WireAttribute[];
      }[];
    }[];
  }[];
}

/** An OTLP/HTTP endpoint that keeps received spans as JSON, like another vendor's collector. */
export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly ArrivedSpan[];
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  /** Sets the status and the delay of the following answers. */
  answer(status: number, afterMs?: number): void;
  close(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ArrivedSpan[] = [];
  const headers: Record<string, unknown>[] = [];
  let status = 200;
  let afterMs = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      headers.push(request.headers);
      if (status === 200 && request.headers['content-type'] === 'application/json')
        spans.push(...readSpans(JSON.parse(Buffer.concat(chunks).toString()) as WireRequest));
      setTimeout(() => {
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      }, afterMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    answer: (nextStatus, nextAfterMs = 0) => {
      status = nextStatus;
      afterMs = nextAfterMs;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readSpans(request: WireRequest): ArrivedSpan[] {
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        name: span.name,
        parent: span.parentSpanId !== undefined,
        attributes: flatten(span.attributes),
        resource: flatten(resource.attributes),
      })),
    ),
  );
}

function flatten(attributes: readonly WireAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
