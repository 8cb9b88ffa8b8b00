import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startOpenAIServer } from '@userspan-test/openai-server';
import { beforeAll, expect, test } from 'vitest';

interface SeenByTheOther {
  readonly user: unknown;
  readonly noUser: unknown;
  readonly statement: unknown;
  readonly isContentCaptured: boolean;
  readonly baggageMode: string;
  readonly isResponseRecorded: boolean;
  readonly prices: { readonly exact: string };
}

interface ReportedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly id: string;
  readonly parent?: string;
}

interface Report {
  readonly exports: Readonly<Record<string, readonly [string[], string[]]>>;
  readonly isTwoCopies: boolean;
  readonly isOneRegistration: boolean;
  readonly isShutDown: boolean;
  readonly pairs: Readonly<Record<string, SeenByTheOther>>;
  readonly warnings: readonly string[];
  readonly spans: readonly ReportedSpan[];
  readonly users: Readonly<Record<string, readonly unknown[]>>;
}

const app = fileURLToPath(new URL('apps/both.mjs', import.meta.url));
let report: Report;

beforeAll(async () => {
  const server = await startOpenAIServer();
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [app, server.url]);
    report = JSON.parse(stdout) as Report;
  } finally {
    await server.close();
  }
});

/** The copy that sets the state, and the copy that reads it. */
const pairs = ['imported, required', 'required, imported'];
const copies = ['imported', 'required'];

const spanNamed = (name: string): ReportedSpan | undefined => report.spans.find((span) => span.name === name);

test.each(['core', 'internal', 'semconv', 'langchain', 'ledger', 'node', 'openai', 'pricing'])(
  '%s exports the same names as ESM and as CommonJS',
  (name) => {
    const [imported, required] = report.exports[name] ?? [];
    expect(required).toEqual(imported);
    expect(imported).not.toEqual([]);
  },
);

test('has two copies in one process and one registration', () => {
  expect(report.isTwoCopies).toBe(true);
  expect(report.isOneRegistration).toBe(true);
  expect(report.isShutDown).toBe(true);
});

test.each(pairs)('reads in one copy the state that the other sets: %s', (pair) => {
  expect(report.pairs[pair]).toEqual({
    user: { id: 'u1', props: { plan: 'pro' } },
    noUser: null,
    statement: { id: 'u2', props: {} },
    isContentCaptured: false,
    baggageMode: 'always',
    isResponseRecorded: true,
    prices: expect.objectContaining({ exact: '3', source: 'custom' }) as unknown,
  });
});

test.each(copies)('writes the user and the thread of the %s copy on spans', (copy) => {
  expect(spanNamed(`${copy} scope`)?.attributes).toEqual({ 'user.id': 'u1', 'userspan.user.plan': 'pro' });
  expect(spanNamed(`${copy} statement`)?.attributes).toEqual({ 'user.id': 'u2' });
  expect(spanNamed(`${copy} thread`)?.attributes).toEqual({
    'session.id': 't2',
    'gen_ai.conversation.id': 't2',
  });
  expect(spanNamed(`invoke_agent ${copy} agent`)?.attributes).toMatchObject({ 'user.id': 'u3' });
  expect(spanNamed(`execute_tool ${copy} tool`)?.parent).toBe(spanNamed(`invoke_agent ${copy} parent`)?.id);
});

test('logs a warning once', () => {
  const warnings = report.warnings.filter((warning) => warning.startsWith('userspan: an id must be'));
  expect(warnings).toHaveLength(1);
});

test.each(
  ['imported openai', 'required openai', 'langchain'].flatMap((client) =>
    copies.map((copy) => `${client}, ${copy} user`),
  ),
)('records a call once: %s', (user) => {
  const priced = report.spans.filter(
    ({ attributes }) => attributes['user.id'] === user && attributes['gen_ai.usage.cost'] !== undefined,
  );
  expect(priced).toHaveLength(1);
  for (const copy of copies) expect(report.users[copy]).toContainEqual([user, 1, '0.00000195']);
});
