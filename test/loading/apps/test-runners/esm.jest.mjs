import { observeOpenAI, register } from '@userspan/node';
import OpenAI from 'openai';
import { call } from '../call.mjs';

// oxlint-disable-next-line no-undef, vitest/expect-expect, vitest/require-hook -- Jest's; the matrix looks at what it records
test('calls', async () => {
  const userspan = register();
  await call(process.env.REMEDY === 'observeOpenAI' ? observeOpenAI(new OpenAI()) : new OpenAI());
  await userspan.shutdown();
});
