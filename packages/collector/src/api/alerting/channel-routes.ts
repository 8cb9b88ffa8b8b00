import { randomUUID } from 'node:crypto';

import type { FastifyInstance } from 'fastify';

import { parseChannel, rotated } from '../../alerts/channels/channel.ts';
import type { Channel, ChannelWithSecrets } from '../../alerts/channels/channel.ts';
import { newWebhookSecret } from '../../alerts/channels/sign-webhook.ts';
import { checkHost, PrivateAddressError } from '../../alerts/delivery/address-guard.ts';
import type { AlertMessage } from '../../alerts/message.ts';
import type { ApiContext } from '../api-context.ts';
import { notFound, Problem } from '../response/problem.ts';
import { COUNT, FLAG, OBJECT, TEXT, TEXT_OR_NULL, object } from '../response/shapes.ts';
import { parsed } from './as-problem.ts';
import { deliveriesRoute } from './deliveries-route.ts';
import { bodyOf, CHANNEL, CHANNEL_BODY } from './shapes.ts';
import { NAME_PARAMS } from '../request/query-shapes.ts';
import type { Static } from 'typebox';

function showChannel({ channel, secrets }: ChannelWithSecrets): object {
  const { id, name, type, enabled, host, to, from, digest, disabledReason } = channel;
  const signingSecrets = secrets.secrets?.length ?? 0;
  return { id, name, type, enabled, host, to, from, digest, disabledReason, signingSecrets };
}

function testMessage(project: string, atMs: number, publicUrl: string | undefined): AlertMessage {
  return {
    id: `msg_test_${randomUUID()}`,
    type: 'alert.test',
    title: 'Userspan: a test message',
    text: 'A test message of Userspan. Alerts arrive like this one.',
    severity: 'info',
    isResolved: false,
    dedupKey: `${project}/test`,
    facts: [{ name: 'Project', value: project }],
    link: publicUrl ?? null,
    atMs,
    data: { project, state: 'test' },
  };
}

/** Routes for channels and their signing secrets, and for deliveries. */
export function channelRoutes(app: FastifyInstance, context: ApiContext): void {
  listRoute(app, context);
  addRoute(app, context);
  changeRoute(app, context);
  removeRoute(app, context);
  testRoute(app, context);
  rotateRoute(app, context);
  removeOldSecretsRoute(app, context);
  deliveriesRoute(app, context);
}

async function channelOf({ alerting }: ApiContext, project: string, id: string): Promise<ChannelWithSecrets> {
  const channel = await alerting.configs.channel(project, id);
  if (channel === undefined) throw notFound('channel');
  return channel;
}

/** Saves a channel. Only this answer contains a generated secret. */
async function save(
  { alerting }: ApiContext,
  project: string,
  id: string,
  body: unknown,
  before?: ChannelWithSecrets,
): Promise<object> {
  const channel = parsed(() => parseChannel(body, project, id, before));
  if (alerting.options.allowsPrivate !== true) refusePrivate(channel);
  const isUnsigned = channel.channel.type === 'webhook' && (channel.secrets.secrets ?? []).length === 0;
  const made = isUnsigned ? newWebhookSecret() : undefined;
  const saved =
    made === undefined ? channel : { ...channel, secrets: { ...channel.secrets, secrets: [made] } };
  await alerting.configs.write(alerting.configs.channelChanges(saved, false));
  return { ...showChannel(saved), ...(made === undefined ? {} : { secret: made }) };
}

/** Refuses URLs that are obviously private. Host names are checked again when a message is sent. */
function refusePrivate({ secrets }: ChannelWithSecrets): void {
  if (secrets.url === undefined) return;
  const { hostname } = new URL(secrets.url);
  try {
    checkHost(hostname === 'localhost' || hostname.endsWith('.localhost') ? '127.0.0.1' : hostname);
  } catch (error) {
    if (error instanceof PrivateAddressError) throw new Problem(400, `${error.message}.`);
    throw error;
  }
}

const CHANNEL_WITH_SECRET = {
  ...CHANNEL,
  properties: {
    ...(CHANNEL['properties'] as object),
    secret: { ...TEXT, description: 'The newly generated signing secret of a webhook. Shown only once.' },
  },
};

function listRoute(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  app.route({
    method: 'GET',
    url: '/channels',
    config: { permission: 'read' },
    schema: {
      operationId: 'listChannels',
      summary: 'Channels, without their secrets',
      response: { 200: object({ data: { type: 'array', items: CHANNEL } }) },
    },
    handler: async ({ project }) => {
      const ids = [...(await alerting.configs.list<Channel>(project, 'channel')).keys()];
      return {
        data: await Promise.all(ids.map(async (id) => showChannel(await channelOf(context, project, id)))),
      };
    },
  });
}

