import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { BudgetStatus } from '../../alerts/budgets/budget-book.ts';
import { stringOf } from '../../alerts/rule.ts';
import { keyIdOf, newUsageKey, openUsageToken, showUsageKey } from '../../security/usage-token.ts';
import type { UsageKey, UsageSubject } from '../../security/usage-token.ts';
import type { OwnUsage, UsageFigures } from '../../storage/read/alerting/own-usage.ts';
import type { ApiContext } from '../api-context.ts';
import { notFound, Problem } from '../response/problem.ts';
import { COUNT, OBJECT, object, TEXT, TEXT_OR_NULL, TIME, UNPRICED_CALLS } from '../response/shapes.ts';
import { parsed } from './as-problem.ts';
import { standingOf } from './budget-routes.ts';
import { bodyOf, STANDING } from './shapes.ts';
import { NAME_PARAMS } from '../request/query-shapes.ts';
import { escapeHtml } from '../../runtime/escape-html.ts';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

const FIGURES = {
  calls: COUNT,
  tokens: COUNT,
  cost: TEXT,
  unpricedCalls: UNPRICED_CALLS,
};
const USAGE = object({
  ...FIGURES,
  from: TIME,
  to: TIME,
  models: { type: 'array', items: object({ model: TEXT_OR_NULL, ...FIGURES }) },
  days: { type: 'array', items: object({ day: { type: 'string', format: 'date' }, ...FIGURES }) },
});
const KEY = object({ id: TEXT, name: TEXT, at: TIME });
const TOKEN_QUERY = Type.Object({
  token: Type.Optional(
    Type.String({ description: 'A usage token. It can also be sent as Authorization: Bearer.' }),
  ),
});
const DAY_MS = 86_400_000;

type TokenRequest = FastifyRequest<{ Querystring: Static<typeof TOKEN_QUERY> }>;

/** Routes for a customer's own usage, with a token that the app's backend created with a usage key. */
export function ownUsageRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alerting, store } = context;

  app.route({
    method: 'GET',
    url: '/usage-keys',
    config: { permission: 'admin' },
    schema: {
      operationId: 'listUsageKeys',
      summary: 'Keys with which backends sign usage tokens, without their secrets',
      response: { 200: object({ data: { type: 'array', items: KEY } }) },
    },
    handler: async ({ project }) => ({
      data: [...(await alerting.configs.list<UsageKey>(project, 'usage-key')).values()].map(showKey),
    }),
  });

  app.route<{ Body: { readonly name?: unknown } }>({
    method: 'POST',
    url: '/usage-keys',
    config: { permission: 'admin' },
    schema: {
      operationId: 'addUsageKey',
      summary: 'Creates a key. Only this answer contains it.',
      body: OBJECT,
      requestBody: bodyOf({ name: TEXT }),
      response: { 201: object({ id: TEXT, name: TEXT, at: TIME, key: TEXT }) },
    },
    handler: async ({ project, body }, reply) => {
      const key = newUsageKey(
        parsed(() => stringOf(body.name ?? 'usage key', 'name')),
        context.clock(),
      );
      await alerting.configs.write([{ project, kind: 'usage-key', id: key.id, value: key }]);
      return reply.code(201).send({ ...showKey(key), key: showUsageKey(key) });
    },
  });

  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'DELETE',
    url: '/usage-keys/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeUsageKey',
      summary: 'Removes a key and revokes its tokens',
      params: NAME_PARAMS,
      response: { 200: KEY },
    },
    handler: async ({ project, params: { id } }) => {
      const key = (await alerting.configs.list<UsageKey>(project, 'usage-key')).get(id);
      if (key === undefined) throw notFound('usage key');
      await alerting.configs.write([{ project, kind: 'usage-key', id }]);
      return showKey(key);
    },
  });

  /** The user or group of a request, or 401. Every refusal looks the same. */
  const subjectOf = async (request: TokenRequest): Promise<UsageSubject & { readonly project: string }> => {
    const header = /^Bearer +(ust_\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = header ?? request.query.token ?? '';
    const id = keyIdOf(token);
    const records = id === undefined ? [] : await alerting.configs.records({ kinds: ['usage-key'] });
    for (const record of records.filter((each) => each.id === id)) {
      const subject = openUsageToken(token, JSON.parse(record.value) as UsageKey, context.clock());
      if (subject !== undefined) return { ...subject, project: record.project };
    }
    throw new Problem(
      401,
      'The usage token is missing, has expired, or was not made with a key of this collector.',
    );
  };
  const usageOf = async ({
    project,
    of,
    id,
  }: UsageSubject & { readonly project: string }): Promise<OwnUsage> => {
    const user = await context.aliases.canonicalOf(project, id);
    const members = of === 'user' ? [user] : await store.alerting.readGroupMembers(project, id);
    const userIds = (await Promise.all(members.map((each) => context.aliases.idsOf(project, each)))).flat();
    const now = new Date(context.clock());
    const fromMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
    return store.alerting.readOwnUsage({
      project,
      userIds,
      fromMs,
      toMs: Math.floor(now.getTime() / DAY_MS) * DAY_MS + DAY_MS,
    });
  };
  const budgetsOf = async ({
    project,
    of,
    id,
  }: UsageSubject & { readonly project: string }): Promise<readonly BudgetStatus[]> => {
    if (!alerting.budgets.isLoaded) await alerting.refreshBudgets();
    const now = context.clock();
    const { budgets } = alerting;
    if (of === 'group') return budgets.ofGroup(project, id, now);
    // A user may not read the spending of its group.
    return budgets.ofUser(project, id, now).filter((budget) => budget.of === 'user');
  };

  app.route<{ Querystring: Static<typeof TOKEN_QUERY> }>({
    method: 'GET',
    url: '/own/usage',
    config: { permission: 'open' },
    schema: {
      operationId: 'readOwnUsage',
      summary: 'Usage of the token’s user or group in this month (UTC)',
      querystring: TOKEN_QUERY,
      response: { 200: USAGE },
    },
    handler: async (request) => usageOf(await subjectOf(request)),
  });

  app.route<{ Querystring: Static<typeof TOKEN_QUERY> }>({
    method: 'GET',
    url: '/own/budget',
    config: { permission: 'open' },
    schema: {
      operationId: 'readOwnBudget',
      summary: 'Budgets of the token’s user or group. Budgets of a user’s group are not included.',
      querystring: TOKEN_QUERY,
      response: { 200: STANDING },
    },
    handler: async (request) => standingOf(await budgetsOf(await subjectOf(request))),
  });

  app.route<{ Querystring: Static<typeof TOKEN_QUERY> }>({
    method: 'GET',
    url: '/own/page',
    config: { permission: 'open' },
    schema: {
      operationId: 'readOwnPage',
      summary: 'Usage and budgets as a page without scripts, for a frame in the app',
      querystring: TOKEN_QUERY,
      response: { 200: { 'x-content-type': 'text/html', type: 'string' } },
    },
    handler: async (request, reply) => {
      const subject = await subjectOf(request);
      const [usage, budgets] = await Promise.all([usageOf(subject), budgetsOf(subject)]);
      // Any page may frame it, because the token is the permission and the page has nothing to click.
      reply.header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *",
      );
      reply.removeHeader('x-frame-options');
      reply.header('cross-origin-resource-policy', 'cross-origin');
      return reply.type('text/html; charset=utf-8').send(pageOf(usage, budgets));
    },
  });
}

