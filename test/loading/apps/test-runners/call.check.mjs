import OpenAI from 'openai';
import { test } from 'vitest';
import { call } from '../call.mjs';

// oxlint-disable-next-line vitest/expect-expect -- the matrix looks at what it records
test('calls', () => call(new OpenAI()));
