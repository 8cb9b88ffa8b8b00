/**
 * The apps of `examples/frameworks`, and the ways of building and starting each. `start` begins with `node`, or with a
 * command of the app's own packages. `directive` is what its questions ask of the fake API besides their count of tokens.
 * `absent` says why an app has no row of a format or stage. `manifest` and `dependencies` replace fields and dependencies of its manifest; with `isByNpm` it is
 * installed by npm, which looks at the ranges of peers, and not by pnpm.
 */
import { fileURLToPath } from 'node:url';

const NODE = 'node --import @userspan/node/auto';
const EXTERNAL = '--external:openai --external:@userspan/node --external:@opentelemetry/api';

const development = (start, more = {}) => ({
  name: 'development',
  format: 'ESM',
  stage: 'dev',
  start,
  ...more,
});

/** The ways to build a server in TypeScript: compiled strictly, as ES modules, as CommonJS and as one bundle. */
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

/** Moves the code after the imports of a script into a function, because CommonJS has no top-level await. */
const ASYNC_MAIN = `node '${fileURLToPath(new URL('async-main.mjs', import.meta.url))}' app.mjs main.mjs`;
const QUIET = '--platform=node --format=cjs --log-level=error';

/**
 * The ways to run a script: with a compiler at start, unchanged, as CommonJS, and as one bundle with its packages, except
 * those in `external`, which have their own copy of `openai`.
 */
const scriptWays = (hooks, more = {}, external = []) => [
  development(`node --import tsx ${hooks} app.mjs`, more),
  script(`node ${hooks} app.mjs`, more),
  {
    name: 'CommonJS',
    format: 'CommonJS',
    stage: 'production',
    build: `${ASYNC_MAIN} && esbuild --bundle --packages=external --outfile=main.cjs ${QUIET} < main.mjs`,
    start: `node ${hooks} main.cjs`,
    ...more,
  },
  {
    name: 'bundle',
    format: 'bundle',
    stage: 'production',
    build: `${ASYNC_MAIN} && esbuild --bundle --outfile=bundle.cjs ${QUIET} ${EXTERNAL} ${OPTIONAL} ${external.map((name) => `'--external:${name}'`).join(' ')} < main.mjs`,
    start: `node ${hooks} bundle.cjs`,
    ...more,
  },
];
/** Packages that cannot be bundled, because they are optional or because other modules load them by name. */
const OPTIONAL = [
  '@userspan/*',
  '@opentelemetry/*',
  '@nestjs/microservices',
  '@nestjs/websockets',
  'class-validator',
  'class-transformer',
  'dd-trace',
]
  .map((name) => `'--external:${name}'`)
  .join(' ');
const BESIDE = 'another OpenTelemetry SDK is set up';
/** The line that Userspan prints once if a framework sets up OpenTelemetry during a request. */
const IN_A_REQUEST = 'another OpenTelemetry SDK was set up in the middle of a request';
const AUTO = '--import @userspan/node/auto';
const THEIRS = '--import @opentelemetry/auto-instrumentations-node/register';

/** SDK 3, which runs on Node 22.15 and newer. Its API is one copy for `import` and another one for `require`. */
const NEWEST_OPENTELEMETRY = {
  '@opentelemetry/api': '^1.10.0',
  '@opentelemetry/auto-instrumentations-node': '^0.82.0',
  '@opentelemetry/core': '^3.1.0',
  '@opentelemetry/exporter-trace-otlp-http': '^0.301.0',
  '@opentelemetry/sdk-node': '^0.301.0',
  '@opentelemetry/sdk-trace': '^3.1.0',
};

/** Nest 12 and its app are ES modules. */
const NEST_12 = {
  '@nestjs/common': '^12.0.0',
  '@nestjs/core': '^12.0.0',
  '@nestjs/platform-express': '^12.0.0',
};

/** The banner that an ESM bundle needs if packages in it call `require`. */
const BANNER =
  "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The tools for these ways, which the apps do not install themselves. */
