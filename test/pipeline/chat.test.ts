import type { Bill, OpenAIServer } from '@userspan-test/openai-server';
import { startOpenAIServer } from '@userspan-test/openai-server';
import { visit, visitors } from '@userspan-examples/chat/visitors.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDollars, readUsers, totalCalls } from './figures.ts';
import type { Figures } from './figures.ts';
import { startChat, startCollector, until } from './processes.ts';
import type { Running } from './processes.ts';

const idOfSession: Record<string, string> = {
  'ada-session': 'u_ada',
  'grace-session': 'u_grace',
  'linus-session': 'u_linus',
};
const nobody = 'nobody';

/** The billed calls by user. The bill of an abandoned stream is not visible to its caller. */
function expectedFigures(
  bills: ReadonlyMap<string, readonly Bill[]>,
  failed: string,
): Record<string, Figures> {
  const expected: Record<string, Figures> = {};
  for (const [user, all] of bills) {
    const known = all.filter((bill) => bill.complete);
    const errors = user === failed ? 1 : 0;
    expected[user] = {
      calls: all.length + errors,
      // A rejected call was not billed.
      unpricedCalls: all.length - known.length,
      errors,
      inputTokens: known.reduce((sum, bill) => sum + (bill.usage.inputTokens ?? 0), 0),
      outputTokens: known.reduce((sum, bill) => sum + (bill.usage.outputTokens ?? 0), 0),
      costExact: known.length === 0 ? null : addDollars(known.map((bill) => bill.usd ?? 'no price')),
    };
  }
  return expected;
}

function figuresOf(row: Figures): Figures {
  const { calls, unpricedCalls, errors, inputTokens, outputTokens, costExact } = row;
  return { calls, unpricedCalls, errors, inputTokens, outputTokens, costExact };
}

describe('app, stand-in for OpenAI, exporter and collector in separate processes', () => {
  let api: OpenAIServer;
  let collector: Running;
  let chat: Running;

  beforeAll(async () => {
    api = await startOpenAIServer();
    collector = await startCollector();
    chat = await startChat(collector.url, api.url);
  });
  afterAll(async () => {
    await chat.stop();
    await collector.stop();
    await api.close();
  });

  it('returns each user with exactly the calls, tokens and dollars that were billed', async () => {
    const bills = new Map<string, Bill[]>();
    for (const { session, act } of visitors) {
      const before = api.bills.length;
      await act(chat.url);
      // The bill of an abandoned stream is written when its connection has closed.
      await until(
        () => Promise.resolve(api.bills.length),
        (count) => count > before || session === 'ada-session',
      );
      const user = session === undefined ? nobody : (idOfSession[session] ?? session);
      bills.set(user, [...(bills.get(user) ?? []), ...api.bills.slice(before)]);
    }
    const expected = expectedFigures(bills, 'u_ada');
    const calls = Object.values(expected).reduce((sum, figures) => sum + figures.calls, 0);

    const seen = await until(
      () => readUsers(collector.url),
      (answer) => totalCalls(answer) >= calls,
    );
    const byUser = Object.fromEntries(seen.users.map((row) => [row.id, figuresOf(row)]));
    expect({ ...byUser, [nobody]: figuresOf(seen.unattributed) }).toEqual(expected);
    expect(seen.users.map(({ id, name, email, group }) => ({ id, name, email, group }))).toEqual(
      expect.arrayContaining([
        { id: 'u_ada', name: 'Ada Lovelace', email: 'ada@example.com', group: 'Analytical Engines' },
        { id: 'u_grace', name: 'Grace Hopper', email: 'grace@example.com', group: null },
        { id: 'u_linus', name: 'Linus Pauling', email: 'linus@example.com', group: null },
      ]),
    );
  });

  it('counts exactly twice as much after all users send their requests again concurrently', async () => {
    const before = await readUsers(collector.url);
    await visit(chat.url);
    const after = await until(
      () => readUsers(collector.url),
      (answer) => totalCalls(answer) >= 2 * totalCalls(before),
    );
    for (const user of after.users) {
      const once = before.users.find(({ id }) => id === user.id);
      expect(once, user.id).toBeDefined();
      if (once === undefined) continue;
      expect(figuresOf(user), user.id).toEqual({
        calls: once.calls * 2,
        unpricedCalls: once.unpricedCalls * 2,
        errors: once.errors * 2,
        inputTokens: once.inputTokens * 2,
        outputTokens: once.outputTokens * 2,
        costExact: once.costExact === null ? null : addDollars([once.costExact, once.costExact]),
      });
    }
  });

  it('sends no user to the model vendor: no id, name or email in any header or body', () => {
    const wire = JSON.stringify(api.requests.map(({ headers, body }) => ({ headers, body })));
    expect(wire).not.toMatch(/u_ada|Lovelace|ada@example|Grace|Hopper|Pauling|baggage/);
  });

  it('prints only status messages', () => {
    expect(chat.output()).not.toMatch(/userspan:|Error|warn/i);
    expect(collector.output()).not.toMatch(/ada@example|u_ada/);
  });
});