function showKey({ id, name, createdMs }: UsageKey): object {
  return { id, name, at: new Date(createdMs).toISOString() };
}

/** A cost in words: `$5`, `$5 and 2 calls without a price`, or `no price`. */
function costText({ cost, calls, unpricedCalls }: UsageFigures): string {
  if (unpricedCalls === 0) return `$${cost}`;
  if (unpricedCalls === calls) return 'no price';
  return `$${cost} and ${countText(unpricedCalls, 'call')} without a price`;
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function pageOf(usage: OwnUsage, budgets: readonly BudgetStatus[]): string {
  const rows = usage.models.map(
    (row) =>
      `<tr><td>${escapeHtml(row.model ?? 'other')}</td><td>${row.calls}</td><td>${row.tokens}</td><td>${costText(row)}</td></tr>`,
  );
  const budgetRows = budgets.map(
    ({ name, spent, usd, left, unpricedCalls, to }) =>
      `<tr><td>${escapeHtml(name)}</td><td>$${spent}${unpricedCalls === 0 ? '' : ` and ${countText(unpricedCalls, 'call')} without a price`}</td><td>$${usd}</td><td>${left.startsWith('-') ? `-$${left.slice(1)}` : `$${left}`}</td><td>${to.slice(0, 16).replace('T', ' ')} UTC</td></tr>`,
  );
  const budgetTable =
    budgets.length === 0
      ? ''
      : `
<h2>Budgets</h2><table><thead><tr><th>Budget</th><th>Spent</th><th>Of</th><th>Left</th><th>Until</th></tr></thead><tbody>${budgetRows.join('')}</tbody></table>`;
  const counts = `${countText(usage.calls, 'call')} and ${countText(usage.tokens, 'token')}`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Usage</title>
<style>body{font:14px system-ui;margin:1rem;color-scheme:light dark}table{border-collapse:collapse}th,td{padding:.25rem .75rem;text-align:right}th:first-child,td:first-child{text-align:left}</style>
<h1>Usage since ${usage.from.slice(0, 10)}</h1><p>${counts}: ${costText(usage)}</p>
<table><thead><tr><th>Model</th><th>Calls</th><th>Tokens</th><th>Cost</th></tr></thead><tbody>${rows.join('')}</tbody></table>${budgetTable}</html>`;
}
