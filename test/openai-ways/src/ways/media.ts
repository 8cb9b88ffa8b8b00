import type { Ground, Way } from '../way.ts';
import { all, MODEL } from '../way.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

function picture({ module }: Ground): Promise<never> {
  return module.toFile(PNG, 'a.png', { type: 'image/png' }) as never;
}

function sound({ module }: Ground): Promise<never> {
  return module.toFile(Buffer.alloc(20_000), 'a.wav', { type: 'audio/wav' }) as never;
}

/** Embeddings, legacy completions, moderations, pictures and sound. */
export const mediaWays: readonly Way[] = [
  {
    name: 'embedding',
    run: ({ client }) => client.embeddings.create({ model: 'text-embedding-3-small', input: 'Hello' }),
  },
  {
    name: 'embedding, float',
    run: ({ client }) =>
      client.embeddings.create({
        model: 'text-embedding-3-small',
        input: 'Hello',
        encoding_format: 'float',
        dimensions: 8,
        user: 'u5',
      }),
    attributes: { 'gen_ai.embeddings.dimension.count': 8, 'user.id': 'u5' },
  },
  {
    name: 'embedding, base64',
    run: ({ client }) =>
      client.embeddings.create({
        model: 'text-embedding-3-large',
        input: 'Hello',
        encoding_format: 'base64',
        dimensions: 8,
      }),
    attributes: { 'gen_ai.embeddings.dimension.count': 8 },
  },
  {
    name: 'embedding, batch of inputs',
    run: ({ client }) =>
      client.embeddings.create({
        model: 'text-embedding-3-small',
        input: ['a', 'b c', 'd e f'],
        dimensions: 4,
      }),
  },
  {
    name: 'embedding with user and props',
    run: ({ client }) =>
      client.embeddings.create({
        model: 'text-embedding-3-small',
        input: 'Hello',
        user: 'u5',
        userProps: { email: 'a@b.c' },
      } as never),
    attributes: { 'user.id': 'u5', 'user.email': 'a@b.c' },
  },
  {
    name: 'legacy completion',
    run: ({ client }) =>
      client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Hello', max_tokens: 5 }),
  },
  {
    name: 'legacy completion, streamed',
    run: async ({ client }) =>
      all(
        await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'words 5', stream: true }),
      ),
  },
  {
    name: 'moderation',
    run: ({ client }) => client.moderations.create({ model: 'omni-moderation-latest', input: 'Hello' }),
  },
  {
    name: 'moderation of several',
    run: ({ client }) => client.moderations.create({ input: ['Hello', 'there'] }),
  },
  {
    name: 'picture by the piece',
    run: ({ client }) =>
      client.images.generate({ model: 'dall-e-3', prompt: 'A fox', size: '1024x1792', quality: 'hd' }),
    attributes: { 'userspan.usage.images': 1 },
  },
  {
    name: 'picture by the piece, defaults',
    run: ({ client }) => client.images.generate({ prompt: 'A fox', n: 2 }),
  },
  {
    name: 'picture by token',
    run: ({ client }) =>
      client.images.generate({ model: 'gpt-image-1', prompt: 'A fox', quality: 'low', user: 'u6' }),
    attributes: { 'user.id': 'u6' },
  },
  {
    name: 'picture, streamed',
    since: 5,
    run: async ({ client }) =>
      all(
        await client.images.generate({
          model: 'gpt-image-1',
          prompt: 'A fox',
          quality: 'low',
          stream: true,
          partial_images: 2,
        }),
      ),
  },
  {
    name: 'picture, edited',
    isMultipart: true,
    run: async (ground) =>
      ground.client.images.edit({
        model: 'gpt-image-1',
        image: await picture(ground),
        prompt: 'Bluer',
        quality: 'low',
        user: 'u6',
        userProps: { seats: 3 },
        tags: ['edit'],
      } as never),
    attributes: { 'user.id': 'u6', 'userspan.user.seats': 3, 'userspan.tags': ['edit'] },
  },
  {
    name: 'picture, edited, streamed',
    since: 5,
    isMultipart: true,
    run: async (ground) =>
      all(
        await ground.client.images.edit({
          model: 'gpt-image-1',
          image: await picture(ground),
          prompt: 'Bluer',
          quality: 'low',
          stream: true,
        }),
      ),
  },
  {
    name: 'picture, varied',
    isMultipart: true,
    run: async (ground) =>
      ground.client.images.createVariation({ model: 'dall-e-2', image: await picture(ground), n: 2 }),
  },
  {
    name: 'speech',
    run: async ({ client }) => {
      const response = await client.audio.speech.create({
        model: 'tts-1',
        voice: 'alloy',
        input: 'Grüße 👋',
        userProps: { name: 'x' },
        user: 'u8',
      } as never);
      return [response, Buffer.from(await response.arrayBuffer())];
    },
    attributes: { 'userspan.usage.characters': 7, 'user.id': 'u8' },
  },
  {
    name: 'speech, body in pieces',
    run: async ({ client }) => {
      const response = await client.audio.speech.create({
        model: 'tts-1-hd',
        voice: 'alloy',
        input: 'Hello',
      });
      const pieces: Buffer[] = [];
      for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
        pieces.push(Buffer.from(piece));
      }
      return Buffer.concat(pieces);
    },
  },
  {
    name: 'speech, events',
    run: async ({ client }) =>
      (
        await client.audio.speech.create({
          model: 'gpt-4o-mini-tts',
          voice: 'alloy',
          input: 'Hello there',
          stream_format: 'sse',
        } as never)
      ).text(),
  },
  {
    name: 'transcription by the minute',
    isMultipart: true,
    run: async (ground) =>
      ground.client.audio.transcriptions.create({ model: 'whisper-1', file: await sound(ground) }),
    attributes: { 'userspan.usage.seconds': 2, 'gen_ai.request.model': 'whisper-1' },
  },
  {
    name: 'transcription by token',
    isMultipart: true,
    run: async (ground) =>
      ground.client.audio.transcriptions.create({
        model: 'gpt-4o-transcribe',
        file: await sound(ground),
        user: 'u3',
        userProps: { seats: 3 },
      } as never),
    attributes: { 'user.id': 'u3', 'userspan.user.seats': 3 },
  },
  {
    name: 'transcription, verbose',
    isMultipart: true,
    run: async (ground) =>
      ground.client.audio.transcriptions.create({
        model: 'whisper-1',
        file: await sound(ground),
        response_format: 'verbose_json',
      }),
  },
  {
    name: 'transcription, text',
    isMultipart: true,
    isUsageUnknown: true,
    run: async (ground) =>
      ground.client.audio.transcriptions.create({
        model: 'whisper-1',
        file: await sound(ground),
        response_format: 'text',
      }),
  },
  {
    name: 'transcription, streamed',
    isMultipart: true,
    run: async (ground) =>
      all(
        await ground.client.audio.transcriptions.create({
          model: 'gpt-4o-mini-transcribe',
          file: await sound(ground),
          stream: true,
        }),
      ),
  },
  {
    name: 'translation',
    isMultipart: true,
    run: async (ground) =>
      ground.client.audio.translations.create({
        model: 'whisper-1',
        file: await sound(ground),
        response_format: 'verbose_json',
      } as never),
  },
  {
    name: 'a file that is no inference',
    isMultipart: true,
    spans: 0,
    run: async (ground) =>
      ground.client.files.create({
        file: (await ground.module.toFile(
          Buffer.from(`{"custom_id":"1","model":"${MODEL}"}`),
          'a.jsonl',
        )) as never,
        purpose: 'batch',
      }),
  },
];
