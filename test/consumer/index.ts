// An app that has only the published packages. It checks the types of every public entry. It is compiled, but not run.
import { explain, parsePrices, priceOf } from '@userspan/pricing';
import type { Cost, Usage } from '@userspan/pricing';
import {
  currentUser,
  identify,
  openThread,
  trackFeedback,
  UserPropagator,
  UserSpanProcessor,
  wrapAgent,
} from '@userspan/core';
import { CostSpanProcessor, SpanToUserProcessor } from '@userspan/ledger';
import { observeOpenAI, OpenAIInstrumentation } from '@userspan/openai';
import { flushAfter, register } from '@userspan/node';
import '@userspan/node/auto';
import { startCollector } from '@userspan/collector';
import { UserspanHandler } from '@userspan/langchain';
import { init, openThread as openPageThread, tracedFetch } from '@userspan/web';
import type { Userspan } from '@userspan/web';
import { useIdentify, useThread, useUserspan } from '@userspan/web/react';
import { propagation } from '@opentelemetry/api';
import OpenAI from 'openai';

const usage: Usage = { inputTokens: 19, outputTokens: 10 };
const cost: Cost = priceOf(
  { provider: 'openai', model: 'gpt-4o-mini', usage, at: new Date() },
  parsePrices({}),
);
export const line: string = explain(cost);

export const processors = [new UserSpanProcessor(), new CostSpanProcessor({}), new SpanToUserProcessor()];
export const propagator = new UserPropagator({
  inject() {},
  extract: (context) => context,
  fields: () => [],
});
propagation.setGlobalPropagator(propagator);

const client = observeOpenAI(new OpenAI({ apiKey: 'k' }), { userId: 'u', userProps: { plan: 'pro' } });
export const answer: Promise<OpenAI.Chat.ChatCompletion> = identify('u', { name: 'N' }, () =>
  client.chat.completions.create({
    model: 'm',
    messages: [],
    user: 'u',
    userProps: { name: 'N' },
    tags: ['t'],
  }),
);
export const stated: boolean = identify('u');
export const id: string | undefined = currentUser()?.id;

const agent = wrapAgent(async (question: string) => question.length);
export const run: Promise<number> = agent('q').identify('u', { email: 'e' });
const thread = openThread({ userId: 'u', userProps: { name: 'N' } });
export const message: string = thread.trackMessage({ role: 'user', content: 'hello' });
trackFeedback(message, { thumb: 'up' });

const userspan = register({ instrumentations: [new OpenAIInstrumentation({ streamUsage: 'observe' })] });
export const response: Promise<string> = flushAfter(userspan, Promise.resolve('r'));
export { startCollector };

export const handler = new UserspanHandler({ captureContent: false, prices: parsePrices({}) });
export const page: Userspan = init({ endpoint: 'https://userspan.example.com', sendUserTo: [] });
export const messageId: string = openPageThread({ id: 't' }).trackMessage({ role: 'user' });
export const traced: Promise<Response> = tracedFetch('https://api.example.com');
export function Page(): string {
  useUserspan({ endpoint: '/' });
  useIdentify(null);
  return useThread().id;
}
