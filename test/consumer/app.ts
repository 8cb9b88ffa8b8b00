// Uses every package that has ESM and CommonJS. formats.mjs compiles and runs it in each module format.
import * as core from '@userspan/core';
import * as semconv from '@userspan/core/semconv';
import * as langchain from '@userspan/langchain';
import * as ledger from '@userspan/ledger';
import * as node from '@userspan/node';
import * as express from '@userspan/node/express';
import * as http from '@userspan/node/http';
import * as openai from '@userspan/openai';
import * as openaiLibrary from 'openai';
import * as pricing from '@userspan/pricing';

interface FinishedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const finished: FinishedSpan[] = [];
const exporter: NonNullable<node.RegisterOptions['exporter']> = {
  export(spans, done): void {
    finished.push(...spans);
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};
const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_767_225_600,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello.', refusal: null } },
  ],
  usage: { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 },
};

async function main(): Promise<void> {
  const users = new ledger.SpanToUserProcessor();
  const registration: node.Registration = node.register({
    exporter,
    flushOnExit: false,
    spanProcessors: [users],
  });
  const client = openai.observeOpenAI(
    new openaiLibrary.OpenAI({
      apiKey: 'sk-test',
      fetch: () =>
        Promise.resolve(
          new Response(JSON.stringify(completion), { headers: { 'content-type': 'application/json' } }),
        ),
    }),
  );
  const ask = core.wrapAgent(
    async (question: string): Promise<string | null | undefined> => {
      const answer = await client.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: question }],
        tags: ['formats'],
      });
      return answer.choices[0]?.message.content;
    },
    { name: 'ask' },
  );
  const run: core.Run<string | null | undefined> = core.identify('u1', { plan: 'pro' }, () => ask('Hi'));
  equal('the answer', await run, 'Hello.');
  await registration.flush();

  const call = finished.find((span) => span.attributes[semconv.ATTR_COST] !== undefined);
  const usage: pricing.Usage = { inputTokens: 19, outputTokens: 10 };
  const cost: pricing.Cost = pricing.priceOf({
    provider: 'openai',
    model: 'gpt-4o-mini',
    usage,
    at: new Date(),
  });
  equal(
    'spans',
    finished
      .map((span) => span.name)
      .sort()
      .join(),
    'chat gpt-4o-mini,invoke_agent ask',
  );
  equal('the user', call?.attributes[semconv.ATTR_USER_ID], 'u1');
  equal('the cost', call?.attributes[semconv.ATTR_COST], 'usd' in cost ? cost.usd : undefined);
  equal(
    'the cost of the user',
    users
      .users()
      .map((user) => `${user.id} ${user.costExact}`)
      .join(),
    'u1 0.00000885',
  );
  equal('the handler', new langchain.UserspanHandler().name, 'userspan');
  equal('the middleware', typeof express.identifyRequest + typeof http.identifyRequest, 'functionfunction');
  await registration.shutdown();
}

function equal(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

void main().then(
  () => console.log('ok'),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
