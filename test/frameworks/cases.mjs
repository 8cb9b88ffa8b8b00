/**
 * The apps of `examples/frameworks`, and the ways of building and starting each. `start` begins with `node`, or with a
 * command of the app's own packages. `directive` is what its questions ask of the fake API besides their count of tokens.
 */
const NODE = 'node --import @userspan/node/auto';
const EXTERNAL = '--external:openai --external:@userspan/node --external:@opentelemetry/api';

const development = (start, more = {}) => ({
  name: 'development',
  format: 'ESM',
  stage: 'dev',
  start,
  ...more,
});

/** A server in TypeScript: compiled strictly, as ES modules, as CommonJS and as one file. */
const SERVER_WAYS = [
  development('node --import tsx --import @userspan/node/auto app.ts'),
  { name: 'ESM', format: 'ESM', stage: 'production', build: 'tsc', start: `${NODE} dist/app.js` },
  {
    name: 'CommonJS',
    format: 'CommonJS',
    stage: 'production',
    build: 'esbuild app.ts --format=cjs --platform=node --outfile=dist/app.cjs --log-level=error',
    start: `${NODE} dist/app.cjs`,
  },
  {
    name: 'bundle',
    format: 'bundle',
    stage: 'production',
    build: `esbuild app.ts --bundle --format=cjs --platform=node --outfile=dist/bundle.cjs --log-level=error ${EXTERNAL}`,
    start: `${NODE} dist/bundle.cjs`,
  },
];

const script = (start, more = {}) => ({ name: 'ESM', format: 'ESM', stage: 'production', start, ...more });

/** What packages in an ESM bundle need that call `require`. */
const BANNER =
  "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

export const cases = [
  ...[
    ['express', 'Express 5'],
    ['fastify', 'Fastify 5'],
    ['hono', 'Hono 4'],
    ['koa', 'Koa 3'],
  ].map(([name, title]) => ({ name, title, isServer: true, ways: SERVER_WAYS })),
  {
    name: 'nest',
    title: 'Nest 11',
    isServer: true,
    ways: [
      {
        name: 'CommonJS',
        format: 'CommonJS',
        stage: 'production',
        build: 'tsc',
        start: `${NODE} dist/main.js`,
      },
    ],
  },
  {
    name: 'lambda',
    title: 'Lambda and esbuild',
    ways: [
      {
        name: 'CommonJS bundle',
        format: 'bundle',
        stage: 'production',
        build: 'esbuild handler.ts --bundle --platform=node --outfile=dist/handler.cjs --log-level=error',
        start: 'node invoke.mjs ./dist/handler.cjs',
      },
      {
        name: 'ESM bundle',
        format: 'ESM bundle',
        stage: 'production',
        build: `esbuild handler.ts --bundle --platform=node --format=esm --outfile=dist/handler.mjs --log-level=error "${BANNER}"`,
        start: 'node invoke.mjs ./dist/handler.mjs',
      },
    ],
  },
  ...[
    ['ai-sdk-5', 'Vercel AI SDK 5'],
    ['ai-sdk-6', 'Vercel AI SDK 6'],
    ['ai-sdk-7', 'Vercel AI SDK 7'],
    ['openai-agents', 'OpenAI Agents SDK', 'call weather {}'],
    ['langchain', 'LangChain and LangGraph', 'call weather {}'],
    ['llamaindex', 'LlamaIndex'],
    ['genkit', 'Genkit'],
    ['mastra', 'Mastra'],
    ['anthropic', 'Anthropic SDK'],
    ['google-genai', 'Google GenAI'],
    ['fetch', 'Raw fetch'],
    ['queue', 'Queue worker'],
    ['mcp', 'MCP over HTTP'],
  ].map(([name, title, directive]) => ({ name, title, directive, ways: [script(`${NODE} app.mjs`)] })),
  ...[
    ['nodesdk', 'NodeSDK with auto-instrumentations', './telemetry.mjs'],
    ['sentry', 'Sentry 10', './telemetry.mjs'],
  ].map(([name, title, file]) => ({
    name,
    title,
    ways: [
      script(`node --import ${file} app.mjs`, { without: 'node app.mjs' }),
      ...(name === 'sentry'
        ? [
            script('node --import ./sentry.mjs --import @userspan/node/auto app.mjs', {
              name: 'beside',
              warns: 'another OpenTelemetry SDK is set up',
            }),
          ]
        : []),
    ],
  })),
  {
    name: 'datadog',
    title: 'Datadog',
    ways: [script('node --import dd-trace/initialize.mjs --import @userspan/node/auto app.mjs')],
  },
  nextCase('16', { default: 'Turbopack', other: 'webpack' }),
  nextCase('15', { default: 'webpack', other: 'Turbopack' }),
];

/** Next.js with both bundlers, in `next dev` and `next start`. Its type check runs once, in the first build. */
function nextCase(major, bundlers) {
  const next = 'node node_modules/next/dist/bin/next';
  const option = { webpack: '--webpack', Turbopack: '--turbopack' };
  const ways = [
    [bundlers.default, ''],
    [bundlers.other, ` ${option[bundlers.other]}`],
  ].flatMap(([bundler, flag]) => [
    {
      name: `${bundler}, dev`,
      format: bundler,
      stage: 'dev',
      build: 'rm -rf .next',
      // One `next dev` at a time in a folder.
      isExclusive: true,
      start: `${next} dev${flag}`,
    },
    {
      name: `${bundler}, start`,
      format: bundler,
      stage: 'production',
      build: `rm -rf .next && next build${flag}`,
      start: `${next} start`,
    },
  ]);
  return { name: `next-${major}`, title: `Next.js ${major}`, isServer: true, ways };
}
