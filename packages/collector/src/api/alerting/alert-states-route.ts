import type { FastifyInstance } from 'fastify';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

import type { AlertState } from '../../alerts/alert-state.ts';
import { rulesOfBudget } from '../../alerts/budgets/budget.ts';
import type { Budget } from '../../alerts/budgets/budget.ts';
import { ALERT_SUBJECTS } from '../../alerts/rule.ts';
import type { AlertRule } from '../../alerts/rule.ts';
import { decodeCursor } from '../../storage/read/query/cursor.ts';
import type { StateRecord } from '../../storage/read/alerting/alerting-records.ts';
import type { ApiContext } from '../api-context.ts';
import { LIST_QUERY } from '../request/query-shapes.ts';
import { sendList } from '../response/list-reply.ts';
import { COUNT, listOf, object, TEXT } from '../response/shapes.ts';
import { ALERT_STATE } from './shapes.ts';
import { readNames } from './subject-names.ts';

const QUERY = Type.Object({
  rule: Type.Optional(Type.String({ description: 'Only states of this rule.' })),
  of: Type.Optional(Type.Enum(ALERT_SUBJECTS, { description: 'Only states of users, groups…' })),
  subject: Type.Optional(
    Type.String({ maxLength: 1024, description: 'Only states of the user, group… with this id.' }),
  ),
  active: Type.Optional(
    Type.Boolean({ description: 'true: only states that fire now; false: only the others.' }),
  ),
  ...LIST_QUERY,
});

const COLUMNS = [
  'rule',
  'of',
  'subject',
  'subjectName',
  'isActive',
  'severity',
  'threshold',
  'value',
  'since',
  'lastTold',
] as const;

interface StateJson {
  readonly rule: string;
  readonly of: string;
  readonly subject: string;
  readonly subjectName: string | null;
  readonly isActive: boolean;
  readonly severity: string | null;
  readonly threshold: string | null;
  readonly value: string;
  readonly since: string;
  readonly lastTold: string | null;
}

/**
 * The subjects for which alerts fire. A rule for each user may fire for all users, so this is a paged list like that of
 * users.
 */
export function alertStatesRoute(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  const { alerting: reader } = context.store;
  /** All rules, including those of budgets. */
  const rulesOf = async (project: string): Promise<ReadonlyMap<string, AlertRule>> => {
    const rules = new Map<string, AlertRule>(await alerting.configs.list<AlertRule>(project, 'rule'));
    for (const budget of (await alerting.configs.list<Budget>(project, 'budget')).values()) {
      for (const rule of rulesOfBudget(budget)) rules.set(rule.id, rule);
    }
    return rules;
  };

  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/alert-states',
    config: { permission: 'read' },
    schema: {
      operationId: 'listAlertStates',
      summary:
        'States of alerts and budgets: the users, groups, … for which they fire, or have fired in the current period. Those that fire come first.',
      querystring: QUERY,
      response: {
        200: listOf(ALERT_STATE, {
          total: { ...COUNT, description: 'Total number of states.' },
          active: { ...COUNT, description: 'Number of states that fire now.' },
          byRule: { type: 'array', items: object({ rule: TEXT, active: COUNT, ended: COUNT }) },
        }),
      },
    },
    handler: async (request, reply) => {
      const { project, query } = request;
      const { rule, of, subject, active, limit, cursor } = query;
      const rules = await rulesOf(project);
      const wanted = {
        project,
        ruleIds: [...rules.keys()].filter((id) => rule === undefined || id === rule),
        ...(of === undefined ? {} : { of }),
        ...(subject === undefined ? {} : { subject }),
        ...(active === undefined ? {} : { isActive: active }),
      };
      return sendList<StateJson>(request, reply, {
        columns: COLUMNS,
        limit,
        after: decodeCursor(cursor, 4),
        page: async (most, after) => {
          const { rows, next } = await reader.listStates({ ...wanted, limit: most, after });
          const states = rows.flatMap((row) => showState(row, rules) ?? []);
          const nameOf = await readNames(context.store, project, states);
          const named = states.map((state) => ({ ...state, subjectName: nameOf(state.of, state.subject) }));
          return { rows: named, ...(next === undefined ? {} : { next }) };
        },
        beside: async () => {
          const byRule = await reader.countStates(wanted);
          const sum = (of_: 'active' | 'ended'): number => byRule.reduce((all, each) => all + each[of_], 0);
          return { total: sum('active') + sum('ended'), active: sum('active'), byRule };
        },
      });
    },
  });
}

function showState(
  { rule_id: ruleId, subject, value }: StateRecord,
  rules: ReadonlyMap<string, AlertRule>,
): Omit<StateJson, 'subjectName'> | undefined {
  const rule = rules.get(ruleId);
  if (rule === undefined) return undefined;
  const state = JSON.parse(value) as AlertState;
  const threshold = rule.thresholds[state.isActive ? state.level : state.reached];
  const at = subject.indexOf(':');
  return {
    rule: ruleId,
    of: subject.slice(0, at),
    subject: subject.slice(at + 1),
    isActive: state.isActive,
    severity: threshold?.severity ?? null,
    threshold: threshold?.value ?? null,
    value: state.value,
    since: new Date(state.sinceMs).toISOString(),
    lastTold: state.toldMs === 0 ? null : new Date(state.toldMs).toISOString(),
  };
}
