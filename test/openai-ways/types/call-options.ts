// Compiled, not run, with each major version of openai, as ESM and as CommonJS: the call options of Userspan.
import OpenAI from 'openai';
import { observeOpenAI, OpenAIInstrumentation } from '@userspan/openai';
import type { CallOptions } from '@userspan/openai';

const client = observeOpenAI(new OpenAI({ apiKey: 'k' }), { userId: 'u', userProps: { plan: 'pro' } });
export const instrumentation = new OpenAIInstrumentation({ captureContent: true });
declare const file: File;

const stated = {
  userProps: { name: 'Ada', seats: 3, isAdmin: true },
  tags: ['checkout'],
} satisfies CallOptions;
const messages = [{ role: 'user' as const, content: 'Hello' }];
const model = 'gpt-4o-mini';

export const calls = {
  chat: client.chat.completions.create({ model, messages, user: 'u', ...stated }),
  written: client.chat.completions.create({ model, messages, userProps: { name: 'Ada' }, tags: ['a'] }),
  chatStream: client.chat.completions.create({ model, messages, stream: true, userProps: null, tags: null }),
  response: client.responses.create({ model, input: 'Hello', userProps: { name: 'Ada' }, tags: ['a'] }),
  responseStream: client.responses.create({ model, input: 'Hello', stream: true, tags: ['a'] }),
  completion: client.completions.create({ model, prompt: 'Hello', userProps: { name: 'Ada' } }),
  embedding: client.embeddings.create({ model, input: 'Hello', tags: ['a'] }),
  moderation: client.moderations.create({ input: 'Hello', tags: ['a'] }),
  speech: client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'Hello', tags: ['a'] }),
  transcription: client.audio.transcriptions.create({ model: 'whisper-1', file, tags: ['a'] }),
  translation: client.audio.translations.create({ model: 'whisper-1', file, tags: ['a'] }),
  // Spread, which openai 4 requires; `pictures.ts` has the newer form.
  picture: client.images.generate({ prompt: 'a cat', ...stated }),
  edit: client.images.edit({ image: file, prompt: 'a hat', ...stated }),
  variation: client.images.createVariation({ image: file, tags: ['a'] }),
};

// The result has the library's own type, as without Userspan.
export const answer: Promise<OpenAI.Chat.ChatCompletion> = calls.chat;
export const chunks: Promise<AsyncIterable<OpenAI.Chat.ChatCompletionChunk>> = calls.chatStream;
export const pictures: Promise<OpenAI.Images.ImagesResponse> = calls.picture;
export const edited: Promise<OpenAI.Images.ImagesResponse> = calls.edit;
export const raw: Promise<{ data: OpenAI.Images.ImagesResponse }> = calls.picture.withResponse();
export const params: Parameters<typeof client.images.generate>[0] = { prompt: 'a cat' };

export const mistakes = [
  // @ts-expect-error -- tags are a list
  client.chat.completions.create({ model, messages, tags: 'checkout' }),
  // @ts-expect-error -- props are an object
  client.chat.completions.create({ model, messages, userProps: 'Ada' }),
  // @ts-expect-error -- nothing else becomes possible
  client.chat.completions.create({ model, messages, userprops: { name: 'Ada' } }),
  // @ts-expect-error -- what the library asks for is still asked for
  client.chat.completions.create({ model, tags: ['a'] }),
  // @ts-expect-error -- tags are texts
  client.responses.create({ model, input: 'Hello', tags: [1] }),
  // @ts-expect-error -- what the library asks for is still asked for
  client.images.generate({ ...stated }),
  // @ts-expect-error -- models are listed for no user
  client.models.list({ tags: ['a'] }),
  // @ts-expect-error -- an option that there is not
  new OpenAIInstrumentation({ capture: true }),
];
