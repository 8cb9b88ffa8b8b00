// Two instrumentations, one of them enabled twice, and an observed client: each call has one span.
import { observeOpenAI, OpenAIInstrumentation } from '@userspan/openai';
import { callClient } from './call.mjs';
import { tracerProvider } from './spans.mjs';

const { OpenAI, default: byDefault } = await import(process.argv[2]);
const Client = OpenAI ?? byDefault;
const instrumentations = [new OpenAIInstrumentation(), new OpenAIInstrumentation()];
for (const instrumentation of instrumentations) {
  instrumentation.setTracerProvider(tracerProvider);
  instrumentation.manuallyInstrument(Client);
  instrumentation.manuallyInstrument(Client);
}
instrumentations[0].enable();
instrumentations[0].disable();
instrumentations[0].enable();
const options = { apiKey: 'sk-test', baseURL: process.env.OPENAI_TEST_URL };
await callClient(observeOpenAI(observeOpenAI(new Client(options))));
for (const instrumentation of instrumentations) instrumentation.disable();
await callClient(new Client(options));
