/** The instrumentations of other vendors, set up according to their documentation, and the kinds of calls that each records. */

const MODEL = 'gpt-4o-mini';
const ask = (text) => [{ role: 'user', content: text }];

const chat = (client) => client.chat.completions.create({ model: MODEL, messages: ask('Where is Oslo?') });
const cachedChat = (client) =>
  client.chat.completions.create({
    model: MODEL,
    messages: ask('Where is Bergen? [[input 2000; cached 1024; reasoning 64; output 100]]'),
  });
const flexChat = (client) =>
  client.chat.completions.create({
    model: 'o4-mini',
    service_tier: 'flex',
    messages: ask('Where is Bodø? [[tier flex]]'),
  });
const streamedChat = async (client) => {
  const stream = await client.chat.completions.create({
    model: MODEL,
    messages: ask('Where is Tromsø? [[input 77]]'),
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) void chunk;
};
const response = (client) => client.responses.create({ model: MODEL, input: 'Where is Stavanger, roughly?' });
const embedding = (client) => client.embeddings.create({ model: 'text-embedding-3-small', input: 'Hamar' });

const same = (client) => client;

export const instrumentations = {
  official: async () => {
    const { OpenAIInstrumentation } = await import('@opentelemetry/instrumentation-openai');
    return {
      instrumentations: [new OpenAIInstrumentation()],
      observe: same,
      ways: [chat, cachedChat, flexChat, streamedChat, response, embedding],
    };
  },
  openinference: async () => {
    const { OpenAIInstrumentation } = await import('@arizeai/openinference-instrumentation-openai');
    return {
      instrumentations: [new OpenAIInstrumentation()],
      observe: same,
      ways: [chat, cachedChat, flexChat, streamedChat, response, embedding],
    };
  },
  openllmetry: async () => {
    const { OpenAIInstrumentation } = await import('@traceloop/instrumentation-openai');
    return {
      instrumentations: [new OpenAIInstrumentation()],
      observe: same,
      ways: [chat, cachedChat, flexChat, streamedChat, response, embedding],
    };
  },
  langfuse: async () => {
    const { observeOpenAI } = await import('@langfuse/openai');
    const { LangfuseSpanProcessor } = await import('@langfuse/otel');
    const { InMemorySpanExporter } = await import('@opentelemetry/sdk-trace-base');
    return {
      processors: [new LangfuseSpanProcessor({ exporter: new InMemorySpanExporter() })],
      observe: (client) => observeOpenAI(client),
      ways: [chat, cachedChat, flexChat, streamedChat, response, embedding],
    };
  },
  'vercel-ai': async () => {
    const { generateText, streamText, embed } = await import('ai');
    const { createOpenAI } = await import('@ai-sdk/openai');
    const openai = createOpenAI({ apiKey: 'sk-test', baseURL: process.env.OPENAI_BASE_URL });
    const experimental_telemetry = { isEnabled: true, metadata: { plan: 'pro' } };
    return {
      observe: same,
      ways: [
        () => generateText({ model: openai(MODEL), prompt: 'Where is Oslo?', experimental_telemetry }),
        () =>
          generateText({
            model: openai.chat(MODEL),
            prompt: 'Where is Bergen? [[input 2000; cached 1024; reasoning 64; output 100]]',
            experimental_telemetry,
          }),
        async () => {
          const { textStream } = streamText({
            model: openai.chat(MODEL),
            prompt: 'Where is Tromsø, and how?',
            experimental_telemetry,
          });
          for await (const text of textStream) void text;
        },
        () =>
          embed({
            model: openai.embedding('text-embedding-3-small'),
            value: 'Hamar',
            experimental_telemetry,
          }),
      ],
    };
  },
};
