import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRow, type Reasons } from './client-table.ts';
import { keysOf, openRoom, readProject, type Room, runApp, type UserRow } from './run-client.ts';

/** A Python with the packages of `CLIENTS`: `test/clients/run.mjs` makes one. */
const PYTHON = process.env['USERSPAN_CLIENTS_PYTHON'] ?? '';

interface Client {
  /** With the version that `run.mjs` installs. */
  readonly title: string;
  readonly name: string;
  readonly env: (address: string, key: string) => Readonly<Record<string, string>>;
  readonly reasons?: Reasons;
}

const otlp = (address: string, key: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: address,
  OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${key}`,
});

const CLIENTS: readonly Client[] = [
  {
    title: 'Langfuse Python 5.0.4',
    name: 'langfuse',
    env: (address, key) => ({
      LANGFUSE_BASE_URL: address,
      LANGFUSE_PUBLIC_KEY: 'pk-lf-1',
      LANGFUSE_SECRET_KEY: key,
    }),
    reasons: { props: 'not sent: a user is an id' },
  },
  {
    title: 'LangSmith Python 0.15.1, otel',
    name: 'langsmith',
    env: (address, key) => ({
      LANGSMITH_TRACING: 'true',
      LANGSMITH_TRACING_MODE: 'otel',
      LANGSMITH_OTEL_ENABLED: 'true',
      LANGSMITH_OTEL_ONLY: 'true',
      LANGSMITH_ENDPOINT: address,
      LANGSMITH_API_KEY: key,
    }),
    reasons: { props: 'not sent: a user is an id' },
  },
  {
    title: 'Logfire Python 5.4.0',
    name: 'logfire',
    env: (address, key) => ({ LOGFIRE_BASE_URL: address, LOGFIRE_TOKEN: key }),
  },
  {
    title: 'OpenLIT Python 1.45.0',
    name: 'openlit',
    env: otlp,
  },
  {
    title: 'Traceloop Python 0.62.4',
    name: 'traceloop',
    env: (address, key) => ({ TRACELOOP_BASE_URL: address, TRACELOOP_API_KEY: key }),
    reasons: { props: 'it has no names for them' },
  },
];

let room: Room;
beforeAll(async () => {
  room = await openRoom(CLIENTS.map(({ name }) => name));
});
afterAll(() => room.close());

describe.skipIf(!existsSync(PYTHON)).each(CLIENTS)('$title', ({ title, name, env, reasons }) => {
  // Each starts Python, and some ask their vendor's server first, which is not there.
  test('users, threads, tokens and cost are the bill’s', { timeout: 120_000 }, async () => {
    const first = room.bills().length;
    await runApp([PYTHON, 'otlp_app.py', name], {
      OPENAI_BASE_URL: room.openaiUrl,
      ...env(room.url, keysOf(name).ingest),
    });
    const { users, calls, threads } = await readProject(room, name, 3);
    expect(calls.length).toBeGreaterThanOrEqual(3);
    const [bill, streamBill] = room.bills().slice(first);
    const userOf = (id: string): UserRow | undefined => users.find((user) => user.id === id);
    const user = userOf('u-user');
    const stream = userOf('u-stream');
    await checkRow(
      title,
      {
        unchanged: true,
        user: calls.every(({ userId }) => userId !== null),
        props: user?.name === 'Ada',
        thread: threads.length === 1 && threads[0]?.id === 'thread-1' && threads[0].userId === 'u-user',
        tokens:
          user?.inputTokens === bill?.usage.inputTokens && user?.outputTokens === bill?.usage.outputTokens,
        cached: user?.cachedTokens === bill?.usage.cachedInputTokens,
        cost: user?.costExact === bill?.usd,
        once: calls.length === 3,
        streams:
          stream?.inputTokens === streamBill?.usage.inputTokens && stream?.costExact === streamBill?.usd,
      },
      reasons,
    );
  });
});
