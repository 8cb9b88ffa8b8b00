// Compiled, not run, with openai 5 and later: the call options of Userspan for images, written out.
import OpenAI from 'openai';
import '@userspan/openai';

const client = new OpenAI({ apiKey: 'k' });
declare const file: File;

const picture = client.images.generate({ prompt: 'a cat', userProps: { name: 'Ada' }, tags: ['a'] });
const edit = client.images.edit({ image: file, prompt: 'a hat', userProps: { name: 'Ada' }, tags: ['a'] });
export const pictures: Promise<OpenAI.Images.ImagesResponse> = picture;
export const edited: Promise<OpenAI.Images.ImagesResponse> = edit;
export const streamed: Promise<AsyncIterable<OpenAI.Images.ImageGenStreamEvent>> = client.images.generate({
  prompt: 'a cat',
  stream: true,
  tags: ['a'],
});

export const mistakes = [
  // @ts-expect-error -- tags are a list
  client.images.generate({ prompt: 'a cat', tags: 'checkout' }),
  // @ts-expect-error -- what the library asks for is still asked for
  client.images.generate({ tags: ['a'] }),
  // @ts-expect-error -- a mistake in a field of the library's is still one
  client.images.edit({ image: file, prompt: 7, tags: ['a'] }),
];
