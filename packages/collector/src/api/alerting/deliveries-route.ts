import type { FastifyInstance } from 'fastify';
import { Type } from '../request/schema.ts';
import type { Static } from 'typebox';

import { deliveryOf } from '../../alerts/delivery/delivery.ts';
import { decodeCursor } from '../../storage/read/query/cursor.ts';
import type { DeliveryRecord } from '../../storage/read/alerting/alerting-records.ts';
import type { ApiContext } from '../api-context.ts';
import { LIST_QUERY } from '../request/query-shapes.ts';
import { readTime } from '../request/read-range.ts';
import { pageOf, sendList } from '../response/list-reply.ts';
import { listOf } from '../response/shapes.ts';
import { DELIVERY } from './shapes.ts';

const QUERY = Type.Object({
  channel: Type.Optional(Type.String()),
  alert: Type.Optional(Type.String()),
  before: Type.Optional(
    Type.String({
      description: 'ISO 8601 or milliseconds since 1970: only messages created before this time.',
    }),
  ),
  ...LIST_QUERY,
});

const COLUMNS = [
  'at',
  'channel',
  'rule',
  'subject',
  'state',
  'type',
  'title',
  'attempts',
  'nextAttempt',
  'answer',
  'id',
] as const;

interface DeliveryJson {
  readonly id: string;
  readonly channel: string | null;
  readonly rule: string | null;
  readonly subject: string | null;
  readonly state: string;
  readonly at: string;
  readonly nextAttempt: string | null;
  readonly attempts: number;
  readonly type: string;
  readonly title: string;
  readonly answer: object | null;
}

/** The history of alerts: every message with the result of its delivery. */
export function deliveriesRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Querystring: Static<typeof QUERY> }>({
    method: 'GET',
    url: '/deliveries',
    config: { permission: 'read' },
    schema: {
      operationId: 'listDeliveries',
      summary:
        'History of alert messages, newest first, with the receivers’ answers or the reason why a message was not sent',
      querystring: QUERY,
      response: { 200: listOf(DELIVERY) },
    },
    handler: async (request, reply) => {
      const { project, query } = request;
      const beforeMs =
        query.before === undefined ? undefined : Number(readTime(query.before, 'before') / 1_000_000n);
      return sendList<DeliveryJson>(request, reply, {
        columns: COLUMNS,
        limit: query.limit,
        after: decodeCursor(query.cursor, 2),
        page: async (limit, after) => {
          const records = await context.store.alerting.readDeliveries({
            project,
            limit: limit + 1,
            after,
            ...(query.channel === undefined ? {} : { channelId: query.channel }),
            ...(query.alert === undefined ? {} : { ruleId: query.alert }),
            ...(beforeMs === undefined ? {} : { beforeMs }),
          });
          return pageOf(records, limit, showDelivery, ({ created_ms: at, id }) => [at, id]);
        },
      });
    },
  });
}

function showDelivery(record: DeliveryRecord): DeliveryJson {
  const delivery = deliveryOf(record);
  const { answer } = delivery;
  return {
    id: delivery.id,
    channel: delivery.channelId || null,
    rule: delivery.ruleId || null,
    subject: delivery.subject || null,
    state: delivery.state,
    at: new Date(delivery.createdMs).toISOString(),
    nextAttempt: delivery.state === 'pending' ? new Date(delivery.nextMs).toISOString() : null,
    attempts: delivery.attempts,
    type: delivery.message.type,
    title: delivery.message.title,
    answer:
      answer === null
        ? null
        : { status: answer.status, text: answer.text, at: new Date(answer.atMs).toISOString() },
  };
}
