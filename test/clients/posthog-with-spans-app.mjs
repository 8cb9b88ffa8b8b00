// An application whose calls are recorded twice: by PostHog's client, and by the instrumentation of `openai`.
import { trace } from '@opentelemetry/api';
import { OpenAI } from '@posthog/ai/openai';
import { flush } from '@userspan/node/auto';
import { PostHog } from 'posthog-node';

const { OPENAI_BASE_URL: baseURL, POSTHOG_HOST: host, POSTHOG_KEY: key } = process.env;
const posthog = new PostHog(key, { host, flushAt: 20, flushInterval: 100, before_send: addTraceparent });
const openai = new OpenAI({ apiKey: 'sk-test', baseURL, posthog, maxRetries: 0 });

/** Names the span that an event belongs to, so that an event without an id of the answer counts once, too. */
function addTraceparent(event) {
  const span = trace.getActiveSpan()?.spanContext();
  if (span !== undefined) event.properties.traceparent = `00-${span.traceId}-${span.spanId}-01`;
  return event;
}

/** Runs a request of the application in its span. */
const inRequest = (run) =>
  trace.getTracer('app').startActiveSpan('POST /search', async (span) => {
    await run();
    span.end();
  });
const embed = (input, user) =>
  openai.embeddings.create({ model: 'text-embedding-3-small', input, posthogDistinctId: user });
const ask = (content, user) =>
  openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content }],
    posthogDistinctId: user,
  });

await inRequest(() => ask('input 100; output 10', 'u-chat'));
await inRequest(() => ask('fail 400', 'u-failed').catch(() => undefined));
await inRequest(() => embed('one two three', 'u-embedding'));
await inRequest(() => Promise.all([1, 2, 3].map(() => embed('one two', 'u-concurrent'))));
await inRequest(() =>
  Promise.all([embed('one', 'u-both'), ask('fail 400', 'u-both').catch(() => undefined)]),
);
await embed('one two three four', 'u-no-span');

await posthog.shutdown();
await flush();
