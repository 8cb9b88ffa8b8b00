import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OpenAIServer } from '@userspan-test/openai-server';
import { startOpenAIServer } from '@userspan-test/openai-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { addDollars, readUsers, totalCalls } from './figures.ts';
import { root, startCollector, until } from './processes.ts';

const runFile = promisify(execFile);

describe('the examples, run as documented', () => {
  let api: OpenAIServer;
  beforeAll(async () => {
    api = await startOpenAIServer();
  });
  afterAll(() => api.close());

  async function runExample(
    folder: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<string> {
    const { stdout, stderr } = await runFile(process.execPath, [...args], {
      cwd: join(root, 'examples', folder),
      env: { PATH: process.env['PATH'], OPENAI_BASE_URL: api.url, OPENAI_API_KEY: 'sk-test', ...env },
    });
    expect(stderr).toBe('');
    return stdout;
  }

  it('in-process prints users and their cost, without a collector', async () => {
    const before = api.bills.length;
    const output = await runExample('in-process', ['app.js']);
    const bills = api.bills.slice(before);
    const lines = output
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect(Object.fromEntries(lines.map(([id, calls]) => [id, calls]))).toEqual({ u_ada: '2', u_ben: '1' });
    expect(addDollars(lines.map(([, , cost]) => cost ?? ''))).toBe(
      addDollars(bills.map(({ usd }) => usd ?? '')),
    );
  });

  describe('with a collector', () => {
    let collector: Awaited<ReturnType<typeof startCollector>>;
    beforeEach(async () => {
      collector = await startCollector();
    });
    afterEach(async () => {
      await collector.stop();
    });

    it('langchain counts the calls of an agent once, for the users in its metadata', async () => {
      const before = api.bills.length;
      const output = await runExample('langchain', ['--import', '@userspan/node/auto', 'app.js'], {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      });
      expect(output.trim().split('\n')).toHaveLength(3);
      const bills = api.bills.slice(before);
      const { users, unattributed } = await until(
        () => readUsers(collector.url),
        (seen) => seen.users.length === 2 && totalCalls(seen) === bills.length,
      );
      expect(Object.fromEntries(users.map(({ id, name, calls }) => [id, [name, calls]]))).toEqual({
        u_ada: ['Ada', 4],
        u_ben: ['Ben', 2],
      });
      expect(addDollars(users.map(({ costExact }) => costExact ?? ''))).toBe(
        addDollars(bills.map(({ usd }) => usd ?? '')),
      );
      expect(unattributed.calls).toBe(0);
    });

    it('own-opentelemetry adds user and cost to the spans of an existing set-up with four components', async () => {
      await runExample('own-opentelemetry', ['--import', './telemetry.js', 'app.js'], {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      });
      const { users } = await until(
        () => readUsers(collector.url),
        (seen) => seen.users.length > 0,
      );
      expect(users).toMatchObject([
        {
          id: 'u_ada',
          name: 'Ada Lovelace',
          group: 'Analytical Engines',
          calls: 1,
          costExact: api.bills.at(-1)?.usd,
        },
      ]);
    });

    it('budget answers 200 within the budget, 429 if it is renewed today, and otherwise 402', async () => {
      const child = spawn(process.execPath, ['--import', '@userspan/node/auto', 'server.js'], {
        cwd: join(root, 'examples', 'budget'),
        env: {
          PATH: process.env['PATH'],
          OPENAI_BASE_URL: api.url,
          OPENAI_API_KEY: 'sk-test',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          USERSPAN_ENDPOINT: collector.url,
          OTEL_BSP_SCHEDULE_DELAY: '100',
          PORT: '0',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const ask = (user: string): Promise<Response> =>
        fetch(`${line.toString().trim()}/answer`, { headers: { 'x-user': user } });
      for (const budget of [
        { user: 'daily', usd: '0.0000001', period: 'day' },
        { user: 'monthly', usd: '0.0000001', period: 'month' },
      ]) {
        const put = await fetch(`${collector.url}/api/budgets`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(budget),
        });
        expect(put.status).toBe(200);
      }
      expect((await ask('daily')).status).toBe(200);
      expect((await ask('monthly')).status).toBe(200);
      const daily = await until(
        () => ask('daily'),
        ({ status }) => status !== 200,
        40_000,
      );
      expect([daily.status, Number(daily.headers.get('retry-after')) <= 86_400]).toEqual([429, true]);
      const monthly = await until(
        () => ask('monthly'),
        ({ status }) => status !== 200,
        40_000,
      );
      const { again } = (await monthly.json()) as { again: string };
      // On the last day of a month, the monthly budget is also renewed within a day.
      expect(monthly.status).toBe(Date.parse(again) - Date.now() <= 86_400_000 ? 429 : 402);
      expect((await ask('somebody else')).status).toBe(200);
      // A collector that does not answer refuses no user.
      await collector.stop();
      expect((await ask('new')).status).toBe(200);
    }, 60_000);
  });
});
