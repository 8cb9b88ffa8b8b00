// The rows of the table, each with the way to start an app: `name`, `args`, and if they are not the default, `runtimes`,
// `prints`, `warns` and `isMissed`. With `others`, the spans of another SDK in the process are compared too, and must be the
// same as without Userspan. `sendsNothing` means that the other SDK sends no spans.
import { join } from 'node:path';

import { bundleFiles } from './bundles.mjs';

const IMPORT = ['--import', '@userspan/node/auto'];
const REQUIRE = ['--require', '@userspan/node/auto'];
const HOOK_LIST = ['--import', './other-sdks/hook-list.mjs'];
const INSTRUMENTATIONS = ['--import', './other-sdks/instrumentations.mjs'];
const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--silent',
  '--reporters',
  './quiet.cjs',
  '--config',
  'test-runners/jest.config.cjs',
];
/** Environment variables for another OpenTelemetry set-up in the process. */
const THEIR_OTEL = {
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
};
/** The compiler options of ts-node without a tsconfig.json. */
const TS_NODE = {
  TS_NODE_COMPILER_OPTIONS: '{"module":"commonjs","moduleResolution":"node10","esModuleInterop":true}',
};
const MISSED = 'USERSPAN_OPENAI_MISSED';
const BESIDE = 'userspan: another OpenTelemetry SDK is set up in this process';

/** The runtimes that a row is run on. */
export function runtimesOf({ runtimes }) {
  return runtimes ?? ['20', '22', '24'];
}

/** How the app of a row is loaded. */
export function formatOf({ name }) {
  if (name.startsWith('bundle')) return 'bundle';
  return /^require|CommonJS|--require$/.test(name) && !name.startsWith('ESM') ? 'CommonJS' : 'ESM';
}

/** Every row that the table of frameworks and loaders must have. */
export function expectedLoaders() {
  return rows('.').map((row) => ({
    subject: row.name,
    format: formatOf(row),
    stage: 'production',
    runtimes: runtimesOf(row),
  }));
}

