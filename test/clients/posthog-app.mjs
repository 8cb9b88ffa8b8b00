// An unchanged application with PostHog's LLM analytics. `host` and the project's key set where it sends its events.
import { OpenAI } from '@posthog/ai/openai';
import { PostHog } from 'posthog-node';

const { OPENAI_BASE_URL: baseURL, POSTHOG_HOST: host, POSTHOG_KEY: key } = process.env;
const posthog = new PostHog(key, { host, flushAt: 20, flushInterval: 100 });
const openai = new OpenAI({ apiKey: 'sk-test', baseURL, posthog, maxRetries: 0 });
const ask = (content, more = {}) =>
  openai.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }], ...more });

await ask('input 100; output 10; cached 40', {
  posthogDistinctId: 'u-user',
  posthogProperties: {
    $ai_session_id: 'thread-1',
    $set: { name: 'Ada', email: 'ada@example.com', plan: 'pro' },
  },
  posthogGroups: { company: 'acme' },
});

/** @type {AsyncIterable<unknown>} */
const stream = await ask('input 70; output 7', {
  posthogDistinctId: 'u-stream',
  stream: true,
  stream_options: { include_usage: true },
});
for await (const _chunk of stream);

await ask('fail 400', { posthogDistinctId: 'u-failed' }).catch(() => undefined);
await ask('input 60; output 6', { posthogTraceId: 'trace-of-no-user' });

await openai.embeddings.create({
  model: 'text-embedding-3-small',
  input: 'one two three',
  posthogDistinctId: 'u-embedding',
});

// Events that an application captures itself: a trace with a span that contains a generation.
posthog.capture({
  distinctId: 'u-trace',
  event: '$ai_generation',
  properties: {
    $ai_trace_id: 'trace-2',
    $ai_parent_id: 'span-2',
    $ai_model: 'gpt-4o-mini',
    $ai_provider: 'openai',
    $ai_input_tokens: 10,
    $ai_output_tokens: 1,
    $ai_latency: 0.5,
  },
});
posthog.capture({
  distinctId: 'u-trace',
  event: '$ai_span',
  properties: {
    $ai_trace_id: 'trace-2',
    $ai_span_id: 'span-2',
    $ai_parent_id: 'trace-2',
    $ai_span_name: 'lookup',
    $ai_latency: 0.7,
  },
});
posthog.capture({
  distinctId: 'u-trace',
  event: '$ai_trace',
  properties: { $ai_trace_id: 'trace-2', $ai_span_name: 'answer', $ai_latency: 0.9 },
});
posthog.capture({ distinctId: 'u-trace', event: 'a purchase', properties: { amount: 7 } });

await posthog.shutdown();