export const tools = { esbuild: '^0.28.0', tsx: '^4.20.0' };

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
    path: '/',
    ways: [
      {
        name: 'CommonJS',
        format: 'CommonJS',
        stage: 'production',
        build: 'tsc',
        start: `${NODE} dist/main.js`,
      },
      {
        name: 'bundle',
        format: 'bundle',
        stage: 'production',
        build: `tsc && esbuild dist/main.js --bundle --outfile=dist/bundle.cjs ${QUIET} ${EXTERNAL} ${OPTIONAL}`,
        start: `${NODE} dist/bundle.cjs`,
      },
      {
        name: 'development',
        format: 'CommonJS',
        stage: 'dev',
        build: 'tsc',
        start: 'node --watch-path=dist --import @userspan/node/auto dist/main.js',
      },
    ],
    absent: { ESM: 'what `nest new` makes is CommonJS' },
  },
  {
    name: 'nest-12',
    folder: 'nest',
    title: 'Nest 12',
    isServer: true,
    path: '/',
    manifest: { type: 'module' },
    dependencies: NEST_12,
    ways: [
      { name: 'ESM', format: 'ESM', stage: 'production', build: 'tsc', start: `${NODE} dist/main.js` },
      {
        name: 'bundle',
        format: 'bundle',
        stage: 'production',
        build:
          'tsc && esbuild dist/main.js --bundle --packages=external --format=esm --platform=node --outfile=dist/bundle.js --log-level=error',
        start: `${NODE} dist/bundle.js`,
      },
      development('node --watch-path=dist --import @userspan/node/auto dist/main.js', { build: 'tsc' }),
    ],
    absent: { CommonJS: 'what `nest new` makes is ES modules' },
  },
  {
    name: 'lambda',
    title: 'Lambda and esbuild',
    absent: {
      ESM: 'the recipe is a bundle',
      CommonJS: 'the recipe is a bundle',
      dev: 'a function has no development server',
    },
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
    ['openai-agents', 'OpenAI Agents SDK', 'call weather {}', ['@openai/agents']],
    ['langchain', 'LangChain and LangGraph', 'call weather {}', ['@langchain/*']],
    ['llamaindex', 'LlamaIndex', undefined, ['llamaindex', '@llamaindex/*']],
    ['genkit', 'Genkit', undefined, ['genkit', '@genkit-ai/*'], IN_A_REQUEST],
    ['mastra', 'Mastra', undefined, ['@mastra/*']],
    ['anthropic', 'Anthropic SDK'],
    ['google-genai', 'Google GenAI'],
    ['fetch', 'Raw fetch'],
    ['queue', 'Queue worker'],
    ['mcp', 'MCP over HTTP'],
  ].map(([name, title, directive, external, warns]) => ({
    name,
    title,
    directive,
    ways: scriptWays(AUTO, { warns }, external),
  })),
  ...[
    ['nodesdk', 'NodeSDK with auto-instrumentations', './telemetry.mjs'],
    ['sentry', 'Sentry 10', './telemetry.mjs'],
  ].map(([name, title, file]) => ({
    name,
    title,
    ways: [...scriptWays(`--import ${file}`, { without: 'node app.mjs' })],
  })),
  {
    name: 'datadog',
    title: 'Datadog',
    ways: scriptWays(`--import dd-trace/initialize.mjs ${AUTO}`),
  },
  {
    name: 'sentry-beside',
    folder: 'sentry',
    title: 'Sentry 10 beside `auto`',
    ways: scriptWays(`--import ./sentry.mjs ${AUTO}`, { warns: BESIDE }),
  },
  {
    name: 'nodesdk-beside',
    folder: 'nodesdk',
    title: 'NodeSDK beside `auto`',
    ways: scriptWays(`${THEIRS} ${AUTO}`, { warns: BESIDE }),
  },
  ...[
    ['nodesdk-newest', 'NodeSDK 0.301', '--import ./telemetry.mjs'],
    ['nodesdk-newest-beside', 'NodeSDK 0.301, then `auto`', `${THEIRS} ${AUTO}`, BESIDE],
    ['nodesdk-newest-after', '`auto`, then NodeSDK 0.301', `${AUTO} ${THEIRS}`, BESIDE],
  ].map(([name, title, hooks, warns]) => ({
    name,
    folder: 'nodesdk',
    title,
    dependencies: NEWEST_OPENTELEMETRY,
    isByNpm: true,
    ways: scriptWays(hooks, { without: 'node app.mjs', nodes: ['22', '24'], warns }),
  })),
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
      // Only one `next dev` can run in a folder at a time.
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
  const absent = Object.fromEntries(
    ['ESM', 'CommonJS', 'bundle'].map((format) => [format, 'Next.js bundles by itself']),
  );
  return { name: `next-${major}`, title: `Next.js ${major}`, isServer: true, ways, absent };
}
