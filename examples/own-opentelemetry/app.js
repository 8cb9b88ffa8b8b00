import { trace } from '@opentelemetry/api';
import { identify } from '@userspan/core';
import OpenAI from 'openai';
import { provider } from './telemetry.js';

const openai = new OpenAI();
const tracer = trace.getTracer('app');

const text = await identify('u_ada', { name: 'Ada Lovelace', group: 'Analytical Engines' }, () =>
  tracer.startActiveSpan('answer a letter', async (span) => {
    const response = await openai.responses.create({
      model: 'gpt-4o-mini',
      input: 'Answer kindly: when are you open?',
    });
    span.end();
    return response.output_text;
  }),
);
console.log(text);
await provider.shutdown();
