// Unchanged applications with Node.js clients that send OpenTelemetry. An environment variable sets where they send their spans.
//
// `node otlp-app.mjs CLIENT` sends three requests of three users: one in a thread, one streamed, and one that is refused.
// It runs in a folder with the packages, to which `run.mjs` copies it.
const baseURL = process.env.OPENAI_BASE_URL;
const MODEL = 'gpt-4o-mini';

/** OpenTelemetry's own set-up, which reads OTEL_EXPORTER_OTLP_*. */
async function startSdk(instrumentations = [], more = []) {
  const { NodeTracerProvider, SimpleSpanProcessor } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const provider = new NodeTracerProvider({
    spanProcessors: [...more, new SimpleSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  for (const instrumentation of instrumentations) {
    instrumentation.setTracerProvider(provider);
  }
  return provider;
}

async function newOpenAI() {
  const { OpenAI } = await import('openai');
  return new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 0 });
}

/** Sends the requests with an OpenAI client. */
function askWith(client) {
  return async (content, { isStream = false, ...more } = {}) => {
    const answer = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content }],
      ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
      ...more,
    });
    if (isStream) {
      for await (const _chunk of answer);
    }
  };
}

/** Sends the requests with the AI SDK. Each version turns on telemetry in a different way. */
function askWithAI({ generateText, streamText }, createOpenAI, telemetryOf) {
  const model = createOpenAI({ apiKey: 'sk-test', baseURL }).chat(MODEL);
  return async (prompt, { isStream = false, user, thread } = {}) => {
    const options = { model, prompt, maxRetries: 0, ...telemetryOf({ user, thread }) };
    if (!isStream) {
      await generateText(options);
      return;
    }
    const { textStream } = streamText(options);
    for await (const _text of textStream);
  };
}

const metadataOf = ({ user, thread }) => ({
  userId: user.id,
  userName: user.name,
  ...(thread === undefined ? {} : { sessionId: thread }),
});
const aiTelemetry = (context) => ({
  experimental_telemetry: { isEnabled: true, metadata: metadataOf(context) },
});

