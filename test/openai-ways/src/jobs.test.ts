import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { identify, UserSpanProcessor } from '@userspan/core';
import { OpenAIInstrumentation } from '@userspan/openai';
import { startOpenAIServer } from '@userspan-test/openai-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { AGENT_CASES } from './jobs/agents.ts';
import { AGENT_SETTING_CASES } from './jobs/agent-settings.ts';
import { CACHE_CASES } from './jobs/cache-life.ts';
import { ASSISTANT_CASES } from './jobs/assistants.ts';
import { EVALUATION_CASES } from './jobs/evaluations.ts';
import type { JobCase, RecordedJob } from './jobs/job-case.ts';
import { POLL_CASES } from './jobs/polls.ts';
import { SEVERAL_USAGE_CASES } from './jobs/several-usages.ts';
import { UNKNOWN_UNIT_CASES } from './jobs/unknown-units.ts';
import { FREE_CASES, UNMETERED_CASES } from './jobs/unmetered.ts';
import { VIDEO_CASES } from './jobs/videos.ts';
import type { OpenAIModule } from './majors.ts';
import { MAJORS, TESTED_MAJORS } from './majors.ts';
import { plain } from './plain.ts';

const JOB_CASES: readonly JobCase[] = [
  ...ASSISTANT_CASES,
  ...VIDEO_CASES,
  ...EVALUATION_CASES,
  ...AGENT_CASES,
  ...AGENT_SETTING_CASES,
  ...CACHE_CASES,
  ...UNKNOWN_UNIT_CASES,
  ...SEVERAL_USAGE_CASES,
  ...POLL_CASES,
  ...UNMETERED_CASES,
  ...FREE_CASES,
];

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  spanProcessors: [new UserSpanProcessor(), new SimpleSpanProcessor(exporter)],
});
const instrumentation = new OpenAIInstrumentation({ enabled: false });

beforeAll(() => {
  provider.register();
  instrumentation.setTracerProvider(provider);
  for (const [, module] of MAJORS) instrumentation.manuallyInstrument(module);
});
afterAll(async () => {
  instrumentation.disable();
  await provider.shutdown();
});

/** The caller's result and the server's requests. */
async function runCase(job: JobCase, major: number, module: OpenAIModule): Promise<unknown> {
  const server = await startOpenAIServer({ script: job.answers });
  const client = new module.OpenAI({
    apiKey: 'sk-test',
    baseURL: server.url,
    logLevel: 'off',
    maxRetries: 0,
  } as never);
  try {
    const result = await identify('u1', {}, () => job.run(client, major)).catch((error: unknown) => error);
    const requests = server.requests.map(({ method, path, body }) => ({
      method,
      path,
      body: body.replaceAll(/-{4,}[\w-]+/g, 'BOUNDARY'),
    }));
    return { result: plain(result), requests };
  } finally {
    await server.close();
  }
}

describe.each(TESTED_MAJORS)('openai %i', (major, module) => {
  const cases = JOB_CASES.filter(({ since = 4 }) => since <= major).map((job) => [job.name, job] as const);

  test.each(cases)('%s', async (_name, job) => {
    const bare = await runCase(job, major, module);
    exporter.reset();
    instrumentation.enable();
    const seen = await runCase(job, major, module).finally(() => instrumentation.disable());
    expect(seen).toEqual(bare);
    const spans = exporter.getFinishedSpans();
    expect(spans.map((span, index) => recorded(span, job.spans[index], spans))).toEqual(job.spans);
    expect(spans.map(({ attributes }) => attributes['user.id'])).toEqual(job.spans.map(() => 'u1'));
  });
});

/** A span in the format of the table. */
function recorded(
  span: ReadableSpan,
  expected: RecordedJob | undefined,
  spans: readonly ReadableSpan[],
): RecordedJob {
  const { attributes, status, name } = span;
  const parent = spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
  const error = status.code === SpanStatusCode.ERROR ? String(attributes['error.type']) : undefined;
  const reason = attributes['userspan.cost.unpriced'];
  const unpriced =
    typeof reason === 'string' && expected?.unpriced !== undefined && reason.includes(expected.unpriced)
      ? expected.unpriced
      : reason;
  const values = {
    name,
    isBelow: parent === undefined ? undefined : true,
    id: attributes['gen_ai.response.id'],
    input: attributes['gen_ai.usage.input_tokens'],
    output: attributes['gen_ai.usage.output_tokens'],
    cached: attributes['gen_ai.usage.cache_read.input_tokens'] || undefined,
    usd: attributes['gen_ai.usage.cost'],
    unpriced,
    error,
    seconds: attributes['userspan.usage.video_seconds'],
  };
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as unknown as RecordedJob;
}