export function rows(folder) {
  const bundle = (file) => ({ args: [join(folder, '../bundles', file)], cwd: join(folder, '../bundles') });
  const remedied = { env: { REMEDY: 'manuallyInstrument' } };
  return [
    ...[
      'openai',
      'openai/index.mjs',
      'openai/client',
      'openai/index.js',
      'openai4',
      'openai5',
      'openai6',
      'llm',
    ].map((name) => ({ name: `import ${name}`, args: [...IMPORT, 'esm.mjs', name] })),
    { name: 'import openai/azure', args: [...IMPORT, 'azure.mjs'] },
    ...['openai', 'openai/client', 'openai4', 'openai5', 'openai6', 'llm'].flatMap((name) => [
      { name: `require ${name}, --import`, args: [...IMPORT, 'cjs.cjs', name] },
      { name: `require ${name}, --require`, args: [...REQUIRE, 'cjs.cjs', name] },
    ]),
    { name: 'ESM app, --require', args: [...REQUIRE, 'static.mjs'] },
    { name: 'worker thread', args: [...IMPORT, 'workers/worker.mjs'] },
    {
      name: 'worker thread after register() in the main thread',
      args: ['workers/worker-registered.mjs'],
      isMissed: true,
      warns: MISSED,
    },
    { name: 'worker thread, --require', args: [...REQUIRE, 'workers/worker.mjs'] },
    { name: 'worker thread of text, --require', args: [...REQUIRE, 'workers/worker-text.mjs'] },
    {
      name: 'worker thread of text, --import',
      args: [...IMPORT, 'workers/worker-text.mjs'],
      isMissed: true,
      warns: MISSED,
    },
    ...['7', '6', '5', '4', 'CommonJS 7', 'CommonJS 4'].map((version) => ({
      name: `openai 4 to 7 in one process, call of ${version}`,
      args: [...IMPORT, 'versions.mjs', version],
    })),
    { name: 'cluster', args: [...IMPORT, 'workers/cluster.mjs'] },
    { name: 'child process', args: [...IMPORT, 'workers/child.mjs'] },
    {
      name: 'node --test',
      args: [
        ...IMPORT,
        '--test',
        '--test-reporter=./test-runners/test-reporter.mjs',
        'test-runners/test-of-node.mjs',
      ],
    },
    { name: 'tsx', args: [...IMPORT, '--import', 'tsx', 'typescript.mts'] },
    { name: 'tsx, then us', args: ['--import', 'tsx', ...IMPORT, 'typescript.mts'] },
    {
      name: 'ts-node, CommonJS',
      env: TS_NODE,
      args: [...REQUIRE, '--require', 'ts-node/register/transpile-only', 'typescript.cts'],
    },
    { name: 'swc, CommonJS', args: [...REQUIRE, '--require', '@swc-node/register', 'typescript.cts'] },
    { name: 'swc', args: [...IMPORT, '--import', '@swc-node/register/esm-register', 'typescript.mts'] },
    { name: 'types stripped by Node', runtimes: ['24'], args: [...IMPORT, 'typescript.mts'] },
    { name: 'set up by an import in the app', args: ['imported-late.mjs'], isMissed: true, warns: MISSED },
    {
      name: 'vitest setupFiles',
      args: [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--config',
        'test-runners/vitest.config.mjs',
        '--silent',
        '--reporter=./test-runners/quiet.mjs',
      ],
    },

    { name: 'Jest ESM, observeOpenAI', args: [...JEST], env: { REMEDY: 'observeOpenAI' } },
    { name: 'Jest ESM, without a remedy', args: [...JEST], isMissed: true, warns: MISSED },
    { name: 'groq-sdk', args: [...IMPORT, 'groq.mjs'], isMissed: true },

    // Hooks of other vendors, loaded before and after Userspan. All of them must work.
    ...['import-in-the-middle', '@opentelemetry/instrumentation'].flatMap((hook) => [
      {
        name: `${hook}, then us`,
        env: { HOOK: hook },
        args: ['--import', './other-sdks/hook.mjs', ...IMPORT, 'express.mjs'],
        prints: 'the hook saw express',
      },
      {
        name: `us, then ${hook}`,
        env: { HOOK: hook },
        args: [...IMPORT, '--import', './other-sdks/hook.mjs', 'express.mjs'],
        prints: 'the hook saw express',
      },
    ]),
    {
      name: 'a hook with a list, then us with instrumentations',
      args: [...HOOK_LIST, ...INSTRUMENTATIONS, 'express.mjs'],
      prints: 'the hook saw express',
    },
    {
      name: 'us with instrumentations, then a hook with a list',
      args: [...INSTRUMENTATIONS, ...HOOK_LIST, 'express.mjs'],
      prints: 'the hook saw express',
    },
    {
      name: 'Sentry without OpenTelemetry, then us',
      args: ['--import', './other-sdks/sentry.mjs', ...IMPORT, 'static.mjs'],
    },
    {
      name: 'us, then Sentry without OpenTelemetry',
      args: [...IMPORT, '--import', './other-sdks/sentry.mjs', 'static.mjs'],
    },
    // In a web server, Sentry gives each request a parent span that is not sampled.
    {
      name: 'us, then Sentry without OpenTelemetry, in a web server',
      args: [...IMPORT, '--import', './other-sdks/sentry.mjs', 'express.mjs'],
    },
    // Another SDK stays set up with its spans unchanged, and Userspan records beside it.
    ...[
      ['Sentry with OpenTelemetry', './other-sdks/sentry-late.mjs'],
      [
        'Sentry with OpenTelemetry that samples nothing',
        './other-sdks/sentry-late.mjs',
        { SAMPLE_RATE: '0' },
        true,
      ],
      ['auto-instrumentations', '@opentelemetry/auto-instrumentations-node/register'],
      [
        'auto-instrumentations that sample nothing',
        '@opentelemetry/auto-instrumentations-node/register',
        { OTEL_TRACES_SAMPLER: 'always_off' },
        true,
      ],
      ['NodeSDK with our pieces', './other-sdks/nodesdk.mjs', {}, true],
      // Its spans go to an agent.
      ['Datadog with its OpenTelemetry', './other-sdks/datadog-otel.mjs', {}, true],
    ].flatMap(([name, file, env, sendsNothing]) =>
      [
        [`${name}, then us`, ['--import', file, ...IMPORT]],
        [`us, then ${name}`, [...IMPORT, '--import', file]],
      ].flatMap(([title, hooks]) => [
        {
          name: `${title}, in a web server`,
          env: { ...THEIR_OTEL, ...env },
          args: [...hooks, 'express.mjs'],
          warns: BESIDE,
          others: true,
          sendsNothing,
        },
        {
          name: `${title}, CommonJS`,
          env: { ...THEIR_OTEL, ...env },
          args: [...hooks, 'cjs.cjs', 'openai'],
          warns: BESIDE,
          others: true,
        },
      ]),
    ),
    // It runs the handlers after a middleware in the context that was active before the middleware.
    ...[
      ['Sentry 11 with OpenTelemetry, then us', ['--import', './other-sdks/sentry-11.mjs', ...IMPORT]],
      ['us, then Sentry 11 with OpenTelemetry', [...IMPORT, '--import', './other-sdks/sentry-11.mjs']],
    ].map(([title, hooks]) => ({
      name: `${title}, the user of a middleware`,
      args: [...hooks, 'middleware-express.mjs'],
      warns: BESIDE,
      others: true,
    })),
    {
      name: 'auto-instrumentations, then us, --require',
      env: THEIR_OTEL,
      args: [
        '--require',
        '@opentelemetry/auto-instrumentations-node/register',
        ...REQUIRE,
        'cjs.cjs',
        'openai',
      ],
      warns: BESIDE,
      others: true,
    },
    {
      name: 'us, then auto-instrumentations, --require',
      env: THEIR_OTEL,
      args: [
        ...REQUIRE,
        '--require',
        '@opentelemetry/auto-instrumentations-node/register',
        'cjs.cjs',
        'openai',
      ],
      warns: BESIDE,
      others: true,
    },
    {
      name: 'Sentry with OpenTelemetry, and our pieces',
      args: ['--import', './other-sdks/sentry-own.mjs', 'express.mjs'],
    },
    {
      name: 'NodeSDK with auto-instrumentations, and our pieces',
      args: ['--import', './other-sdks/nodesdk.mjs', 'express.mjs'],
    },
    { name: 'dd-trace, then us', args: ['--import', 'dd-trace/initialize.mjs', ...IMPORT, 'express.mjs'] },
    { name: 'us, then dd-trace', args: [...IMPORT, '--import', 'dd-trace/initialize.mjs', 'express.mjs'] },

    // Bundles without node_modules.
    ...bundleFiles.map((file) => ({
      name: `bundle ${file.replace(/^.*\//, '').replace('bundled', 'tsup')}`,
      ...bundle(file),
      ...remedied,
    })),
    { name: 'bundle cjs.cjs, observeOpenAI', ...bundle('observed.cjs') },
    { name: 'bundle cjs.cjs, without a remedy', ...bundle('cjs.cjs'), isMissed: true, warns: MISSED },

    // Other runtimes.
    {
      name: 'import openai, --preload',
      runtimes: ['bun'],
      args: ['--preload', '@userspan/node/auto', 'static.mjs'],
    },
    {
      name: 'require openai, --preload',
      runtimes: ['bun'],
      args: ['--preload', '@userspan/node/auto', 'cjs.cjs', 'openai'],
      isMissed: true,
      warns: MISSED,
    },
    {
      name: 'set up by an import in the app, Bun',
      runtimes: ['bun'],
      args: ['imported-late.mjs'],
      isMissed: true,
      warns: MISSED,
    },
    {
      name: 'set up by an import in the app, Deno',
      runtimes: ['deno'],
      args: ['run', '-A', 'imported-late.mjs'],
      isMissed: true,
      warns: MISSED,
    },
    ...['import openai, Deno --preload', 'require openai, Deno --preload'].map((name) => ({
      name,
      runtimes: ['deno'],
      args: [
        'run',
        '-A',
        '--preload',
        './set-up.mjs',
        ...(name.startsWith('import') ? ['static.mjs'] : ['cjs.cjs', 'openai']),
      ],
    })),
    { name: 'import openai after register()', runtimes: ['20', '22', '24', 'bun'], args: ['registered.mjs'] },
    {
      name: 'import openai after register(), Deno',
      runtimes: ['deno'],
      args: ['run', '-A', 'registered.mjs'],
    },
    { name: 'observeOpenAI', runtimes: ['20', '22', '24', 'bun'], args: ['observed.mjs'] },
    { name: 'observeOpenAI, Deno', runtimes: ['deno'], args: ['run', '-A', 'observed.mjs'] },
  ];
}
