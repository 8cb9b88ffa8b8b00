import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { RunTable } from './run-table.ts';
import type { OpenRun } from './run-table.ts';

const MINUTE_MS = 60_000;

function makeRuns() {
  const ended: string[] = [];
  const table = new RunTable();
  const add = (id: string, parentRunId: string | undefined, startMs: number, isModel = false): void => {
    const span = { setAttribute: () => span, end: () => void ended.push(id) } as unknown as Span;
    const model = {
      operation: 'chat',
      provider: 'p',
      requestModel: 'm',
      baseUrl: undefined,
      requestTier: undefined,
    };
    const run: OpenRun = {
      parentRunId,
      context: ROOT_CONTEXT,
      span,
      startMs,
      lastMs: startMs,
      hasFirstChunk: false,
    };
    table.add(id, isModel ? { ...run, model } : run);
  };
  return { table, add, ended };
}

test('keeps an agent that is active for hours, and drops a model call without events', () => {
  const { add, ended } = makeRuns();
  add('agent', undefined, 0);
  for (let minutes = 1; minutes <= 600; minutes += 29) add(`tool${minutes}`, 'agent', minutes * MINUTE_MS);
  expect(ended.filter((id) => id === 'agent')).toEqual([]);
  add('model', 'agent', 600 * MINUTE_MS, true);
  add('other', undefined, 640 * MINUTE_MS);
  expect(ended).toContain('model');
  expect(ended).not.toContain('agent');
});

test('ends open children when their root ends', () => {
  const { table, add, ended } = makeRuns();
  add('root', undefined, 0);
  add('inner', 'root', 0);
  add('innermost', 'inner', 0);
  add('stranger', undefined, 0);
  table.take('root');
  expect(ended).toEqual(['inner', 'innermost']);
});

test('limits the number of runs', () => {
  const { table, add, ended } = makeRuns();
  for (let i = 0; i < 5000; i += 1) add(`r${i}`, undefined, i);
  expect(ended).toHaveLength(5000 - 4096);
  expect([table.get('r0'), table.get('r4999')?.startMs]).toEqual([undefined, 4999]);
});
