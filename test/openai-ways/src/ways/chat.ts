import type { Way } from '../way.ts';
import { chat } from '../way.ts';

const WEATHER = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};
const SCHEMA = {
  type: 'json_schema',
  json_schema: {
    name: 'city',
    strict: true,
    schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk';

/** Chat completions that are answered whole. */
export const chatWays: readonly Way[] = [
  { name: 'chat', run: ({ client }) => client.chat.completions.create(chat('Hello there')) },
  {
    name: 'chat with parameters',
    run: ({ client }) =>
      client.chat.completions.create(
        chat('Hello', {
          temperature: 0.2,
          top_p: 0.9,
          max_completion_tokens: 100,
          frequency_penalty: 0.1,
          presence_penalty: 0.2,
          seed: 7,
          stop: ['END'],
          metadata: { a: 'b' },
          store: true,
        }),
      ),
    attributes: {
      'gen_ai.request.temperature': 0.2,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.max_tokens': 100,
      'gen_ai.request.frequency_penalty': 0.1,
      'gen_ai.request.presence_penalty': 0.2,
      'gen_ai.request.seed': 7,
      'gen_ai.request.stop_sequences': ['END'],
    },
  },
  {
    name: 'chat, n > 1',
    run: ({ client }) => client.chat.completions.create(chat('Hello', { n: 3 })),
    attributes: {
      'gen_ai.request.choice.count': 3,
      'gen_ai.response.finish_reasons': ['stop', 'stop', 'stop'],
    },
  },
  {
    name: 'chat with tools',
    run: ({ client }) =>
      client.chat.completions.create(chat('call get_weather {"city":"Oslo"}', { tools: [WEATHER] })),
    attributes: { 'gen_ai.response.finish_reasons': ['tool_calls'] },
  },
  {
    name: 'chat with a JSON schema',
    run: ({ client }) => client.chat.completions.create(chat('Which city?', { response_format: SCHEMA })),
    attributes: { 'gen_ai.output.type': 'json' },
  },
  {
    name: 'chat, JSON object',
    run: ({ client }) =>
      client.chat.completions.create(chat('say {"a":1}', { response_format: { type: 'json_object' } })),
  },
  {
    name: 'chat with audio',
    run: ({ client }) =>
      client.chat.completions.create(
        chat('Say hello', {
          model: 'gpt-4o-audio-preview',
          modalities: ['text', 'audio'],
          audio: { voice: 'alloy', format: 'wav' },
        }),
      ),
    attributes: { 'gen_ai.output.type': 'speech' },
  },
  {
    name: 'chat that hears',
    run: ({ client }) =>
      client.chat.completions.create(
        chat('x', {
          model: 'gpt-4o-audio-preview',
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: '[[audio input 40]]' },
                { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
              ],
            },
          ],
        }),
      ),
    attributes: { 'userspan.usage.audio_input_tokens': 40 },
  },
  {
    name: 'chat that sees',
    run: ({ client }) =>
      client.chat.completions.create(
        chat('x', {
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: 'What is it?' },
                { type: 'image_url', image_url: { url: PIXEL } },
              ],
            },
          ],
        }),
      ),
  },
  {
    name: 'chat with a prediction',
    run: ({ client }) =>
      client.chat.completions.create(
        chat('accepted 10; rejected 4', {
          model: 'gpt-4o',
          prediction: { type: 'content', content: 'Hello' },
        }),
      ),
  },
  {
    name: 'chat, cached input',
    run: ({ client }) => client.chat.completions.create(chat('input 2000; cached 1920')),
    attributes: { 'gen_ai.usage.cache_read.input_tokens': 1920 },
  },
  {
    name: 'chat, cache written',
    run: ({ client }) =>
      client.chat.completions.create(chat('input 3000; cache write 2048', { model: 'gpt-5.6' })),
    attributes: { 'gen_ai.usage.cache_creation.input_tokens': 2048 },
  },
  {
    name: 'chat that reasons',
    run: ({ client }) => client.chat.completions.create(chat('reasoning 64; output 80', { model: 'o3' })),
    attributes: { 'gen_ai.usage.reasoning.output_tokens': 64 },
  },
  {
    name: 'chat, tier asked for',
    run: ({ client }) =>
      client.chat.completions.create(chat('Hello', { model: 'gpt-5', service_tier: 'flex' })),
    attributes: { 'openai.request.service_tier': 'flex', 'openai.response.service_tier': 'flex' },
  },
  {
    name: 'chat, tier of the answer beats the asked one',
    run: ({ client }) =>
      client.chat.completions.create(chat('tier default', { model: 'gpt-5', service_tier: 'flex' })),
    attributes: { 'openai.request.service_tier': 'flex', 'openai.response.service_tier': 'default' },
  },
  {
    name: 'chat, priority',
    run: ({ client }) => client.chat.completions.create(chat('tier priority')),
  },
  {
    name: 'chat, fine-tuned model',
    run: ({ client }) =>
      client.chat.completions.create(chat('Hello', { model: 'ft:gpt-4.1-mini-2025-04-14:org:name:id' })),
  },
  {
    name: 'chat cut by length',
    run: ({ client }) => client.chat.completions.create(chat('finish length')),
    attributes: { 'gen_ai.response.finish_reasons': ['length'] },
  },
  {
    name: 'chat stopped by a filter',
    run: ({ client }) => client.chat.completions.create(chat('finish content_filter')),
  },
  { name: 'chat refused', run: ({ client }) => client.chat.completions.create(chat('refuse')) },
  {
    name: 'chat without usage',
    run: ({ client }) => client.chat.completions.create(chat('no usage')),
    isUsageUnknown: true,
  },
  {
    name: 'chat of a frozen body, twice',
    run: async ({ client }) => {
      const body = Object.freeze({
        ...(chat('Hello', { user: 'u1', userProps: { name: 'Ada' } }) as object),
      });
      return [
        await client.chat.completions.create(body as never),
        await client.chat.completions.create(body as never),
        body,
      ];
    },
    spans: 2,
    attributes: { 'user.id': 'u1', 'user.name': 'Ada' },
  },
  {
    name: 'chat with a user',
    run: ({ client }) => client.chat.completions.create(chat('Hello', { user: 'u42' })),
    attributes: { 'user.id': 'u42' },
  },
  {
    name: 'chat with a safety identifier',
    run: ({ client }) => client.chat.completions.create(chat('Hello', { safety_identifier: 'hash-1' })),
    attributes: { 'user.id': 'hash-1' },
  },
  {
    name: 'chat with a user, props and tags',
    run: ({ client }) =>
      client.chat.completions.create(
        chat('Hello', { user: 'u42', userProps: { name: 'Ada', plan: 'pro', seats: 3 }, tags: ['a', 'b'] }),
      ),
    attributes: {
      'user.id': 'u42',
      'user.name': 'Ada',
      'userspan.user.plan': 'pro',
      'userspan.user.seats': 3,
      'userspan.tags': ['a', 'b'],
    },
  },
];