function addRoute(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  app.route<{ Body: { readonly id?: unknown } }>({
    method: 'POST',
    url: '/channels',
    config: { permission: 'admin' },
    schema: {
      operationId: 'addChannel',
      summary: 'Adds a channel. Only this answer contains the signing secret of a webhook.',
      body: OBJECT,
      requestBody: CHANNEL_BODY,
      response: { 201: CHANNEL_WITH_SECRET },
    },
    handler: async ({ project, body }, reply) => {
      const id = typeof body.id === 'string' ? body.id : randomUUID();
      if (!/^[\w.-]{1,100}$/.test(id))
        throw new Problem(400, 'id must be up to 100 letters, digits, _, . or -.');
      if ((await alerting.configs.channel(project, id)) !== undefined) {
        throw new Problem(409, `The channel ${JSON.stringify(id)} exists already; change it with PUT.`);
      }
      return reply.code(201).send(await save(context, project, id, body));
    },
  });
}

function changeRoute(app: FastifyInstance, context: ApiContext): void {
  app.route<{ Params: Static<typeof NAME_PARAMS>; Body: object }>({
    method: 'PUT',
    url: '/channels/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'changeChannel',
      summary: 'Changes a channel and enables it again. Omitted secrets are kept.',
      params: NAME_PARAMS,
      body: OBJECT,
      requestBody: CHANNEL_BODY,
      response: { 200: CHANNEL_WITH_SECRET },
    },
    handler: async ({ project, params, body }) => {
      const before = await channelOf(context, project, params.id);
      return save(context, project, params.id, body, before);
    },
  });
}

function removeRoute(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'DELETE',
    url: '/channels/:id',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeChannel',
      summary: 'Removes a channel, its secrets and its queued messages',
      params: NAME_PARAMS,
      response: { 200: CHANNEL },
    },
    handler: async ({ project, params }) => {
      const channel = await channelOf(context, project, params.id);
      await alerting.configs.write([
        { project, kind: 'channel', id: params.id },
        { project, kind: 'secret', id: params.id },
      ]);
      return showChannel(channel);
    },
  });
}

function testRoute(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'POST',
    url: '/channels/:id/test',
    config: { permission: 'admin' },
    schema: {
      operationId: 'testChannel',
      summary: 'Sends a test message and returns the receiver’s answer',
      params: NAME_PARAMS,
      response: { 200: object({ accepted: FLAG, status: { type: ['integer', 'null'] }, answer: TEXT }) },
    },
    handler: async ({ project, params }) => {
      const channel = await channelOf(context, project, params.id);
      const message = testMessage(project, context.clock(), alerting.options.publicUrl);
      const { isAccepted, status, text } = await alerting.sendNow(channel, message);
      return { accepted: isAccepted, status, answer: text };
    },
  });
}

function rotateRoute(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  app.route<{ Params: Static<typeof NAME_PARAMS>; Body: { readonly secret?: unknown } }>({
    method: 'POST',
    url: '/channels/:id/secrets',
    config: { permission: 'admin' },
    schema: {
      operationId: 'rotateChannelSecret',
      summary:
        'Adds a signing secret. Messages carry signatures of the newest three secrets until old ones are removed.',
      params: NAME_PARAMS,
      body: OBJECT,
      requestBody: bodyOf({ secret: { ...TEXT, description: 'Generated if omitted.' } }),
      response: { 201: object({ secret: TEXT_OR_NULL, signingSecrets: COUNT }) },
    },
    handler: async ({ project, params, body }, reply) => {
      const { channel, secrets } = await channelOf(context, project, params.id);
      if (channel.type !== 'webhook') throw new Problem(409, 'Only webhooks are signed.');
      const made = body.secret === undefined ? newWebhookSecret() : undefined;
      const value = parsed(() => rotated(secrets, made ?? body.secret));
      await alerting.configs.write([{ project, kind: 'secret', id: params.id, value }]);
      return reply.code(201).send({ secret: made ?? null, signingSecrets: value.secrets?.length ?? 0 });
    },
  });
}

function removeOldSecretsRoute(app: FastifyInstance, context: ApiContext): void {
  const { alerting } = context;
  app.route<{ Params: Static<typeof NAME_PARAMS> }>({
    method: 'DELETE',
    url: '/channels/:id/secrets',
    config: { permission: 'admin' },
    schema: {
      operationId: 'removeOldChannelSecrets',
      summary: 'Removes all signing secrets except the newest, to finish a rotation',
      params: NAME_PARAMS,
      response: { 200: object({ signingSecrets: COUNT }) },
    },
    handler: async ({ project, params }) => {
      const { secrets } = await channelOf(context, project, params.id);
      const value = { ...secrets, secrets: (secrets.secrets ?? []).slice(0, 1) };
      await alerting.configs.write([{ project, kind: 'secret', id: params.id, value }]);
      return { signingSecrets: value.secrets.length };
    },
  });
}
