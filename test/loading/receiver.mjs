// Receives the spans of an app: Userspan's as OTLP/JSON, and those of another SDK at `/others` or in envelopes of Sentry.
import { createServer } from 'node:http';

export async function startReceiver() {
  const spans = [];
  const others = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    if (request.url.includes('/envelope/')) others.push(...sentrySpans(text));
    else if (request.url.startsWith('/others/v1/traces')) others.push(...otlpSpans(text));
    else if (request.url.startsWith('/v1/traces')) spans.push(...otlpSpans(text).map(attributesOf));
    response.end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    spans,
    /** The names of the other SDK's spans, each with its parent's; a parent that was not sent is `missing`. */
    othersShape: () => shapeOf(others),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function otlpSpans(text) {
  return JSON.parse(text).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans),
  );
}

function attributesOf(span) {
  return Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** The spans of the transactions in an envelope: lines of JSON, a header and a payload for each item. */
function sentrySpans(text) {
  const items = text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  return items
    .filter(({ type, contexts }) => type === 'transaction' && contexts?.trace !== undefined)
    .flatMap(({ transaction, contexts, spans }) => [
      { ...contexts.trace, description: transaction },
      ...spans,
    ])
    .map(({ description, op, span_id: spanId, parent_span_id: parentSpanId }) => ({
      name: `${op} ${description}`,
      spanId,
      parentSpanId,
    }));
}

function shapeOf(spans) {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  const lines = spans.map(
    ({ name, parentSpanId }) => `${name} < ${parentSpanId ? (names.get(parentSpanId) ?? 'missing') : 'none'}`,
  );
  return JSON.stringify(lines.map((line) => line.replaceAll(/:\d{4,5}/g, ':PORT')).toSorted());
}
