/** The address and key with which an application sends spans. */
export interface Target {
  /** The collector's address, without a path. */
  readonly endpoint: string;
  /** The address of OTLP/gRPC, if the collector offers it. */
  readonly grpcEndpoint?: string | undefined;
  /** Undefined if the collector requires no key. */
  readonly key: string | undefined;
}

/** Code and settings to paste into one kind of application. */
export interface Snippet {
  readonly id: string;
  readonly label: string;
  readonly steps: readonly { readonly title: string; readonly text: string }[];
}

const ask = `await openai.responses.create({ model: 'gpt-4o-mini', input: 'Hello' })`;

/** Returns the snippets with the actual endpoint and key. */
export function snippetsFor({ endpoint, grpcEndpoint, key }: Target): readonly Snippet[] {
  const header = key === undefined ? undefined : `authorization=Bearer ${key}`;
  const settingsFor = (address: string): string =>
    [
      `export OTEL_EXPORTER_OTLP_ENDPOINT=${shell(address)}`,
      ...(header === undefined
        ? []
        : [`export OTEL_EXPORTER_OTLP_HEADERS=${shell(header.replace(' ', '%20'))}`]),
    ].join('\n');
  const settings = settingsFor(endpoint);
  const headersLine = key === undefined ? '' : `\n  headers: { authorization: ${quote(`Bearer ${key}`)} },`;
  return [
    {
      id: 'esm',
      label: 'Node, ESM',
      steps: [
        { title: 'Install', text: 'npm install @userspan/node' },
        { title: 'Set the endpoint', text: settings },
        { title: 'Start the app', text: 'node --import @userspan/node/auto app.mjs' },
        {
          title: 'Name the user, once per request',
          text: `import { identify } from '@userspan/node'\n\nawait identify(user.id, { name: user.name, email: user.email }, async () => {\n  ${ask}\n})`,
        },
      ],
    },
    {
      id: 'cjs',
      label: 'Node, CJS',
      steps: [
        { title: 'Install', text: 'npm install @userspan/node' },
        { title: 'Set the endpoint', text: settings },
        { title: 'Start the app', text: 'node --import @userspan/node/auto app.cjs' },
        {
          title: 'Name the user, once per request',
          text: `const { identify } = require('@userspan/node')\n\nawait identify(user.id, { name: user.name, email: user.email }, async () => {\n  ${ask}\n})`,
        },
      ],
    },
    {
      id: 'next',
      label: 'Next.js',
      steps: [
        { title: 'Install', text: 'npm install @userspan/node' },
        { title: 'Set the endpoint', text: settings },
        {
          title: 'instrumentation.ts',
          text: `export async function register() {\n  if (process.env.NEXT_RUNTIME !== 'nodejs') return\n  const userspan = await import('@userspan/node')\n  userspan.register()\n}`,
        },
        {
          title: 'app/api/chat/route.ts',
          text: `import { identify } from '@userspan/node'\n\nexport async function POST(request: Request) {\n  const user = await currentUser(request)\n  return identify(user.id, { name: user.name }, () => answer(request))\n}`,
        },
      ],
    },
    {
      id: 'otel',
      label: 'OpenTelemetry in place',
      steps: [
        {
          title: 'Install',
          text: 'npm install @userspan/core @userspan/ledger @userspan/openai @opentelemetry/exporter-trace-otlp-http',
        },
        {
          title: 'Add four components to your set-up',
          text: `import { UserPropagator, UserSpanProcessor } from '@userspan/core'\nimport { CostSpanProcessor } from '@userspan/ledger'\nimport { OpenAIInstrumentation } from '@userspan/openai'\n\nconst exporter = new OTLPTraceExporter({\n  url: ${quote(`${endpoint}/v1/traces`)},${headersLine}\n})\nconst provider = new NodeTracerProvider({\n  spanProcessors: [\n    new UserSpanProcessor(),\n    new CostSpanProcessor(),\n    new BatchSpanProcessor(exporter),\n  ],\n})\nprovider.register({ propagator: new UserPropagator(new W3CTraceContextPropagator()) })\nregisterInstrumentations({ instrumentations: [new OpenAIInstrumentation()] })`,
        },
      ],
    },
    {
      id: 'otlp',
      label: 'Python, any OTLP',
      steps: [
        {
          title: 'Send OTLP/HTTP here',
          text: `${settings}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
        },
        ...(grpcEndpoint === undefined
          ? []
          : [
              {
                title: 'Or OTLP/gRPC',
                text: `${settingsFor(grpcEndpoint)}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=grpc`,
              },
            ]),
        {
          title: 'Put the user on the spans',
          text: `from opentelemetry import trace\n\nspan = trace.get_current_span()\nspan.set_attribute("user.id", user.id)\nspan.set_attribute("user.name", user.name)`,
        },
        {
          title: 'Supported conventions and libraries',
          text: 'OpenTelemetry GenAI conventions, OpenInference, OpenLLMetry, Vercel AI SDK, Langfuse, Lunary, OpenLIT',
        },
      ],
    },
    { id: 'clients', label: 'Other clients', steps: clientSteps(endpoint, key, settings) },
    {
      id: 'browser',
      label: 'Browser',
      steps: [
        { title: 'Install', text: 'npm install @userspan/web' },
        {
          title: 'Allow your page to send, with a write-only key',
          text: `userspan --cors-origin https://app.example.com --token browser=A_KEY_FOR_PAGES`,
        },
        {
          title: 'Name the user in the page',
          text: `import { identify, init } from '@userspan/web'\n\ninit({\n  endpoint: ${quote(endpoint)},\n  key: 'A_KEY_FOR_PAGES',\n  sendUserTo: ['https://api.example.com'],\n})\nidentify(user.id, { name: user.name, email: user.email })`,
        },
      ],
    },
  ];
}

