import { randomUUID } from 'node:crypto';

import type { FastifyInstance } from 'fastify';

import { parseRule } from '../../alerts/rule.ts';
import type { AlertRule } from '../../alerts/rule.ts';
import { parseSilence } from '../../alerts/silence.ts';
import type { Silence } from '../../alerts/silence.ts';
import type { Stored } from '../../alerts/config-book.ts';
import type { ApiContext } from '../api-context.ts';
import { notFound, Problem } from '../response/problem.ts';
import { OBJECT, TEXT, object } from '../response/shapes.ts';
import { alertStatesRoute } from './alert-states-route.ts';
import { parsed } from './as-problem.ts';
import { bodyOf, RULE, RULE_BODY, SILENCE } from './shapes.ts';
import { NAME_PARAMS } from '../request/query-shapes.ts';
import type { Static } from 'typebox';

type StoredRule = AlertRule & Stored;

const MAX_RULES = 1000;

function showRule({ isFromFile: _isFromFile, budgetId: _budgetId, ...rule }: StoredRule): object {
  return rule;
}

/** Alert rules, who they fire for, and silences. */
export function alertRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  const rulesOf = (project: string): Promise<ReadonlyMap<string, StoredRule>> =>
    alerting.configs.list<AlertRule>(project, 'rule');
  const checkChannels = async (project: string, ids: readonly string[]): Promise<void> => {
    const known = await alerting.configs.list(project, 'channel');
    const missing = ids.find((id) => !known.has(id));
    if (missing !== undefined)
      throw new Problem(400, `There is no channel ${JSON.stringify(missing)}. Add it first.`);
  };
  const save = async (project: string, id: string, body: unknown): Promise<StoredRule> => {
    const rule = parsed(() => parseRule(body, id));
    await checkChannels(project, rule.channels);
    await alerting.configs.write([{ project, kind: 'rule', id, value: rule }]);
    return rule;
  };

  app.route({
    method: 'GET',
    url: '/alerts',
    config: { permission: 'read' },
    schema: {
      operationId: 'listAlerts',
      summary: 'Alert rules',
      response: { 200: object({ data: { type: 'array', items: RULE } }) },
    },
    handler: async ({ project }) => ({ data: [...(await rulesOf(project)).values()].map(showRule) }),
  });

  app.route<{ Body: { readonly id?: unknown } }>({
    method: 'POST',
    url: '/alerts',
    config: { permission: 'admin' },
    schema: {
      operationId: 'addAlert',
      summary: 'Adds an alert rule. Each user, group, model, service or tag has a state of its own.',
      body: OBJECT,
      requestBody: RULE_BODY,
      response: { 201: RULE },
    },
    handler: async ({ project, body }, reply) => {
      const rules = await rulesOf(project);
      const id = typeof body.id === 'string' ? body.id : randomUUID();
      if (rules.has(id))
        throw new Problem(409, `The alert ${JSON.stringify(id)} exists already; change it with PUT.`);
      if (rules.size >= MAX_RULES) throw new Problem(409, `A project has at most ${MAX_RULES} alerts.`);
      return reply.code(201).send(showRule(await save(project, id, body)));
    },
  });

  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'PUT',
    url: '/alerts/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'changeAlert',
      summary: 'Adds or replaces the alert rule with this id',
      params: NAME_PARAMS,
      body: OBJECT,
      requestBody: RULE_BODY,
      response: { 200: RULE },
    },
    handler: async ({ project, params, body }) => showRule(await save(project, params.id, body)),
  });

  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'DELETE',
    url: '/alerts/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeAlert',
      summary: 'Removes an alert rule and its states',
      params: NAME_PARAMS,
      response: { 200: RULE },
    },
    handler: async ({ project, params }) => {
      const rule = (await rulesOf(project)).get(params.id);
      if (rule === undefined) throw notFound('alert');
      await alerting.configs.write([{ project, kind: 'rule', id: params.id }]);
      return showRule(rule);
    },
  });

  alertStatesRoute(app, context);
  silenceRoutes(app, context);
}

function showSilence({ id, ruleId, subject, fromMs, untilMs, comment }: Silence): object {
  return {
    id,
    rule: ruleId,
    user: subject?.of === 'user' ? subject.id : null,
    group: subject?.of === 'group' ? subject.id : null,
    from: new Date(fromMs).toISOString(),
    until: untilMs === null ? null : new Date(untilMs).toISOString(),
    comment,
  };
}

function silenceRoutes(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  app.route({
    method: 'GET',
    url: '/silences',
    config: { permission: 'read' },
    schema: {
      operationId: 'listSilences',
      summary: 'Silences, and muted users and groups',
      response: { 200: object({ data: { type: 'array', items: SILENCE } }) },
    },
    handler: async ({ project }) => ({
      data: [...(await alerting.configs.list<Silence>(project, 'silence')).values()].map(showSilence),
    }),
  });

  app.route({
    method: 'POST',
    url: '/silences',
    config: { permission: 'admin' },
    schema: {
      operationId: 'addSilence',
      summary:
        'Silences all alerts, one rule, one user or one group; alerts that are still active when the silence ends are sent then',
      body: OBJECT,
      requestBody: bodyOf({ rule: TEXT, user: TEXT, group: TEXT, from: TEXT, until: TEXT, comment: TEXT }),
      response: { 201: SILENCE },
    },
    handler: async ({ project, body }, reply) => {
      const id = randomUUID();
      const silence = parsed(() => parseSilence(body, project, id, context.clock()));
      await alerting.configs.write([{ project, kind: 'silence', id, value: silence }]);
      return reply.code(201).send(showSilence(silence));
    },
  });

  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'DELETE',
    url: '/silences/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeSilence',
      summary: 'Ends a silence',
      params: NAME_PARAMS,
      response: { 200: SILENCE },
    },
    handler: async ({ project, params }) => {
      const silence = (await alerting.configs.list<Silence>(project, 'silence')).get(params.id);
      if (silence === undefined) throw notFound('silence');
      await alerting.configs.write([{ project, kind: 'silence', id: params.id }]);
      return showSilence(silence);
    },
  });
}
