import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { startOpenAIServer } from '@userspan-test/openai-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OtlpReceiver } from './otlp-receiver.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { startProcess, until } from './processes.ts';

const app = (name: string): string => fileURLToPath(new URL(`apps/${name}`, import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

let api: OpenAIServer;
let receiver: OtlpReceiver;
beforeAll(async () => {
  api = await startOpenAIServer();
});
afterAll(() => api.close());
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

/** Runs an app to its end. Returns its output and exit code. */
function runToEnd(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; output: string; ms: number }> {
  const from = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: here,
    env: {
      PATH: process.env['PATH'],
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OPENAI_BASE_URL: api.url,
      OPENAI_API_KEY: 'sk-test',
      ...env,
    },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, output, ms: performance.now() - from })),
  );
}

/** Code that starts a worker thread. */
const inWorker = (args: string): string => `new (require('node:worker_threads').Worker)(${args})`;

const call = {
  'user.id': 'u1',
  'user.name': 'Ada',
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4o-mini',
  'gen_ai.usage.input_tokens': 19,
  'gen_ai.usage.output_tokens': 10,
  'gen_ai.usage.cost': 0.00000885,
};

describe('set-up', () => {
  it.each([
    ['ESM under --import', ['--import', '@userspan/node/auto', app('ask.mjs')]],
    ['CommonJS under --require', ['--require', '@userspan/node/auto', app('ask.cjs')]],
    ['CommonJS under --import', ['--import', '@userspan/node/auto', app('ask.cjs')]],
    [
      'a worker thread under --require',
      ['--require', '@userspan/node/auto', '--eval', inWorker(JSON.stringify(app('ask.cjs')))],
    ],
    [
      'a worker thread from a string under --require',
      [
        '--require',
        '@userspan/node/auto',
        '--eval',
        inWorker('"require(\'./apps/ask.cjs\')", { eval: true }'),
      ],
    ],
    ['register() in code', [app('registers.mjs')]],
  ])('%s: records the call with user and cost, and exits normally', async (_, args) => {
    const { code, output } = await runToEnd(args);
    expect(output).toContain('done');
    expect(code).toBe(0);
    expect(receiver.spans.map(({ name }) => name)).toEqual(['chat gpt-4o-mini']);
    expect(receiver.spans[0]?.attributes).toMatchObject(call);
  });

  it('register() called twice warns and returns the first registration', async () => {
    const { output } = await runToEnd([app('registers.mjs')]);
    expect(output).toContain('the first set-up');
    expect(output.match(/register\(\) was called twice/g)).toHaveLength(1);
  });

  it('register() beside another SDK reports once where spans are sent and records the call', async () => {
    const { code, output } = await runToEnd([app('foreign.mjs')]);
    expect(output.match(/another OpenTelemetry SDK is set up in this process/g)).toHaveLength(1);
    expect(output).toContain('done');
    expect(code).toBe(0);
    expect(receiver.spans).toHaveLength(1);
  });

  it('reports an invalid variable and starts the app anyway', async () => {
    const { code, output } = await runToEnd(['--import', '@userspan/node/auto', app('ask.mjs')], {
      USERSPAN_PRICES: '/nowhere/prices.json',
    });
    expect(output).toMatch(/USERSPAN_PRICES names \/nowhere\/prices\.json/);
    expect(output).toContain('done');
    expect(code).toBe(0);
  });

  it('does nothing when disabled', async () => {
    const { code, output } = await runToEnd(['--import', '@userspan/node/auto', app('ask.mjs')], {
      OTEL_SDK_DISABLED: 'true',
    });
    expect({ code, output, spans: receiver.spans }).toEqual({ code: 0, output: 'done\n', spans: [] });
  });

  it('sends the headers and the service name of the environment', async () => {
    await runToEnd(['--import', '@userspan/node/auto', app('ask.mjs')], {
      OTEL_EXPORTER_OTLP_HEADERS: 'x-a=1',
      USERSPAN_TOKEN: 'secret',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=other',
      OTEL_SERVICE_NAME: 'named',
    });
    expect(receiver.headers[0]).toMatchObject({ 'x-a': '1', authorization: 'Bearer secret' });
    expect(receiver.spans[0]?.resource).toMatchObject({
      'service.name': 'named',
      'deployment.environment.name': 'test',
      'telemetry.distro.name': '@userspan/node',
    });
    expect(
      Object.keys(receiver.spans[0]?.resource ?? {}).filter((key) => /^(process|host)\./.test(key)),
    ).toEqual([]);
  });

  it('uses own prices from the file of USERSPAN_PRICES', async () => {
    await runToEnd(['--import', '@userspan/node/auto', app('ask.mjs')], {
      USERSPAN_PRICES: app('prices.json'),
    });
    expect(receiver.spans[0]?.attributes).toMatchObject({
      'gen_ai.usage.cost': 0.000039,
      'userspan.cost.source': 'custom',
    });
  });

  it('exports hashed ids and selected props if configured', async () => {
    await runToEnd(['--import', '@userspan/node/auto', app('ask.mjs')], {
      USERSPAN_USER_ID: 'hmac',
      USERSPAN_USER_KEY: 'key',
      USERSPAN_USER_PROPS: 'none',
    });
    const attributes = receiver.spans[0]?.attributes ?? {};
    expect(attributes['user.hash']).toMatch(/^[0-9a-f]{32,}$/);
    expect(JSON.stringify(attributes)).not.toMatch(/u1"|Ada/);
  });
});

describe('the end of a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s sends the remaining spans and ends the process as without Userspan',
    async (signal) => {
      const running = await startProcess(['--import', '@userspan/node/auto', app('waits-for-signal.mjs')], {
        cwd: here,
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          USERSPAN_SCHEDULE_DELAY_MS: '60000',
        },
      });
      expect(await running.stop(signal)).toBe(signal);
      expect(receiver.spans.map(({ name }) => name)).toEqual(['last words']);
    },
  );

  it('does not end an app that handles the signal itself', async () => {
    const running = await startProcess(
      ['--import', '@userspan/node/auto', app('waits-for-signal.mjs'), 'own-listener'],
      {
        cwd: here,
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          USERSPAN_SCHEDULE_DELAY_MS: '60000',
        },
      },
    );
    expect(await running.stop('SIGTERM')).toBe(7);
    expect(running.output()).toContain('the app ends it');
    expect(receiver.spans.map(({ name }) => name)).toEqual(['last words']);
  });

  it('does not wait longer than the limit for a collector that does not answer', async () => {
    receiver.answer(200, 60_000);
    const running = await startProcess(['--import', '@userspan/node/auto', app('waits-for-signal.mjs')], {
      cwd: here,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, USERSPAN_FLUSH_TIMEOUT_MS: '300' },
    });
    const from = performance.now();
    expect(await running.stop('SIGTERM')).toBe('SIGTERM');
    expect(performance.now() - from).toBeLessThan(3000);
    await until(
      () => Promise.resolve(running.output()),
      (output) => output.includes('could not be sent within 300 ms'),
    );
  });
});