/**
 * The steps for clients of other vendors, with environment variables that send their users, threads, tokens and costs
 * here.
 */
function clientSteps(endpoint: string, key: string | undefined, settings: string): Snippet['steps'] {
  // Some clients require a key even if the collector does not, so they get an arbitrary one.
  const token = shell(key ?? 'any-key');
  const address = shell(endpoint);
  const set = (...pairs: readonly (readonly [name: string, value: string])[]): string =>
    pairs.map(([name, value]) => `export ${name}=${value}`).join('\n');
  const options = `host: ${quote(endpoint)}`;
  return [
    { title: 'Lunary', text: set(['LUNARY_API_URL', address], ['LUNARY_PRIVATE_KEY', token]) },
    {
      title: 'Langfuse',
      text: set(
        ['LANGFUSE_BASE_URL', address],
        ['LANGFUSE_PUBLIC_KEY', 'any'],
        ['LANGFUSE_SECRET_KEY', token],
      ),
    },
    {
      title: 'LangSmith',
      text: set(
        ['LANGSMITH_TRACING', 'true'],
        ['LANGSMITH_TRACING_MODE', 'otel'],
        ['LANGSMITH_ENDPOINT', address],
        ['LANGSMITH_API_KEY', token],
      ),
    },
    { title: 'Logfire', text: set(['LOGFIRE_BASE_URL', address], ['LOGFIRE_TOKEN', token]) },
    {
      title: 'Traceloop, OpenLLMetry',
      text: set(['TRACELOOP_BASE_URL', address], ['TRACELOOP_API_KEY', token]),
    },
    { title: 'OpenLIT, Opik', text: settings },
    { title: 'PostHog', text: `new PostHog(${quote(key ?? 'any-key')}, { ${options} })` },
    { title: 'Helicone, Python', text: `base_url=${quote(`${endpoint}/v1/trace/log-python`)}` },
    { title: 'OpenRouter Broadcast', text: `${endpoint}/v1/traces` },
    {
      title: 'Claude Code: cost for each developer',
      text: `${set(
        ['CLAUDE_CODE_ENABLE_TELEMETRY', '1'],
        ['OTEL_LOGS_EXPORTER', 'otlp'],
        ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf'],
      )}\n${settings}`,
    },
  ];
}

/** Quotes a text as a JavaScript string. */
function quote(text: string): string {
  return `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
    .replaceAll('\n', String.raw`\n`)}'`;
}

/** Quotes a text for a shell if necessary. */
function shell(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