/** Each returns functions to send a request, to send it as a user (default: the user is an option), and to shut down. */
const CLIENTS = {
  async ai5() {
    const provider = await startSdk();
    const { createOpenAI } = await import('openai5');
    return { ask: askWithAI(await import('ai5'), createOpenAI, aiTelemetry), end: () => provider.shutdown() };
  },
  async ai6() {
    const provider = await startSdk();
    const { createOpenAI } = await import('openai6');
    return { ask: askWithAI(await import('ai6'), createOpenAI, aiTelemetry), end: () => provider.shutdown() };
  },
  async ai7() {
    const provider = await startSdk();
    const { createOpenAI } = await import('openai7');
    const ai = await import('ai7');
    const { OpenTelemetry } = await import('@ai-sdk/otel');
    ai.registerTelemetry(new OpenTelemetry({ runtimeContext: true }));
    const telemetryOf = (context) => ({
      runtimeContext: metadataOf(context),
      telemetry: {
        includeRuntimeContext: { userId: true, userName: true, sessionId: true },
      },
    });
    return { ask: askWithAI(ai, createOpenAI, telemetryOf), end: () => provider.shutdown() };
  },
  async langfuse() {
    const { observeOpenAI } = await import('@langfuse/openai');
    const { LangfuseSpanProcessor } = await import('@langfuse/otel');
    const { propagateAttributes, startActiveObservation } = await import('@langfuse/tracing');
    const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
    const provider = new NodeTracerProvider({ spanProcessors: [new LangfuseSpanProcessor()] });
    provider.register();
    const ask = askWith(observeOpenAI(await newOpenAI()));
    const as = ({ user, thread }, work) =>
      propagateAttributes(
        { userId: user.id, metadata: { user_name: user.name }, ...(thread ? { sessionId: thread } : {}) },
        () => startActiveObservation('answer', work),
      );
    return { ask, as, end: () => provider.shutdown() };
  },
  async langsmith() {
    const { initializeOTEL } = await import('langsmith/experimental/otel/setup');
    const { traceable } = await import('langsmith/traceable');
    const { wrapOpenAI } = await import('langsmith/wrappers');
    const { DEFAULT_LANGSMITH_SPAN_PROCESSOR: processor } = initializeOTEL();
    const ask = askWith(wrapOpenAI(await newOpenAI()));
    const as = ({ user, thread }, work) => {
      const metadata = {
        user_id: user.id,
        user_name: user.name,
        ...(thread ? { session_id: thread } : {}),
      };
      return traceable(work, { name: 'answer', metadata })();
    };
    return { ask, as, end: () => processor.shutdown() };
  },
  async openinference() {
    const { OpenAIInstrumentation } = await import('@arizeai/openinference-instrumentation-openai');
    const { setMetadata, setSession, setUser } = await import('@arizeai/openinference-core');
    const { context } = await import('@opentelemetry/api');
    const { default: OpenAI } = await import('openai');
    const instrumentation = new OpenAIInstrumentation();
    const provider = await startSdk([instrumentation]);
    instrumentation.manuallyInstrument(OpenAI);
    const as = ({ user, thread }, work) => {
      let current = setUser(context.active(), { userId: user.id });
      current = setMetadata(current, { user_name: user.name });
      return context.with(thread ? setSession(current, { sessionId: thread }) : current, work);
    };
    return { ask: askWith(await newOpenAI()), as, end: () => provider.shutdown() };
  },
  async traceloop() {
    const traceloop = await import('@traceloop/node-server-sdk');
    const { default: OpenAI } = await import('openai');
    traceloop.initialize({
      disableBatch: true,
      instrumentModules: { openAI: OpenAI },
      silenceInitializationMessage: true,
    });
    const as = ({ user, thread }, work) =>
      traceloop.withAssociationProperties(
        { user_id: user.id, user_name: user.name, ...(thread ? { session_id: thread } : {}) },
        work,
      );
    return { ask: askWith(await newOpenAI()), as, end: () => traceloop.forceFlush() };
  },
  async openlit() {
    const { default: imported } = await import('openlit');
    const openlit = imported.default ?? imported;
    const { default: OpenAI } = await import('openai');
    openlit.init({
      applicationName: 'app',
      disableBatch: true,
      instrumentations: { openai: OpenAI },
    });
    const as = ({ user, thread }, work) => {
      const names = {
        'user.id': user.id,
        'user.name': user.name,
        ...(thread ? { 'session.id': thread } : {}),
      };
      return openlit.usingAttributes(names, work);
    };
    return {
      ask: askWith(await newOpenAI()),
      as,
      end: () => new Promise((resolve) => setTimeout(resolve, 3000)),
    };
  },
  async openai_agents() {
    const { Agent, OpenAIChatCompletionsModel, run } = await import('@openai/agents');
    const agents = await import('@openai/agents');
    const { OpenAIAgentsInstrumentation } =
      await import('@arizeai/openinference-instrumentation-openai-agents');
    const { setMetadata, setSession, setUser } = await import('@arizeai/openinference-core');
    const { context } = await import('@opentelemetry/api');
    const instrumentation = new OpenAIAgentsInstrumentation();
    const provider = await startSdk([instrumentation]);
    instrumentation.manuallyInstrument?.(agents);
    instrumentation.instrument?.(agents);
    const model = new OpenAIChatCompletionsModel(await newOpenAI(), MODEL);
    const agent = new Agent({ name: 'app', model });
    const ask = async (content, { isStream }) => {
      const answer = await run(agent, content, { stream: isStream === true });
      if (isStream) {
        for await (const _event of answer);
      }
    };
    const as = ({ user, thread }, work) => {
      let current = setUser(context.active(), { userId: user.id });
      current = setMetadata(current, { user_name: user.name });
      return context.with(thread ? setSession(current, { sessionId: thread }) : current, work);
    };
    return { ask, as, end: () => provider.shutdown() };
  },
  async mastra() {
    const { Agent } = await import('@mastra/core/agent');
    const { Mastra } = await import('@mastra/core');
    const { Observability } = await import('@mastra/observability');
    const { OtelExporter } = await import('@mastra/otel-exporter');
    const { createOpenAI } = await import('openai6');
    const agent = new Agent({
      id: 'app',
      name: 'app',
      instructions: 'Answer.',
      model: createOpenAI({ apiKey: 'sk-test', baseURL }).chat(MODEL),
      maxRetries: 0,
    });
    const exporter = new OtelExporter({
      provider: {
        custom: {
          endpoint: `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`,
          protocol: 'http/protobuf',
          headers: { authorization: process.env.OTEL_EXPORTER_OTLP_HEADERS.split('=')[1] },
        },
      },
    });
    const observability = new Observability({
      configs: { otel: { serviceName: 'app', exporters: [exporter] } },
    });
    const mastra = new Mastra({ agents: { app: agent }, observability, logger: false });
    const ask = async (content, { isStream, user, thread }) => {
      const options = {
        tracingOptions: { metadata: metadataOf({ user, thread }) },
        modelSettings: { maxRetries: 0 },
      };
      if (!isStream) {
        await mastra.getAgent('app').generate(content, options);
        return;
      }
      const { textStream } = await mastra.getAgent('app').stream(content, options);
      for await (const _text of textStream);
    };
    return { ask, end: () => observability.shutdown() };
  },
};

const { ask, as = (_context, work) => work(), end } = await CLIENTS[process.argv[2] ?? '']();
const takesUser = process.argv[2]?.startsWith('ai') || ['mastra', 'openai_agents'].includes(process.argv[2]);

async function askAs(user, thread, content, more = {}) {
  await as({ user, thread }, () => ask(content, { ...more, ...(takesUser ? { user, thread } : {}) }));
}

await askAs({ id: 'u-user', name: 'Ada' }, 'thread-1', 'input 2000; output 100; cached 1024');
await askAs({ id: 'u-stream', name: 'Bob' }, undefined, 'input 77; output 7', { isStream: true });
await askAs({ id: 'u-failed', name: 'Eve' }, undefined, 'fail 400').catch(() => undefined);
await end();
